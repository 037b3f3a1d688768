"""How a monitoring system proves that it is the one: a token, a password, or a signature over the body."""

from collections.abc import Mapping

from channelhub.domain.secrets import Secret
from channelhub.sdk.proof import has_bearer, has_password, is_fresh, is_signed

SIGNATURE_HEADER = "X-Grafana-Alerting-Signature"


def has_token(headers: Mapping[str, str], *, secret: Secret, username: str) -> bool:
    """`Authorization: Bearer SECRET`, or Basic with the user's name and the secret as password."""
    return has_bearer(headers, secret) or has_password(headers, username=username, password=secret)


def is_signed_by_grafana(
    headers: Mapping[str, str], body: bytes, *, secret: Secret, timestamp_header: str = "", now_s: float = 0.0
) -> bool:
    """Grafana's HMAC-SHA256 in hex over the body; with a timestamp header over `timestamp:body`, not too old.

    grafana.com/docs, Webhook notifier, HMAC signature.
    """
    signed = body
    if timestamp_header:
        stamp = headers.get(timestamp_header, "").strip()
        if not is_fresh(stamp, now_s):
            return False
        signed = stamp.encode() + b":" + body
    return is_signed(headers.get(SIGNATURE_HEADER, ""), signed, secret=secret)
