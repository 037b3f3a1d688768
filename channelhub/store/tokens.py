"""Bearer tokens, of which only the SHA-256 is kept: a stolen database opens nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.times import from_us, to_us
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token. `account` is empty where it serves every account, `scopes` where it may do all that
    its role may."""

    id: int
    name: str
    role: str
    scopes: frozenset[str]
    account: str
    digest: bytes
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


async def add(
    session: Session,
    *,
    name: str,
    role: str,
    account: str,
    digest: bytes,
    at: datetime,
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> int:
    """Keep a new token; its id. The digest is unique, so a token can't be stored twice."""
    row = await session.one(
        _sql.add,
        name=name,
        role=role,
        scopes=" ".join(sorted(set(scopes))),
        account=account,
        digest=digest,
        created_us=to_us(at),
        expires_us=None if expires_at is None else to_us(expires_at),
    )
    assert row is not None, "an insert that returns its row"
    return int(row["id"])


async def by_digest(session: Session, digest: bytes) -> Token | None:
    """The token with this digest, revoked and expired ones included."""
    row = await session.one(_sql.by_digest, digest=digest)
    return None if row is None else _token(row)


async def page(session: Session, *, after: int, limit: int) -> list[Token]:
    return [_token(row) for row in await session.all(_sql.page, after=after, limit=limit)]


async def live(session: Session, *, limit: int) -> list[Token]:
    """Those that nobody revoked, the newest first; expired ones are among them."""
    return [_token(row) for row in await session.all(_sql.live, limit=limit)]


async def called(session: Session, login: str, *, at: datetime) -> Token | None:
    """The first that still opens at this moment and whose name reads as this login."""
    row = await session.one(_sql.called, login=login, at_us=to_us(at))
    return None if row is None else _token(row)


async def revoke(session: Session, token_id: int, *, at: datetime) -> bool:
    """Whether a live token was revoked by this call."""
    return await session.one(_sql.revoke, id=token_id, revoked_us=to_us(at)) is not None


async def mark_used(session: Session, token_id: int, *, at: datetime) -> None:
    """Remember when it was last used; an earlier moment changes nothing."""
    await session.run(_sql.used, id=token_id, used_us=to_us(at))


def _token(row: Row) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        scopes=frozenset(row["scopes"].split()),
        account=row["account"],
        digest=row["digest"],
        created_at=from_us(row["created_us"]),
        expires_at=_moment(row["expires_us"]),
        used_at=_moment(row["used_us"]),
        revoked_at=_moment(row["revoked_us"]),
    )


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
