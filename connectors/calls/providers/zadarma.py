"""Zadarma: a form for each event, signed over some of its fields; times are in the account's zone."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.proof import is_signed
from connectors.calls.call import Moment, Told, number
from connectors.calls.document import Document, count, text

HEADER: Final = "Signature"
ECHO: Final = "zd_echo"  # with it in the address, Zadarma tries whether the address is ours
_INCOMING: Final = ("caller_id", "called_did", "call_start")
_SIGNED: Final = {
    "NOTIFY_START": _INCOMING,
    "NOTIFY_INTERNAL": _INCOMING,
    "NOTIFY_END": _INCOMING,
    "NOTIFY_IVR": _INCOMING,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}


def is_genuine(given: str, document: Document, *, secret: Secret) -> bool:
    """The signature: Base64 of the hex of an HMAC-SHA1 over the fields that the event has; events that nobody
    documents are signed as incoming ones, or not ours."""
    signed = "".join(text(document, field) for field in _SIGNED.get(text(document, "event"), _INCOMING))
    try:
        shown = base64.b64decode(given[:200], validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return False
    return bool(signed) and is_signed(shown, signed.encode("utf-8", "surrogateescape"), secret=secret, digest="sha1")


def read(document: Document, *, zone: str, party: str = "") -> Told | str | None:
    """A moment of a call; a name of what nobody documents; None for what says nothing new. Raises Unparseable.

    `party` is the other side's number where an earlier post told it: a recording's own doesn't.
    """
    event, call_id = text(document, "event"), text(document, "pbx_call_id")[:150]
    if event not in _SIGNED:
        return event or "an event without its name"
    if not call_id:
        raise Unparseable("a call without its pbx_call_id")
    is_out = event.startswith("NOTIFY_OUT") or (event == "NOTIFY_ANSWER" and not number(text(document, "caller_id")))
    theirs = text(document, "destination" if is_out else "caller_id")
    line = text(document, "caller_id" if is_out else "called_did")
    moment = _moment_of(event, text(document, "disposition"))
    if moment is None:
        return None
    if moment is Moment.RECORDED and not party:
        return "recording of a call that nothing is known of"
    return Told(
        call_id=call_id,
        moment=moment,
        party=party if moment is Moment.RECORDED else number(theirs, is_international=True),
        line=number(line, is_international=True),
        colleague=text(document, "internal") if moment is not Moment.STARTED else "",
        at=_time(text(document, "call_start"), zone) if moment is Moment.STARTED else None,
        duration_s=count(document, "duration") if moment is Moment.ENDED else None,
    )


def call_and_party(document: Document) -> tuple[str, str]:
    """What names the call, and the other side's number where the post tells it."""
    is_out = text(document, "event").startswith("NOTIFY_OUT")
    theirs = number(text(document, "destination" if is_out else "caller_id"), is_international=True)
    return text(document, "pbx_call_id")[:150], theirs


def name(document: Document) -> str:
    """What a post is named by; empty: by its bytes."""
    call_id, event = text(document, "pbx_call_id"), text(document, "event")
    return f"{call_id}:{event}:{text(document, 'internal')}" if call_id and event else ""


def _moment_of(event: str, disposition: str) -> Moment | None:
    match event:
        case "NOTIFY_START" | "NOTIFY_OUT_START":
            return Moment.STARTED
        case "NOTIFY_ANSWER":
            return Moment.ANSWERED
        case "NOTIFY_END":
            return Moment.ENDED if disposition == "answered" else Moment.MISSED
        case "NOTIFY_OUT_END":
            return Moment.ENDED
        case "NOTIFY_RECORD":
            return Moment.RECORDED
    return None  # ringing at a colleague, a choice in the menu


def _time(given: str, zone: str) -> datetime | None:
    try:
        return datetime.strptime(given, "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError, KeyError):
        return None
