"""Which of the changes that Slack tells of are edits: it also tells of previews and of threads that grew."""

import msgspec

from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.moments import microseconds
from connectors.slack.shapes import Changed, Edited, Message

_SECOND_US = 1_000_000


def edited_at(told: Changed | Message) -> str:
    """When the message was edited; empty where it wasn't, or not by this change."""
    if isinstance(told, Message):
        return _edited(told.edited)
    now = edited_at(told.message)
    return "" if now == _edited_before(told.previous_message) else now


def revision(told: Changed | Message) -> int:
    """Grows with each edit. Slack counts edits in seconds and events finer, so of two in one second the events tell
    the order; a message out of the history is as late as its second allows."""
    edited = microseconds(edited_at(told))
    of_second = edited - edited % _SECOND_US + _SECOND_US - 1
    return microseconds(told.ts) if isinstance(told, Changed) else of_second


def _edited(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=Edited).ts if bytes(raw) else ""
    except UNREADABLE:
        return ""


class _Before(msgspec.Struct, frozen=True):
    edited: msgspec.Raw = msgspec.Raw()


def _edited_before(raw: msgspec.Raw) -> str:
    try:
        return _edited(msgspec.json.decode(raw, type=_Before).edited) if bytes(raw) else ""
    except UNREADABLE:
        return ""
