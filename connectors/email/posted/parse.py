"""A posted mail to a message: as any mail; what the service read for us is put together again first. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, Inbound, NewMessage, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.email.parse import parse
from connectors.email.posted import rebuild

MAIL: Final = "message/rfc822"
PROVIDER: Final = "posted_by"  # of the envelope
_READ_FOR_US: Final = "the service gave the mail only as it read it, not as it travelled"


def parse_posted(raw: RawMessage) -> Sequence[Inbound]:
    """See `parse`. What is no mail (bounces of the service's own, its tests) is an Unknown. Raises Unparseable."""
    if raw.content_type == MAIL:
        return parse(raw)
    provider = raw.envelope.extra.get(PROVIDER, "")
    if raw.content_type.startswith("application/json") or provider in ("postmark", "ses"):
        shape = _event(raw.body, provider)
        if shape:
            return [Unknown(external_id=f"event:{raw.delivery_id}", shape=shape[:MAX_SHAPE_CHARS])]
        mime = rebuild.postmark(raw.body)
    else:
        mime = rebuild.of_form(provider, raw.body, raw.content_type)
    items = parse(replace(raw, body=mime, content_type=MAIL))
    return [
        replace(item, warnings=(*item.warnings, _READ_FOR_US)) if isinstance(item, NewMessage) else item
        for item in items
    ]


def _event(body: bytes, provider: str) -> str:
    """What a JSON post is called that isn't a mail; empty for a mail of Postmark's. Raises Unparseable."""
    try:
        post: Any = msgspec.json.decode(body)
    except UNREADABLE as exc:
        raise Unparseable(f"no JSON: {str(exc)[:200]}") from exc
    if not isinstance(post, dict):
        raise Unparseable("the JSON is no object")
    if provider == "postmark" and "From" in post and not post.get("RecordType"):
        return ""
    if provider == "ses":
        return _of_ses(str(post.get("Type", "")), post.get("Message"))
    data = post.get("event-data")
    named = data.get("event") if isinstance(data, dict) else post.get("RecordType")
    return f"event: {named}" if named else "an event without its name"


def _of_ses(kind: str, message: object) -> str:
    """A notification of something else than a mail; a mail that lies in S3 can't be had. Raises Unparseable."""
    if kind != "Notification" or not isinstance(message, str):
        return f"SNS: {kind}"
    try:
        inner: Any = msgspec.json.decode(message)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return "SNS: a notification that is not of SES"
    told = str(inner.get("notificationType") or inner.get("eventType") or "") if isinstance(inner, dict) else ""
    if told == "Received":
        raise Unparseable("the mail is not in the notification: give SES's rule the action SNS, with the content")
    return f"SES: {told or 'a notification without its type'}"
