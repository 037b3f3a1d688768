"""Sending. WhatsApp knows no idempotency key, so a message whose answer got lost is never sent again by itself.

What we sign goes along as `biz_opaque_callback_data`: the statuses that come back carry it, and so find their message,
also where the answer to us was lost.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, OutgoingFile, SendReceipt
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt, send_parts
from channelhub.sdk.uploads import plain_type, upload_form
from connectors.meta.graph import AnswerLost, Graph, Refusal, explain
from connectors.meta.whatsapp.config import WhatsAppConfig
from connectors.meta.whatsapp.people import is_number
from connectors.meta.whatsapp.verdict import verdict

MAX_TEXT_CHARS: Final = 4096
MAX_CAPTION_CHARS: Final = 1024
MAX_TEMPLATE_CHARS: Final = 1024  # of a variable of a template's body
WINDOW: Final = timedelta(hours=24)
_MIB: Final = 1024 * 1024
_MAX_DOCUMENT_BYTES: Final = 100 * _MIB

#: Types that WhatsApp shows, and up to which size; others go as documents
#: (developers.facebook.com/docs/whatsapp/cloud-api/reference/media).
_SHOWN: Final = {
    "image/jpeg": ("image", 5 * _MIB),
    "image/png": ("image", 5 * _MIB),
    "video/mp4": ("video", 16 * _MIB),
    "video/3gpp": ("video", 16 * _MIB),
    "audio/aac": ("audio", 16 * _MIB),
    "audio/amr": ("audio", 16 * _MIB),
    "audio/mp4": ("audio", 16 * _MIB),
    "audio/mpeg": ("audio", 16 * _MIB),
    "audio/ogg": ("audio", 16 * _MIB),
}


class _Named(msgspec.Struct):
    id: str


class _Sent(msgspec.Struct):
    messages: list[_Named]


async def send(graph: Graph, config: WhatsAppConfig, message: Outbound, *, now: datetime) -> SendReceipt:
    """Send an answer: its text, in several messages where it is longer than one may be, and its files.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be; everything else means
    that it may have arrived. The receipt names the first message.
    """
    bodies = await _bodies(graph, config, message, now=now)
    sent = await send_parts(
        [partial(_say, graph, config, _envelope(message, is_first=at == 0) | body) for at, body in enumerate(bodies)]
    )
    return receipt(sent)


async def _say(graph: Graph, config: WhatsAppConfig, fields: dict[str, object]) -> str:
    """How WhatsApp names a message, where it does."""
    try:
        sent = await graph.post(f"{config.phone_number_id}/messages", _Sent, fields)
    except Refusal as exc:
        raise verdict(exc) from exc
    return sent.messages[0].id if sent.messages else ""


def is_window_open(message: Outbound, now: datetime) -> bool:
    """Whether the customer wrote within the last 24 hours, as far as we know: then words of our own are allowed."""
    return message.heard_at is None or now - message.heard_at < WINDOW


async def _bodies(graph: Graph, config: WhatsAppConfig, message: Outbound, *, now: datetime) -> list[dict[str, object]]:
    """The messages that an answer becomes. Files are uploaded here, before any of it is with the customer."""
    if not is_window_open(message, now):
        return [_template(config, message)]
    texts = split(message.text, MAX_TEXT_CHARS, size=len)
    files = [await _uploaded(graph, config, file) for file in message.attachments]
    has_caption = len(files) == 1 and files[0][0] != "audio" and len(message.text.strip()) <= MAX_CAPTION_CHARS
    if has_caption and texts:
        files[0][1]["caption"] = texts[0]
        texts = []
    bodies: list[dict[str, object]] = [{"type": "text", "text": {"body": text, "preview_url": False}} for text in texts]
    bodies += [{"type": kind, kind: media} for kind, media in files]
    if not bodies:
        raise Rejected("WhatsApp takes no empty messages")
    return bodies


def _envelope(message: Outbound, *, is_first: bool) -> dict[str, object]:
    """Who gets it, what it answers, and what we sign. A business-scoped id has a field of its own."""
    recipient = "to" if is_number(message.to) else "recipient"
    fields: dict[str, object] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        recipient: message.to,
    }
    if message.reply_token:
        fields["biz_opaque_callback_data"] = message.reply_token
    if is_first and message.in_reply_to.startswith("wamid."):
        fields["context"] = {"message_id": message.in_reply_to}
    return fields


def _template(config: WhatsAppConfig, message: Outbound) -> dict[str, object]:
    """The configured template around the words. Its variables take no line breaks and no runs of spaces."""
    if not config.template:
        raise Rejected(
            f"the customer wrote more than 24 hours ago ({message.heard_at:%Y-%m-%d %H:%M} UTC): WhatsApp takes an "
            "approved template only. Set `template`, or answer another way"
        )
    words = " ".join(message.text.split())
    if message.attachments or not 0 < len(words) <= MAX_TEMPLATE_CHARS:
        raise Rejected(
            f"the customer wrote more than 24 hours ago: only a template with at most {MAX_TEMPLATE_CHARS} characters "
            "and without files reaches them"
        )
    return {
        "type": "template",
        "template": {
            "name": config.template,
            "language": {"code": config.template_language},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": words}]}],
        },
    }


async def _uploaded(graph: Graph, config: WhatsAppConfig, file: OutgoingFile) -> tuple[str, dict[str, object]]:
    """A file at WhatsApp, by its id. Nobody sees it yet, so whatever fails here can be tried again."""
    kind, most_bytes = _SHOWN.get(file.content_type, ("document", _MAX_DOCUMENT_BYTES))
    if len(file.content) > most_bytes:
        kind = "document"
    if len(file.content) > _MAX_DOCUMENT_BYTES:
        raise Rejected(f"a file is larger than the {_MAX_DOCUMENT_BYTES // _MIB} MiB that WhatsApp takes")
    others = {"messaging_product": "whatsapp", "type": plain_type(file)}
    form = upload_form("file", file, others)
    try:
        named = await graph.upload(f"{config.phone_number_id}/media", _Named, form)
    except Refusal as exc:
        raise verdict(exc) from exc
    except AnswerLost as exc:
        raise explain(exc, "uploading a file") from exc
    media: dict[str, object] = {"id": named.id}
    return kind, media | ({"filename": file.filename} if kind == "document" else {})
