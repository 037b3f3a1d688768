"""What is done to mails at the server once they are stored."""

from collections.abc import Sequence

from connectors.email.imap_config import ImapConfig
from connectors.email.imap_line import Line
from connectors.email.imap_link import Link

_FLAGS = {"seen": rb"\Seen", "flag": rb"\Flagged"}


class AfterCommit:
    """As `after_commit` says. Called only after the commit: what breaks here costs a mark, never a mail."""

    def __init__(self, config: ImapConfig) -> None:
        self._action = config.after_commit
        self._move_to = config.move_to

    async def act(self, line: Line, uids: Sequence[int]) -> None:
        """Mark or move mails of the open folder that were just stored."""
        if self._action == "none" or not uids:
            return
        if self._action == "move":
            await line.ask(Link.move, uids, self._move_to)
        else:
            await line.ask(Link.flag, uids, _FLAGS[self._action])

    async def tidy(self, line: Line, held: Sequence[int]) -> None:
        """Move what is stored and still lies here: a crash came between, or moving was switched on later.

        A missing mark is not made up for: it can't be told from one that a person took away. Nor is a missing move
        where copies would leave the mails in place.
        """
        if self._action == "move" and held and await line.ask(Link.can_move):
            await line.ask(Link.move, held, self._move_to)
