"""Tokens as they are listed, never with what opens the door."""

from datetime import datetime

import msgspec

from channelhub.store.tokens import Token


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token; the token itself isn't kept. `scopes` is empty where it may do all of its role.
    `used_at` is exact to a minute.
    """

    id: str
    name: str
    role: str
    scopes: list[str]
    account: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class TokenPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`; null at the end."""

    items: list[TokenView]
    next: str | None


def token(one: Token) -> TokenView:
    return TokenView(
        id=str(one.id),
        name=one.name,
        role=one.role,
        scopes=sorted(one.scopes),
        account=one.account,
        created_at=one.created_at,
        expires_at=one.expires_at,
        used_at=one.used_at,
        revoked_at=one.revoked_at,
    )


def page(found: list[Token], *, limit: int) -> TokenPage:
    items = [token(one) for one in found]
    return TokenPage(items=items, next=items[-1].id if len(items) == limit else None)
