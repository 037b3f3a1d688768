"""A post as a delivery: what names it, and which of its headers are kept with it."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.webhook_proof import ID
from connectors.webhook.config import WebhookConfig
from connectors.webhook.document import read_document
from connectors.webhook.parse import TRUST
from connectors.webhook.paths import Node
from connectors.webhook.templates import Header, Scope, read_template

_MOST_HEADERS: Final = 60
_HEADER_CHARS: Final = 1000
_NAME_CHARS: Final = 200
_LARGE_BODY_BYTES: Final = 64 * 1024
#: Headers that may prove somebody: they are not kept.
_PROVING = re.compile(r"authorization|cookie|token|secret|signature|password|api-?key|hmac", re.IGNORECASE)


async def raw_of(
    config: WebhookConfig, body: bytes, headers: Mapping[str, str], *, account: str, peer: str, is_tls: bool
) -> RawMessage:
    """The delivery of a proved post: the same post makes the same one, whenever it comes."""
    named = {name.lower(): _text(value) for name, value in headers.items()}
    if config.delivery_id and len(body) > _LARGE_BODY_BYTES:
        name = await asyncio.to_thread(_name, config, body, named)
    else:
        name = _name(config, body, named)
    hidden = {config.header.lower(), "host", "connection", "content-length"}
    kept = [(key, value) for key, value in named.items() if key not in hidden and not _PROVING.search(key)]
    return RawMessage(
        account=account,
        delivery_id=name,
        body=body,
        content_type=named.get("content-type", "")[:_NAME_CHARS],
        headers=tuple(kept[:_MOST_HEADERS]),
        envelope=Envelope(peer=peer, is_tls=is_tls, extra={TRUST: config.trust}),
    )


def _name(config: WebhookConfig, body: bytes, headers: Mapping[str, str]) -> str:
    """What names a post: the configured id, that of Standard Webhooks, or a digest of its bytes.

    The digest takes in the headers by which mappings tell posts apart: a shop posts one body for two topics.
    """
    given = _given(config, body, headers)
    if not given and config.proof == "standard-webhooks":
        given = headers.get(ID, "")
    if given:
        return given if len(given) <= _NAME_CHARS and given.isprintable() else _digest(given.encode())
    told_by = sorted({name for mapping in config.mappings for name in mapping.told_by_headers()})
    told = "".join(f"{name}: {headers[name]}\n" for name in told_by if name in headers)
    return _digest(told.encode() + b"\n" + body if told else body)


def _given(config: WebhookConfig, body: bytes, headers: Mapping[str, str]) -> str:
    """What `delivery_id` finds; nothing in a body that can't be read, which is stored and parked all the same."""
    if not config.delivery_id:
        return ""
    template = read_template(config.delivery_id)
    document: Node = None
    if not all(isinstance(source, Header) for source in template.sources()):
        try:
            document = read_document(body, config.body)
        except Unparseable:
            return ""
    return template.fill(Scope(body=document, item=document, headers=headers))


def _text(value: str) -> str:
    """A header as text that can be stored: aiohttp gives bytes that are no UTF-8 as lone surrogates."""
    shown = value[:_HEADER_CHARS].encode(errors="surrogateescape").decode(errors="replace")
    return shown.replace("\x00", "\ufffd")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
