"""People who sign in as they are listed, never with what lets them in."""

from datetime import datetime
from typing import Annotated

import msgspec

from channelhub.store.users import User
from channelhub.web.auth import Principal


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    """A person who signs in. `version` changes with whatever changes of them."""

    id: str
    login: Annotated[str, msgspec.Meta(description="What they type, and what the audit names them by.")]
    name: str
    role: str
    is_disabled: bool
    has_password: Annotated[bool, msgspec.Meta(description="false: only a sign-in link lets them in.")]
    asks_code: Annotated[bool, msgspec.Meta(description="Whether a one-time code is asked for beside the password.")]
    created_at: datetime
    version: int


class UserPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`; null at the end."""

    items: list[UserView]
    next: str | None


class MeView(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. `login` is null where it is nobody who signs in by name, but a token or a link."""

    actor: Annotated[str, msgspec.Meta(description="As the audit names what is done now.")]
    name: str
    role: str
    login: str | None
    account: Annotated[str, msgspec.Meta(description="The one account a token is tied to; empty: every one.")]
    scopes: list[str]
    expires_at: datetime | None


def user(one: User) -> UserView:
    return UserView(
        id=str(one.id),
        login=one.login,
        name=one.name,
        role=one.role,
        is_disabled=one.is_disabled,
        has_password=one.password != "",
        asks_code=one.needs_code,
        created_at=one.created_at,
        version=one.version,
    )


def page(found: list[User], *, limit: int) -> UserPage:
    items = [user(one) for one in found]
    return UserPage(items=items, next=items[-1].id if len(items) == limit else None)


def me(principal: Principal, own: User | None) -> MeView:
    """`own`: the person who signed in, where it is one."""
    return MeView(
        actor=principal.actor,
        name=principal.name if own is None else own.name,
        role=principal.role,
        login=None if own is None else own.login,
        account=principal.account,
        scopes=sorted(principal.scopes),
        expires_at=principal.expires_at,
    )
