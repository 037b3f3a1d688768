"""Accounts of other servers with which people sign in."""

from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("user_subjects")


async def user_of(session: Session, issuer: str, subject: str) -> int | None:
    """Whose account it is."""
    row = await session.one(_sql.user_of, issuer=issuer, external_id=subject)
    return None if row is None else int(row["user_id"])


async def add(session: Session, issuer: str, subject: str, user_id: int, *, at: datetime) -> bool:
    """Whether it belonged to nobody, and is this person's now."""
    row = await session.one(_sql.add, issuer=issuer, external_id=subject, user_id=user_id, added_us=to_us(at))
    return row is not None


async def issuers_of(session: Session, user_id: int) -> list[str]:
    """At which servers the person has connected an account."""
    return [row["issuer"] for row in await session.all(_sql.of_user, user_id=user_id)]


async def remove_of_user(session: Session, user_id: int) -> None:
    await session.run(_sql.remove_of_user, user_id=user_id)
