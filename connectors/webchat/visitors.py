"""Who is at the other end: a browser by its token, or a customer whom the site signed."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from channelhub.domain.secrets import Secret
from channelhub.sdk.signed_identity import SignedIdentity, TokenRefusedError, verify

MAX_TOKEN_CHARS = 64
_TOKEN = re.compile(r"1\.([0-9]{9,11})\.([A-Za-z0-9_-]{32})\Z", re.ASCII)
_FAST_CLOCK_S = 300  # how far ahead of ours the clock may have been that a token was made by
_ID_CHARS = 26  # of base32: 130 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who opened the chat. `place` names the conversation: of a customer whom the site signed their own, on whatever
    browser, of everybody else that of their browser.

    `browser` is what the token stands for: who knows it can't make the token of it.
    """

    token: str
    browser: str
    place: str
    signed: SignedIdentity | None = None
    refused: str = ""  # why an identity token was not believed


def recognise(
    token: str, identity: str, *, secret: Secret, now: datetime, remember_days: int, draws: bool
) -> Visitor | None:
    """Who shows these tokens. A token that is none, or too old, is replaced by a new one if one may be drawn."""
    browser = browser_of(token, now=now, remember_days=remember_days)
    if browser is None and draws:
        token = draw_token(now)
        browser = browser_of(token, now=now, remember_days=remember_days)
    if browser is None:
        return None
    if not identity:
        return Visitor(token=token, browser=browser, place=f"v.{browser}")
    try:
        if not secret:
            raise TokenRefusedError("the account has no identity_secret")
        signed = verify(identity, secret.reveal(), now)
    except TokenRefusedError as exc:
        return Visitor(token=token, browser=browser, place=f"v.{browser}", refused=str(exc))
    return Visitor(token=token, browser=browser, place=f"c.{' '.join(signed.customer_id.split())}", signed=signed)


def draw_token(now: datetime) -> str:
    """A new browser's token: when it was drawn, and 192 bits that nobody can guess."""
    return f"1.{int(now.timestamp())}.{secrets.token_urlsafe(24)}"


def browser_of(token: str, *, now: datetime, remember_days: int) -> str | None:
    """What a token stands for: its digest, so that what is stored and shown opens no chat. None for no token of ours,
    and for one that is too old.

    The hub keeps no list of tokens and signs none: one that a browser made up is a conversation of its own.
    """
    found = _TOKEN.match(token) if len(token) <= MAX_TOKEN_CHARS else None
    if found is None:
        return None
    age_s = now.timestamp() - int(found[1])
    if not -_FAST_CLOCK_S <= age_s < timedelta(days=remember_days).total_seconds():
        return None
    digest = hashlib.sha256(b"webchat\0" + token.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_CHARS]
