"""Mango Office (VPBX API): an object in the field `json`, below /events; numbers are international, without plus."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.proof import is_secret
from connectors.calls.call import Moment, Told, number
from connectors.calls.document import Document, count, text

CALL, SUMMARY, RECORDING, PING = "events/call", "events/summary", "events/recording", "ping"
_INCOMING, _OUTGOING = "1", "2"
_A_TIME: Final = 10**9  # talk_time is a time since 1970, 0 where nobody talked


def is_genuine(key: str, sign: str, body: str, *, own_key: str, salt: Secret) -> bool:
    """The signature: SHA-256 over key, JSON as it was sent, and salt, in hex."""
    made = hashlib.sha256(f"{key}{body}{salt.reveal()}".encode("utf-8", "surrogateescape")).hexdigest()
    return is_secret(key, Secret(own_key)) and is_secret(sign.lower(), Secret(made))


def read(document: Document, path: str, *, party: str = "") -> Told | str | None:
    """A moment of a call; a name of what nobody documents; None for what says nothing new (legs, internal calls).

    `party` is the other side's number where an earlier post told it: a recording's own doesn't. Raises Unparseable.
    """
    match path:
        case "events/call":
            return _call(document)
        case "events/summary":
            return _summary(document)
        case "events/recording":
            return _recording(document, party)
        case "ping":
            return None
    return path or "an event without its path"


def entry(document: Document) -> str:
    """What names the whole call."""
    return text(document, "entry_id")[:150]


def other(document: Document) -> str:
    """The number of the side that has no extension here; empty where both have one."""
    for side in ("from", "to"):
        found = number(text(document, side, "number"), is_international=True)
        if found and not text(document, side, "extension"):
            return found
    return ""


def name(document: Document, path: str) -> str:
    """What a post is named by; empty: by its bytes."""
    parts = (path, entry(document), text(document, "call_id"), text(document, "seq"), text(document, "recording_id"))
    return ":".join(parts) if entry(document) else ""


def _call(document: Document) -> Told | None:
    """A leg appears in the menu, the queue, at a colleague: the call began once, and is answered by a person."""
    if not entry(document):
        raise Unparseable("a call without its entry_id")
    state, place = text(document, "call_state"), text(document, "location")
    moment = Moment.STARTED if state == "Appeared" else Moment.ANSWERED
    if state not in ("Appeared", "Connected") or (state == "Connected" and place != "abonent"):
        return None
    if not other(document):
        return None
    return Told(
        call_id=entry(document),
        moment=moment,
        party=other(document),
        line=number(text(document, "to", "line_number"), is_international=True),
        colleague=text(document, "to", "extension") if moment is Moment.ANSWERED else "",
        at=_moment(count(document, "timestamp")),
    )


def _summary(document: Document) -> Told | None:
    if not entry(document):
        raise Unparseable("a summary without its entry_id")
    direction = text(document, "call_direction")
    if direction not in (_INCOMING, _OUTGOING):
        return None  # between colleagues
    began, ended = count(document, "talk_time") or 0, count(document, "end_time") or 0
    is_answered = began > 0 and text(document, "entry_result") != "0"
    is_missed = direction == _INCOMING and not is_answered
    side = "from" if direction == _INCOMING else "to"
    return Told(
        call_id=entry(document),
        moment=Moment.MISSED if is_missed else Moment.ENDED,
        party=number(text(document, side, "number"), is_international=True),
        line=number(text(document, "line_number"), is_international=True),
        at=_moment(ended),
        duration_s=ended - began if is_answered and began > _A_TIME and ended >= began else None,
    )


def _recording(document: Document, party: str) -> Told | str | None:
    if text(document, "recording_state") != "Completed":
        return None
    recording = text(document, "recording_id")
    if not entry(document) or not recording:
        raise Unparseable("a recording without its entry_id or recording_id")
    if not party:
        return "recording of a call that nothing is known of"
    return Told(
        call_id=entry(document),
        moment=Moment.RECORDED,
        party=party,
        colleague=text(document, "extension"),
        at=_moment(count(document, "timestamp")),
        recording=recording[:500],
    )


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds and _A_TIME < seconds < 4 * _A_TIME else None
