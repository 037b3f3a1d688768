"""The address that answers and bounces of one mail go to: ours, with its signed token behind a plus (RFC 5233)."""

from typing import Final

MAX_LOCAL_CHARS: Final = 64  # RFC 5321 §4.5.3.1.1


def plus_address(address: str, token: str) -> str:
    """`help+TOKEN@example.org`; the plain address without a token, or where the local part would become too long."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if token and local and len(tagged) <= MAX_LOCAL_CHARS else address
