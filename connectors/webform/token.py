"""The time token of the form's page: when it was drawn."""

import hmac
import secrets
from datetime import datetime

from channelhub.sdk.signed_identity import mac

_TIME_TOKEN_LIFE_S = 24 * 3600


def draw_time(account: str, key: bytes, now: datetime) -> str:
    """A token for a page drawn now: its seconds, a nonce that tells two drawings apart, and a signature."""
    stamp = f"{int(now.timestamp())}.{secrets.token_urlsafe(9)}"
    return f"{stamp}.{mac(key, _time_text(account, stamp))}"


def drawn_before_s(token: str, account: str, key: bytes, now: datetime) -> float | None:
    """How long ago the page was drawn, in seconds; None for a token that is wrong or older than a day."""
    stamp, dot, signature = token.rpartition(".")
    if len(token) > 200 or not dot or not token.isascii():
        return None
    if not hmac.compare_digest(mac(key, _time_text(account, stamp)), signature):
        return None
    age_s = now.timestamp() - int(stamp.partition(".")[0])
    return age_s if 0 <= age_s < _TIME_TOKEN_LIFE_S else None


def _time_text(account: str, stamp: str) -> bytes:
    return f"form-time\n{account}\n{stamp}".encode()
