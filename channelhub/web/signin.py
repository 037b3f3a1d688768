"""How a person gets into the pages: a one-use link, made by the daemon or an administrator, opens a session."""

import secrets
from datetime import datetime, timedelta

from channelhub.domain.times import to_us
from channelhub.store import hub, sessions
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web import tokens
from channelhub.web.auth import Principal, Role

LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(days=7)


async def make_link(store: Store, *, role: Role = Role.ADMIN, now: datetime) -> str:
    """The path of a new sign-in link: good for one use within 15 minutes. Raises NotCommitted."""
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


async def use_link(store: Store, secret: str, *, name: str, now: datetime) -> str | None:
    """The cookie of a new session, for the one caller who is first and in time; else None. Raises NotCommitted."""
    cookie = secrets.token_urlsafe(32)
    digest = tokens.digest(cookie)

    async def write(session: Session) -> str | None:
        role = await sessions.use_link(session, tokens.digest(secret), at=now)
        if role is None:
            return None
        await _open(session, digest, name=name, role=role, now=now, until=now + SESSION_LIVES)
        return cookie

    return await store.writer.command(write)


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


async def _open(session: Session, digest: bytes, *, name: str, role: str, now: datetime, until: datetime) -> None:
    await sessions.add(session, digest=digest, name=name, role=role, at=now, expires_at=until)
    await hub.record(session, at_us=to_us(now), actor=f"{role}:{name}", action="signin", target="")
