"""How a monitoring system proves that it is the one: a token, a password, or a signature over the body.

Every comparison takes the same time wherever the two differ.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from channelhub.domain.secrets import Secret

SIGNATURE_HEADER = "X-Grafana-Alerting-Signature"
MAX_AGE_S = 300
_MOST_CHARS = 4096


def has_token(headers: Mapping[str, str], *, secret: Secret, username: str) -> bool:
    """`Authorization: Bearer SECRET`, or Basic with the user's name and the secret as password."""
    scheme, _, value = headers.get("Authorization", "")[:_MOST_CHARS].strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return bool(secret) and Secret(value) == secret
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return bool(secret) and Secret(given) == Secret(f"{username}:{secret.reveal()}")


def is_signed(
    headers: Mapping[str, str], body: bytes, *, secret: Secret, timestamp_header: str = "", now_s: float = 0.0
) -> bool:
    """Grafana's HMAC-SHA256 in hex over the body; with a timestamp header over `timestamp:body`, not too old.

    grafana.com/docs, Webhook notifier, HMAC signature.
    """
    signed = body
    if timestamp_header:
        stamp = headers.get(timestamp_header, "").strip()
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12 or abs(now_s - int(stamp)) > MAX_AGE_S:
            return False
        signed = stamp.encode() + b":" + body
    expected = hmac.new(secret.reveal().encode(), signed, hashlib.sha256).hexdigest()
    given = headers.get(SIGNATURE_HEADER, "")[:_MOST_CHARS].strip().lower()
    return bool(secret) and Secret(given) == Secret(expected)
