"""How an event looks to people: how bad it is, and which page shows more."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from channelhub.domain.incidents import Priority


class Tone(StrEnum):
    """BAD wants somebody to look, GOOD says that something bad is over."""

    BAD = "bad"
    PLAIN = "plain"
    GOOD = "good"


_BAD: Final = frozenset(
    {
        "connector.down", "loop.stopped", "message.parked", "outage.confirmed", "outage.escalated", "outage.grown",
        "outage.reopened", "outage.suspected", "webhook.disabled",
    }
)  # fmt: skip
_GOOD: Final = frozenset({"connector.up", "outage.dismissed", "outage.resolved"})
_PAGES: Final = (
    ("outage_id", "/outages/{}"),
    ("customer_id", "/customers/{}"),
    ("left_customer_id", "/customers/{}"),
    ("inbox_id", "/parked"),
    ("webhook_id", "/accounts"),
)


def tone(event_type: str, data: Mapping[str, Any]) -> Tone:
    """How an event is to be shown."""
    if event_type in _BAD or data.get("priority") == Priority.CRITICAL:
        return Tone.BAD
    if event_type == "message.status" and data.get("permanent") is True:
        return Tone.BAD
    return Tone.GOOD if event_type in _GOOD else Tone.PLAIN


def page_of(event_type: str, data: Mapping[str, Any]) -> str:
    """The path of the page that shows what it is about."""
    if event_type.startswith("connector."):
        return "/accounts"
    if event_type.startswith("notice."):
        return _page("/notices/{}", data.get("notice_id"))
    return next((_page(path, data[name]) for name, path in _PAGES if data.get(name)), "/")


def _page(path: str, number: object) -> str:
    """Ids are digits; anything else leads to the first page."""
    text = str(number)
    return path.format(text) if text.isascii() and text.isdigit() else "/"
