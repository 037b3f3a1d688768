"""Which of a notice's texts a customer gets, as a whole message."""

from collections.abc import Mapping, Sequence

from channelhub.domain.notices import NoticeText


def language_for(spoken: str, texts: Mapping[str, NoticeText], preferred: Sequence[str]) -> str:
    """The customer's language where the notice has it, else the first one we prefer that it has."""
    if spoken in texts:
        return spoken
    return next((language for language in preferred if language in texts), min(texts))


def message(text: NoticeText, *, is_mail: bool, endings: Sequence[str]) -> tuple[str, str]:
    """Subject and words. Chats have no subject and get the short text; `endings` stand below, a blank line between."""
    words = text.text if is_mail else text.short or text.text
    whole = "\n\n".join(part.strip() for part in (words, *endings) if part.strip())
    return (text.subject if is_mail else "", whole + "\n")
