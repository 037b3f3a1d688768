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
_OF_THE_HOP: Final = frozenset({"host", "connection", "content-length"})


class Deliveries:
    """Makes deliveries of an account's proved posts: the same post makes the same one, whenever it comes."""

    def __init__(self, config: WebhookConfig, *, account: str) -> None:
        self._config = config
        self._account = account
        self._id = read_template(config.delivery_id)
        self._is_in_body = any(not isinstance(source, Header) for source in self._id.sources())
        self._told_by = sorted({name for mapping in config.mappings for name in mapping.told_by_headers()})
        self._hidden = _OF_THE_HOP | {config.header.lower()}

    async def make(self, body: bytes, headers: Mapping[str, str], *, peer: str, is_tls: bool) -> RawMessage:
        """The delivery of a post. A large body that is looked into for its name is so on a thread."""
        named = {name.lower(): _text(value) for name, value in headers.items()}
        if self._is_in_body and len(body) > _LARGE_BODY_BYTES:
            name = await asyncio.to_thread(self._name, body, named)
        else:
            name = self._name(body, named)
        kept = [(key, value) for key, value in named.items() if key not in self._hidden and not _PROVING.search(key)]
        return RawMessage(
            account=self._account,
            delivery_id=name,
            body=body,
            content_type=named.get("content-type", "")[:_NAME_CHARS],
            headers=tuple(kept[:_MOST_HEADERS]),
            envelope=Envelope(peer=peer, is_tls=is_tls, extra={TRUST: self._config.trust}),
        )

    def _name(self, body: bytes, headers: Mapping[str, str]) -> str:
        """What names a post: the configured id, that of Standard Webhooks, or a digest of its bytes.

        The digest takes in the headers by which mappings tell posts apart: a shop posts one body for two topics.
        """
        given = self._given(body, headers)
        if not given and self._config.proof == "standard-webhooks":
            given = headers.get(ID, "")
        if given:
            return given if len(given) <= _NAME_CHARS and given.isprintable() else _digest(given.encode())
        told = "".join(f"{name}: {headers[name]}\n" for name in self._told_by if name in headers)
        return _digest(told.encode() + b"\n" + body if told else body)

    def _given(self, body: bytes, headers: Mapping[str, str]) -> str:
        """What `delivery_id` finds; nothing in a body that can't be read, which is stored and parked all the same."""
        document: Node = None
        if self._is_in_body:
            try:
                document = read_document(body, self._config.body)
            except Unparseable:
                return ""
        return self._id.fill(Scope(body=document, item=document, headers=headers))


def _text(value: str) -> str:
    """A header as text that can be stored: aiohttp gives bytes that are no UTF-8 as lone surrogates."""
    shown = value[:_HEADER_CHARS].encode(errors="surrogateescape").decode(errors="replace")
    return shown.replace("\x00", "\ufffd")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
