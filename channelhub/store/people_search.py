"""The words that people are found by, and the trigram index over them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.people import Identity
from channelhub.rules.people_search import MOST_CANDIDATES, expression, kept_words, mistyped, nearest
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("people_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row of the index: `place` is in the order in which the hub met people."""

    place: int
    identity_id: int


async def index(session: Session, identities: Sequence[Identity]) -> None:
    """Make identities findable by what they are called now. The same words again cost no write."""
    await session.run_many(_sql.keep, [{"identity_id": one.id, "words": kept_words(one)} for one in identities])


async def find(session: Session, question: str, *, limit: int) -> list[int]:
    """Ids of identities that have all the words of a question in their name or address, or its digits in their phone:
    those met last first. Where there is nobody, those that have them but for a slip of the keyboard, the nearest
    first."""
    if not (words := expression(question)):
        return []
    found = [row["identity_id"] for row in await session.all(_sql.find, words=words, limit=limit)]
    if found or not (words := mistyped(question)):
        return found
    candidates = await session.all(_sql.find, words=words, limit=MOST_CANDIDATES)
    return nearest(question, ((row["identity_id"], row["words"]) for row in candidates))[:limit]


async def names(session: Session, customer_ids: Iterable[int]) -> dict[int, str]:
    """The newest name of each customer that has one, on whichever identity it was given."""
    found: dict[int, str] = {}
    for row in await session.all(_sql.names, customer_ids=sorted(set(customer_ids))):
        found.setdefault(row["customer_id"], row["name"])
    return found


async def known_after(session: Session, place: int, *, limit: int) -> list[Known]:
    """The rows behind a place, in order."""
    rows = await session.all(_sql.known_after, place=place, limit=limit)
    return [Known(place=row["id"], identity_id=row["identity_id"]) for row in rows]
