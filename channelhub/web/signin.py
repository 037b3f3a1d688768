"""How a person gets into the pages: a one-use link, made by the daemon or an administrator, opens a session."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from channelhub.domain.times import to_us
from channelhub.store import hub, sessions, users
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.users import User
from channelhub.web import tokens
from channelhub.web.auth import Principal, Role

LINK_LIVES: Final = timedelta(minutes=15)
INVITATION_LIVES: Final = timedelta(days=1)  # of a link that is made for one person
SESSION_LIVES: Final = timedelta(days=7)
MOST_BROWSER_CHARS: Final = 120


async def make_link(store: Store, *, role: Role = Role.ADMIN, now: datetime) -> str:
    """The path of a new sign-in link for nobody by name: good for one use within 15 minutes. Raises NotCommitted."""
    secret = secrets.token_urlsafe(32)
    await store.writer.command(
        lambda session: sessions.add_link(
            session, digest=tokens.digest(secret), role=role, at=now, expires_at=now + LINK_LIVES
        )
    )
    return f"/signin/{secret}"


async def is_usable(store: Store, secret: str, *, now: datetime) -> bool:
    async with store.readers.read() as session:
        return await sessions.is_link_usable(session, tokens.digest(secret), at=now)


async def use_link(store: Store, secret: str, *, name: str, browser: str, now: datetime) -> tuple[str, User | None]:
    """The cookie of a new session, for the one caller who is first and in time, and whom the link is for; else an
    empty cookie. `name` is what the audit calls nobody by name. Raises NotCommitted."""
    cookie = secrets.token_urlsafe(32)
    digest = tokens.digest(cookie)

    async def write(session: Session) -> tuple[str, User | None]:
        link = await sessions.use_link(session, tokens.digest(secret), at=now)
        if link is None:
            return "", None
        if not link.user_id:
            await _open(session, digest, name=name, role=link.role, now=now, until=now + SESSION_LIVES)
            return cookie, None
        user = await users.get(session, link.user_id)
        if user is None or user.is_disabled:
            return "", None
        await open_for(session, user, digest, browser=browser, now=now)
        return cookie, user

    return await store.writer.command(write)


async def open_for(session: Session, user: User, digest: bytes, *, browser: str, now: datetime) -> None:
    """Open a person's session under the digest of its cookie."""
    shown = "".join(char for char in browser[:MOST_BROWSER_CHARS] if char.isprintable())
    await _open(
        session, digest, name=user.login, role=user.role, now=now, until=now + SESSION_LIVES, user_id=user.id,
        browser=shown,
    )  # fmt: skip


async def open_session(store: Store, shown: Principal, *, now: datetime) -> str:
    """The cookie of a new session for somebody who has shown a token: it ends no later than that. Raises
    NotCommitted."""
    cookie = secrets.token_urlsafe(32)
    digest = tokens.digest(cookie)
    until = min(now + SESSION_LIVES, shown.expires_at or now + SESSION_LIVES)
    await store.writer.command(
        lambda session: _open(session, digest, name=shown.name, role=shown.role, now=now, until=until)
    )
    return cookie


async def sign_out(store: Store, cookie: str) -> None:
    await store.writer.command(lambda session: sessions.remove(session, tokens.digest(cookie)))


async def _open(
    session: Session, digest: bytes, *, name: str, role: str, now: datetime, until: datetime, user_id: int = 0,
    browser: str = "",
) -> None:  # fmt: skip
    await sessions.add(
        session, digest=digest, name=name, role=role, at=now, expires_at=until, user_id=user_id, browser=browser
    )
    await hub.record(session, at_us=to_us(now), actor=f"{role}:{name}", action="signin", target="")
