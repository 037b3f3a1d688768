"""What notices must know of the configuration: the texts they begin with and end in, and how quickly they go out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.notices import NoticeKind, NoticeText


def _no_draft(_kind: NoticeKind, _began: datetime) -> Mapping[str, NoticeText]:
    return {}


def _silent(_language: str) -> NoticeText:
    return NoticeText(subject="", text="")


def _no_words(_language: str, _link: str = "") -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBook:
    """`draft(kind, began)` gives the texts of a new notice by language.

    The others give the last lines in a language: how to decline further notices in mail (with the link) and in a chat,
    and the question how we did (with the link); `declined` is what somebody hears who declined by a word. `languages`
    are in the order in which we fall back on them.
    """

    languages: tuple[str, ...] = ("en",)
    per_minute: int = 60  # notices that one account sends
    is_asking: bool = True  # the end of an outage comes with the question how it was handled
    draft: Callable[[NoticeKind, datetime], Mapping[str, NoticeText]] = _no_draft
    declining_in_mail: Callable[[str, str], str] = _no_words
    declining_in_chat: Callable[[str], str] = _no_words
    question: Callable[[str, str], str] = _no_words
    declined: Callable[[str], NoticeText] = _silent
