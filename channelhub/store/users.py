"""People who sign in: what they may do, and what they show for it. Of passwords and codes only digests are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.times import from_us, to_us
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("users")
SINCE_SCHEMA = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """`password` is argon2id's text, empty where none is set; `totp` a sealed secret, asked for since `totp_since`."""

    id: int
    login: str
    name: str
    role: str
    password: str
    totp: bytes | None
    totp_since: datetime | None
    totp_step: int
    version: int
    created_at: datetime
    disabled_at: datetime | None

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None

    @property
    def needs_code(self) -> bool:
        return self.totp_since is not None


async def add(session: Session, *, login: str, name: str, role: str, password: str, at: datetime) -> int | None:
    """Keep a new person; the id, or None where the login is taken."""
    row = await session.one(_sql.add, login=login, name=name, role=role, password=password, created_us=to_us(at))
    return None if row is None else int(row["id"])


async def get(session: Session, user_id: int) -> User | None:
    row = await session.one(_sql.get, id=user_id)
    return None if row is None else _user(row)


async def by_login(session: Session, login: str) -> User | None:
    row = await session.one(_sql.by_login, login=login)
    return None if row is None else _user(row)


async def page(session: Session, *, after: int, limit: int) -> list[User]:
    """The oldest first; who may not sign in is among them."""
    return [_user(row) for row in await session.all(_sql.page, after=after, limit=limit)]


async def enabled_logins(session: Session, *, limit: int) -> list[str]:
    """Of those who may sign in, in order of the alphabet."""
    return [row["login"] for row in await session.all(_sql.enabled_logins, limit=limit)]


async def change(
    session: Session, user_id: int, *, version: int, name: str, role: str, disabled_at: datetime | None
) -> bool:
    """Whether it still had this version, and so was changed."""
    disabled_us = None if disabled_at is None else to_us(disabled_at)
    row = await session.one(_sql.change, id=user_id, version=version, name=name, role=role, disabled_us=disabled_us)
    return row is not None


async def set_password(session: Session, user_id: int, password: str) -> None:
    """`password` as argon2id writes it; empty: only a sign-in link opens."""
    await session.run(_sql.set_password, id=user_id, password=password)


async def set_totp(
    session: Session, user_id: int, sealed: bytes | None, *, since: datetime | None = None, step: int = 0
) -> None:
    """Keep the sealed secret, or none. `since`: from when a code is asked for; `step`: of the last one taken."""
    since_us = None if since is None else to_us(since)
    await session.run(_sql.set_totp, id=user_id, totp=sealed, since_us=since_us, step=step)


async def take_step(session: Session, user_id: int, step: int) -> bool:
    """Whether no code of this step or a later one was taken before."""
    return await session.one(_sql.take_step, id=user_id, step=step) is not None


async def replace_codes(session: Session, user_id: int, digests: Sequence[bytes]) -> None:
    """The recovery codes from now on; those of before open nothing."""
    await session.run(_sql.forget_codes, user_id=user_id)
    for digest in digests:
        await session.run(_sql.add_codes, user_id=user_id, digest=digest)


async def take_code(session: Session, user_id: int, digest: bytes) -> bool:
    """Whether it was one of this person's recovery codes; it is none any more."""
    return await session.one(_sql.take_code, user_id=user_id, digest=digest) is not None


async def count_codes(session: Session, user_id: int) -> int:
    row = await session.one(_sql.count_codes, user_id=user_id)
    assert row is not None, "a count is one row"
    return int(row["codes"])


def _user(row: Row) -> User:
    return User(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        role=row["role"],
        password=row["password"],
        totp=row["totp"],
        totp_since=_moment(row["totp_since_us"]),
        totp_step=row["totp_step"],
        version=row["version"],
        created_at=from_us(row["created_us"]),
        disabled_at=_moment(row["disabled_us"]),
    )


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
