"""What is said beside the numbers of a comparison with a channel."""

from enum import StrEnum


class NoteLevel(StrEnum):
    """Whether a note asks for a person. INFO: a limit of the channel or of the settings, nothing is to be mended.
    WRONG: messages may be missing until somebody mends it or the channel answers again."""

    INFO = "info"
    WRONG = "wrong"
