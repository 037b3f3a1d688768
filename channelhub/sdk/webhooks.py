"""Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in the headers that its libraries check."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes, as the specification asks


class NotASecret(ValueError):
    """The text is not `whsec_` followed by base64 of 24 to 64 bytes."""


def read_secret(text: str) -> bytes:
    """The key of a secret as Standard Webhooks writes it. Raises NotASecret; the secret is not in its text."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else b""
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise NotASecret(f"expected {PREFIX} and base64 of {SHORTEST_KEY} to {LONGEST_KEY} random bytes")
    return key


def signed_headers(message_id: str, body: bytes, *, key: bytes, at: datetime) -> Mapping[str, str]:
    """The three headers of one attempt. `message_id` is the same at every attempt; `at` is aware."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
