"""Requests that carried an Idempotency-Key, and what was answered."""

from dataclasses import dataclass

from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("idempotency")
MOST_KEPT = 100_000
FORGOTTEN_AT_ONCE = 200  # with each new key, so a backlog shrinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A request under its key. `status` 0: it has no answer yet. `answer` None: it isn't kept."""

    fingerprint: str
    begun_us: int
    status: int
    content_type: str
    answer: bytes | None


async def begin(session: Session, key_id: str, *, fingerprint: str, begun_us: int, kept_us: int) -> bool:
    """Take a key; False when it is in use. What is older than `kept_us`, or too many, goes."""
    known = await get(session, key_id)
    if known is not None and known.begun_us < begun_us - kept_us:
        await forget(session, key_id)
    row = await session.one(_sql.begin, id=key_id, fingerprint=fingerprint, begun_us=begun_us)
    if row is None:
        return False
    await session.run(_sql.forget_old, since_us=begun_us - kept_us, up_to=row["n"] - MOST_KEPT, limit=FORGOTTEN_AT_ONCE)
    return True


async def get(session: Session, key_id: str) -> Keyed | None:
    row = await session.one(_sql.by_id, id=key_id)
    return None if row is None else _keyed(row)


async def keep(session: Session, key_id: str, *, status: int, content_type: str, answer: bytes | None) -> None:
    """What was answered."""
    await session.run(_sql.keep, id=key_id, status=status, content_type=content_type, answer=answer)


async def forget(session: Session, key_id: str) -> None:
    """The key is free again: nothing was done under it."""
    await session.run(_sql.forget, id=key_id)


def _keyed(row: Row) -> Keyed:
    return Keyed(
        fingerprint=row["fingerprint"],
        begun_us=row["begun_us"],
        status=row["status"],
        content_type=row["content_type"],
        answer=None if row["answer"] is None else bytes(row["answer"]),
    )
