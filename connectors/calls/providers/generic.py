"""The shape that Zammad documents for telephone systems, and that many of their scripts speak: newCall, answer, hangup.

Beyond it, `recording` names a file, `transcript` is what a caller left, written down, and `duration` is in seconds.
"""

from typing import Final

from channelhub.sdk.errors import Unparseable
from connectors.calls.call import Moment, Told, number
from connectors.calls.document import Document, count, text, texts

_MISSED: Final = frozenset({"cancel", "noAnswer", "busy", "congestion", "notFound"})
SHORTEST: Final = 5  # a shorter number is an extension
_EVENTS: Final = {
    "newCall": Moment.STARTED,
    "answer": Moment.ANSWERED,
    "hangup": Moment.ENDED,
    "recording": Moment.RECORDED,
}


def read(document: Document) -> Told | str | None:
    """A moment of a call; a name of what nobody documents; None for a call between colleagues. Raises Unparseable."""
    event = text(document, "event")
    if not event:
        raise Unparseable("it doesn't say which event it is")
    moment = _EVENTS.get(event)
    if moment is None:
        return event
    call_id, direction = text(document, "callId"), text(document, "direction")
    if not call_id or direction not in ("in", "out"):
        raise Unparseable("a call without its callId, or without its direction (in, out)")
    if moment is Moment.ENDED and direction == "in" and text(document, "cause") in _MISSED:
        moment = Moment.MISSED
    ours, theirs = ("to", "from") if direction == "in" else ("from", "to")
    party = number(text(document, theirs))
    if 0 < len(party) < SHORTEST:
        return None
    answered_by = text(document, "answeringNumber") or next(iter(texts(document, "user")), "")
    return Told(
        call_id=call_id[:150],
        moment=moment,
        party=party,
        line=number(text(document, ours)),
        colleague=answered_by if moment is not Moment.STARTED else "",
        duration_s=count(document, "duration"),
        recording=text(document, "recording")[:2000],
        words=text(document, "transcript") if direction == "in" else "",
    )


def name(document: Document) -> str:
    """What a post is named by, so that its repetition is the same; empty: by its bytes."""
    call_id, event = text(document, "callId"), text(document, "event")
    return f"{call_id}:{event}" if call_id and event else ""
