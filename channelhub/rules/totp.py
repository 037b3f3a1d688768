"""One-time codes from a shared secret and the time (RFC 6238 over RFC 4226), and the codes that stand in for them."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20  # RFC 4226, 4 R6
DRIFT_STEPS: Final = 1  # a telephone's clock may be off by so many (RFC 6238, 5.2)
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
_RECOVERY_CHARS: Final = 16  # of base32
_GROUP: Final = 4


def step_at(now: datetime) -> int:
    """The number of the step that `now` lies in."""
    return int(now.timestamp()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """The six digits of a step: HMAC-SHA-1, truncated (RFC 4226, 5.3), as every authenticator app reckons."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, code: str, *, now: datetime, after: int) -> int | None:
    """The step that the code is of, near `now` and after the last one that was taken; None: it is none that counts.

    Compares in constant time.
    """
    given = code.replace(" ", "").encode("utf-8", "surrogatepass")
    here, found = step_at(now), None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), given) and step > after:
            found = step
    return found


def address(secret: bytes, *, login: str, issuer: str) -> str:
    """What an authenticator app takes: `otpauth://totp/…`, with the defaults that all of them know."""
    label = f"{quote(issuer, safe='')}:{quote(login, safe='')}"
    return f"otpauth://totp/{label}?secret={_base32(secret)}&issuer={quote(issuer, safe='')}"


def spelt(secret: bytes) -> str:
    """The secret to be typed: base32 in groups of four."""
    return _grouped(_base32(secret), " ")


def recovery_code(random: bytes) -> str:
    """A code to be written down, of `RECOVERY_BYTES` random bytes."""
    return _grouped(_base32(random), "-").lower()


def read_recovery_code(text: str) -> str | None:
    """A recovery code as `recovery_code` writes it, however it was typed; None for what can't be one."""
    bare = "".join(char for char in text[:64].lower() if char not in " -")
    is_one = len(bare) == _RECOVERY_CHARS and set(bare) <= set("abcdefghijklmnopqrstuvwxyz234567")
    return _grouped(bare, "-") if is_one else None


def _base32(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=")


def _grouped(text: str, between: str) -> str:
    return between.join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
