"""Answers that somebody writes and hasn't sent: one for each conversation and author."""

from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("drafts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    text: str
    changed_us: int


async def get(session: Session, conversation_id: int, author: str) -> Draft | None:
    row = await session.one(_sql.get, conversation_id=conversation_id, author=author)
    return None if row is None else Draft(text=row["text"], changed_us=row["changed_us"])


async def save(session: Session, conversation_id: int, author: str, text: str, *, at_us: int) -> None:
    await session.run(_sql.save, conversation_id=conversation_id, author=author, text=text, changed_us=at_us)


async def remove(session: Session, conversation_id: int, author: str) -> None:
    await session.run(_sql.remove, conversation_id=conversation_id, author=author)


async def forget(session: Session, *, before_us: int) -> None:
    """Take away those that nobody has touched since."""
    await session.run(_sql.forget, before_us=before_us)
