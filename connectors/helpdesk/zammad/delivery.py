"""From a post, or an article of the list, to the raw message that is stored. Both name an article by its id."""

import hashlib
from datetime import datetime

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.said import TRUST, moment
from connectors.helpdesk.zammad.shapes import SYSTEM, Known, Line, Post

_NO_ARTICLE = (b"", b"null", b"{}")


def posted(body: bytes, *, account: str, trust: str, peer: str = "") -> RawMessage | None:
    """What is stored of a post. None for what tells nobody anything: changes of a ticket, what Zammad itself writes."""
    name, at = hashlib.sha256(body).hexdigest(), None
    try:
        article = msgspec.json.decode(body, type=Post).article
        if bytes(article) in _NO_ARTICLE:
            return None
        known = msgspec.json.decode(article, type=Known)
        if is_of_zammad(known):
            return None
        name, at = name_of(known), moment_of(known)
    except UNREADABLE:
        pass
    return RawMessage(
        account=account,
        delivery_id=name,
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra={TRUST: trust}),
        channel_time=at,
    )


def listed(known: Known, line: Line, *, account: str, trust: str) -> RawMessage:
    """The same delivery as the post that never came."""
    return RawMessage(
        account=account,
        delivery_id=name_of(known),
        body=msgspec.json.encode(line),
        content_type="application/json",
        envelope=Envelope(extra={TRUST: trust}),
        channel_time=moment_of(known),
        is_backfill=True,
    )


def name_of(known: Known) -> str:
    """A note that agents later show to the customer comes again, as a message; and the other way round."""
    return f"article:{known.id}:internal" if known.internal is True else f"article:{known.id}"


def moment_of(known: Known) -> datetime | None:
    return moment(known.created_at) if isinstance(known.created_at, str) else None


def is_of_zammad(known: Known) -> bool:
    """Whether nobody said it: Zammad's own automatic answers, and its remarks on what befell a ticket."""
    return bool(known.sender == SYSTEM)
