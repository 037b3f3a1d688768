"""Signed-in browsers and the one-use links that sign them in. Only digests are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channelhub.domain.times import from_us, to_us
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("sessions")
_KEEP_LINKS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser's session."""

    digest: bytes
    name: str
    role: str
    created_at: datetime
    expires_at: datetime


async def add(session: Session, *, digest: bytes, name: str, role: str, at: datetime, expires_at: datetime) -> None:
    """Open a session, and forget those that have run out."""
    await session.run(_sql.remove_expired, now_us=to_us(at))
    await session.run(_sql.add, digest=digest, name=name, role=role, created_us=to_us(at), expires_us=to_us(expires_at))


async def by_digest(session: Session, digest: bytes) -> SignedIn | None:
    """The session with this digest, also when its time is over: the caller compares."""
    row = await session.one(_sql.by_digest, digest=digest)
    if row is None:
        return None
    return SignedIn(
        digest=row["digest"],
        name=row["name"],
        role=row["role"],
        created_at=from_us(row["created_us"]),
        expires_at=from_us(row["expires_us"]),
    )


async def remove(session: Session, digest: bytes) -> None:
    await session.run(_sql.remove, digest=digest)


async def add_link(session: Session, *, digest: bytes, role: str, at: datetime, expires_at: datetime) -> None:
    """Keep a sign-in link, and forget those that ended more than a day ago."""
    await session.run(_sql.remove_old_links, before_us=to_us(at - _KEEP_LINKS))
    await session.run(_sql.add_link, digest=digest, role=role, expires_us=to_us(expires_at))


async def is_link_usable(session: Session, digest: bytes, *, at: datetime) -> bool:
    row = await session.one(_sql.link, digest=digest)
    return row is not None and row["used_us"] is None and row["expires_us"] > to_us(at)


async def use_link(session: Session, digest: bytes, *, at: datetime) -> str | None:
    """The link's role for the one caller who is first and in time, else None."""
    row = await session.one(_sql.use_link, digest=digest, now_us=to_us(at))
    return None if row is None else str(row["role"])
