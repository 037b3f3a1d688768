"""Accounts and posts that the tests of the mapped posts are about."""

import json
from typing import Any

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.settings.check import decode_custom
from connectors.webhook.config import WebhookConfig, parse_settings

SECRET = "a-secret-made-up-by-us-9f2c"
SAYS = {"gives": "message", "text": "$.text"}
PAID = {
    "gives": "journey",
    "type": "payment.failed",
    "identities": [{"kind": "email", "value": "$.email"}],
}


def configured(*mappings: dict[str, Any], **keys: Any) -> WebhookConfig:
    """An account as a file says it. Raises msgspec.ValidationError."""
    given = {"proof": "token", "secret": SECRET, "trust": "verified", "mappings": list(mappings or [SAYS]), **keys}
    return msgspec.convert(given, WebhookConfig, dec_hook=decode_custom)


def delivery(
    config: WebhookConfig, body: object, *, headers: dict[str, str] | None = None, trust: str = "verified"
) -> RawMessage:
    """A stored delivery as the core hands it to `parse`; a body that isn't bytes is JSON."""
    return RawMessage(
        account="shop",
        delivery_id="d1",
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers=tuple((headers or {}).items()),
        envelope=Envelope(extra={"trust": trust}),
        settings=parse_settings(config),
    )
