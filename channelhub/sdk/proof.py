"""How whoever calls one of our addresses proves who it is: a secret, a password, or a signature over the raw body.

Every comparison takes the same time wherever the two differ, and an empty secret proves nothing.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Final, Literal

from channelhub.domain.secrets import Secret

MAX_AGE_S: Final = 300.0  # of a signed timestamp; what Slack, Stripe and Standard Webhooks recommend
_MOST_CHARS: Final = 4096  # of a header that is looked at


def is_secret(given: str, secret: Secret) -> bool:
    """Whether the caller knows the secret."""
    return bool(secret) and Secret(given[:_MOST_CHARS]) == secret


def has_bearer(headers: Mapping[str, str], secret: Secret) -> bool:
    """`Authorization: Bearer SECRET` (RFC 6750)."""
    scheme, value = _authorization(headers)
    return scheme == "bearer" and is_secret(value, secret)


def has_password(headers: Mapping[str, str], *, username: str, password: Secret) -> bool:
    """`Authorization: Basic …` with this name and password in UTF-8 (RFC 7617)."""
    scheme, value = _authorization(headers)
    if scheme != "basic" or not password:
        return False
    try:
        given = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return is_secret(given, Secret(f"{username}:{password.reveal()}"))


def is_signed(
    given: str,
    signed: bytes,
    *,
    secret: Secret,
    digest: Literal["sha256", "sha1"] = "sha256",
    encoding: Literal["hex", "base64"] = "hex",
    prefix: str = "",
) -> bool:
    """Whether `given`, a header's value, is `prefix` and the HMAC (RFC 2104) of `signed` under the secret.

    `signed` is what the vendor documents: mostly the body as it came, never what a parser made of it. `sha1` is for
    vendors that offer nothing newer: as an HMAC it still holds (RFC 6194 §3.3).
    """
    mac = hmac.digest(secret.reveal().encode(), signed, digest)
    shown = given.strip()
    if encoding == "hex":
        return bool(secret) and is_secret(shown.lower(), Secret(prefix.lower() + mac.hex()))
    return bool(secret) and is_secret(shown, Secret(prefix + base64.b64encode(mac).decode()))


def is_fresh(stamp: str, now_s: float, *, max_age_s: float = MAX_AGE_S) -> bool:
    """Whether a signed timestamp in Unix seconds is at most so old, or so far ahead: later repeats prove nothing."""
    stamp = stamp.strip()
    return stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and abs(now_s - int(stamp)) <= max_age_s


def _authorization(headers: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, value = headers.get("Authorization", "")[:_MOST_CHARS].strip().partition(" ")
    return scheme.lower(), value.strip()
