"""The words that customers used for an outage's terms, and the beginnings of what they wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outage_words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The first 600 characters of a message's own words, and 200 of its subject."""

    message_id: int
    language: str
    subject: str
    text: str


async def add(session: Session, outage_id: int, words: Mapping[str, str]) -> None:
    """Remember the word for each term. A term that has one keeps it."""
    await session.run_many(
        _sql.add, [{"outage_id": outage_id, "term": term, "word": word} for term, word in sorted(words.items())]
    )


async def of_outages(session: Session, outage_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """The words for the terms of some outages."""
    found: dict[int, dict[str, str]] = {}
    for row in await session.all(_sql.of_outages, outage_ids=sorted(set(outage_ids))):
        found.setdefault(row["outage_id"], {})[row["term"]] = row["word"]
    return found


async def openings(session: Session, message_ids: Iterable[int]) -> list[Opening]:
    """How some messages begin, as they read now, the oldest first."""
    return [
        Opening(message_id=row["id"], language=row["language"], subject=row["subject"], text=row["text"])
        for row in await session.all(_sql.texts, ids=sorted(set(message_ids)))
    ]
