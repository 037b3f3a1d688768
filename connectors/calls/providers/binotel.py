"""Binotel: nested form fields, proved by where they come from and the end of our address; numbers are national."""

from datetime import UTC, datetime
from typing import Any, Final

from channelhub.sdk.errors import Unparseable
from connectors.calls.call import Moment, Told, number
from connectors.calls.document import Document, count, text

SETTINGS: Final = "apiCallSettings"  # asks who calls, before it rings
_ANSWERED: Final = frozenset({"ANSWER", "TRANSFER", "ONLINE", "VM-SUCCESS"})
_INCOMING, _OUTGOING = "0", "1"
_MOMENTS: Final = {
    SETTINGS: Moment.STARTED,
    "receivedTheCall": Moment.STARTED,
    "answeredTheCall": Moment.ANSWERED,
    "apiCallCompleted": Moment.ENDED,
}


def read(document: Document) -> Told | str | None:
    """A moment of a call; a name of what nobody documents; None for what says nothing new. Raises Unparseable."""
    kind, details = text(document, "requestType"), _details(document)
    if kind == "hangupTheCall":
        return None  # apiCallCompleted tells how it went
    moment = _MOMENTS.get(kind)
    if moment is None:
        return kind or "a request without its type"
    call_id, direction = text(details, "generalCallID"), text(details, "callType")
    if not call_id or direction not in (_INCOMING, _OUTGOING):
        raise Unparseable("a call without its generalCallID, or without its callType (0, 1)")
    is_answered = text(details, "disposition").upper() in _ANSWERED
    if moment is Moment.ENDED and direction == _INCOMING and not is_answered:
        moment = Moment.MISSED
    return Told(
        call_id=call_id[:150],
        moment=moment,
        party=number(text(details, "externalNumber")),
        line=number(text(details, "pbxNumberData", "number")),
        colleague=text(details, "employeeData", "name") or text(details, "internalNumber"),
        at=_time(count(details, "startTime")),
        duration_s=count(details, "billsec") if moment is Moment.ENDED else None,
    )


def name(document: Document) -> str:
    """What a post is named by; empty: by its bytes."""
    call_id, kind = text(_details(document), "generalCallID"), text(document, "requestType")
    return f"{call_id}:{kind}" if call_id and kind else ""


def answer(document: Document, card: str) -> dict[str, object]:
    """What the system wants to hear; to a question who calls, the card (the names are Binotel's)."""
    if text(document, "requestType") != SETTINGS or not card:
        return {"status": "success"}
    return {"status": "success", "customerData": {"linkToCrmUrl": card, "linkToCrmTitle": "channelhub"}}


def _details(document: Document) -> Document:
    """Some requests hold the details in a table, some beside their type."""
    inner: Any = document.get("callDetails")
    return inner if isinstance(inner, dict) else document


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds and 10**9 < seconds < 4 * 10**9 else None
