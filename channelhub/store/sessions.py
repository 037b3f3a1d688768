"""Signed-in browsers and the one-use links that sign them in. Only digests are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channelhub.domain.times import from_us, to_us
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("sessions")
_KEEP_LINKS = timedelta(days=1)
MOST_OF_USER = 20  # an older one ends when one more begins


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser's session. `user_id` is 0 where a token, or a link for nobody by name, opened it."""

    digest: bytes
    name: str
    role: str
    created_at: datetime
    expires_at: datetime
    user_id: int = 0
    seen_at: datetime | None = None
    browser: str = ""
    is_disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a sign-in link opens: a role for nobody by name, or the pages of one person."""

    role: str
    user_id: int


async def add(
    session: Session,
    *,
    digest: bytes,
    name: str,
    role: str,
    at: datetime,
    expires_at: datetime,
    user_id: int = 0,
    browser: str = "",
) -> None:
    """Open a session; forget those that have run out, and a person's oldest beyond `MOST_OF_USER`."""
    await session.run(_sql.remove_expired, now_us=to_us(at))
    if user_id:
        for old in (await of_user(session, user_id, at=at))[MOST_OF_USER - 1 :]:
            await remove(session, old.digest)
    await session.run(
        _sql.add,
        digest=digest,
        name=name,
        role=role,
        created_us=to_us(at),
        expires_us=to_us(expires_at),
        user_id=user_id or None,
        browser=browser,
    )


async def by_digest(session: Session, digest: bytes) -> SignedIn | None:
    """The session with this digest, also when its time is over or its person disabled: the caller compares."""
    row = await session.one(_sql.by_digest, digest=digest)
    return None if row is None else _signed_in(row)


async def of_user(session: Session, user_id: int, *, at: datetime) -> list[SignedIn]:
    """A person's open sessions, the newest first."""
    return [_signed_in(row) for row in await session.all(_sql.of_user, user_id=user_id, now_us=to_us(at))]


async def mark_seen(session: Session, digest: bytes, *, at: datetime) -> None:
    """Remember when it was last used; an earlier moment changes nothing."""
    await session.run(_sql.seen, digest=digest, seen_us=to_us(at))


async def remove(session: Session, digest: bytes) -> None:
    await session.run(_sql.remove, digest=digest)


async def remove_of_user(session: Session, user_id: int, *, kept: bytes = b"") -> None:
    """End all of a person's sessions, but the one `kept`."""
    await session.run(_sql.remove_of_user, user_id=user_id, kept=kept)


async def add_link(
    session: Session, *, digest: bytes, role: str, at: datetime, expires_at: datetime, user_id: int = 0
) -> None:
    """Keep a sign-in link, and forget those that ended more than a day ago. A person has one link: the newest."""
    await session.run(_sql.remove_old_links, before_us=to_us(at - _KEEP_LINKS))
    if user_id:
        await remove_links_of_user(session, user_id)
    await session.run(_sql.add_link, digest=digest, role=role, expires_us=to_us(expires_at), user_id=user_id or None)


async def remove_links_of_user(session: Session, user_id: int) -> None:
    await session.run(_sql.remove_links_of_user, user_id=user_id)


async def is_link_usable(session: Session, digest: bytes, *, at: datetime) -> bool:
    row = await session.one(_sql.link, digest=digest)
    return row is not None and row["used_us"] is None and row["expires_us"] > to_us(at) and row["disabled_us"] is None


async def use_link(session: Session, digest: bytes, *, at: datetime) -> Link | None:
    """What the link opens, for the one caller who is first and in time, else None."""
    row = await session.one(_sql.use_link, digest=digest, now_us=to_us(at))
    return None if row is None else Link(role=row["role"], user_id=row["user_id"] or 0)


def _signed_in(row: Row) -> SignedIn:
    return SignedIn(
        digest=row["digest"],
        name=row["name"],
        role=row["role"],
        created_at=from_us(row["created_us"]),
        expires_at=from_us(row["expires_us"]),
        user_id=row["user_id"] or 0,
        seen_at=None if row["seen_us"] is None else from_us(row["seen_us"]),
        browser=row["browser"],
        is_disabled=row["disabled_us"] is not None,
    )
