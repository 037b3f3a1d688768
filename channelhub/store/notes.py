"""Notes that agents write for each other beside a customer's messages, every version of them, and who is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`author` is their login, or what their token is called; `conversation_id` None: it is of the customer as such."""

    id: int
    identity_id: int
    conversation_id: int | None
    author: str
    at_us: int
    revision: int  # the newest; 0 is the first


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """The words of one version, by who wrote that."""

    revision: int
    author: str
    at_us: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """That somebody is named in a note, with the beginning of its newest words; when they saw it."""

    note_id: int
    customer_id: int
    conversation_id: int | None
    author: str
    at_us: int
    seen_us: int | None
    text: str


async def by_key(session: Session, key: str) -> Note | None:
    row = await session.one(_sql.by_key, note_key=key)
    return None if row is None else _note(row)


async def get(session: Session, note_id: int) -> Note | None:
    row = await session.one(_sql.get, id=note_id)
    return None if row is None else _note(row)


async def of_conversation(session: Session, conversation_id: int, *, before: tuple[int, int], limit: int) -> list[int]:
    """The ids of its notes before a place (time, id), the newest first."""
    rows = await session.all(
        _sql.of_conversation, conversation_id=conversation_id, before_us=before[0], before_id=before[1], limit=limit
    )
    return [row["id"] for row in rows]


async def add(session: Session, note: Note, text: str, *, key: str) -> None:
    await session.run(
        _sql.add,
        id=note.id,
        note_key=key,
        identity_id=note.identity_id,
        conversation_id=note.conversation_id,
        author=note.author,
        at_us=note.at_us,
    )
    await _add_text(session, note.id, 0, note.author, text, note.at_us)


async def revise(session: Session, note_id: int, text: str, *, author: str, revision: int, at_us: int) -> bool:
    """A new version after `revision`; False where there is a newer one already."""
    row = await session.one(_sql.revise, id=note_id, revision=revision)
    if row is None:
        return False
    await _add_text(session, note_id, row["revision"], author, text, at_us)
    return True


async def texts(session: Session, note_id: int) -> list[NoteText]:
    """Every version of a note, the newest first."""
    return [_text(row) for row in await session.all(_sql.texts, note_id=note_id)]


async def versions(session: Session, note_ids: Iterable[int], *, most: int, chars: int) -> dict[int, list[NoteText]]:
    """Of some notes the newest version and at most `most` before it, at most `chars` characters of each."""
    found: dict[int, list[NoteText]] = {}
    rows = await session.all(_sql.versions, note_ids=sorted(set(note_ids)), most=most, chars=chars)
    for row in rows:
        found.setdefault(row["note_id"], []).append(_text(row))
    return found


async def mention(session: Session, note_id: int, logins: Sequence[str], *, at_us: int) -> None:
    await session.run_many(_sql.mention, [{"login": login, "note_id": note_id, "at_us": at_us} for login in logins])


async def mentioned(session: Session, note_id: int) -> list[str]:
    return [row["login"] for row in await session.all(_sql.mentioned, note_id=note_id)]


async def mentions_of(session: Session, login: str, *, before: int, limit: int, chars: int) -> list[Mention]:
    """Where somebody is named, the newest first, with at most `chars` characters of each note."""
    return [
        Mention(
            note_id=row["note_id"],
            customer_id=row["customer_id"],
            conversation_id=row["conversation_id"],
            author=row["author"],
            at_us=row["at_us"],
            seen_us=row["seen_us"],
            text=row["text"],
        )
        for row in await session.all(_sql.mentions_of, login=login, before=before, limit=limit, chars=chars)
    ]


async def count_unseen(session: Session, login: str, *, most: int) -> int:
    """How many of them they haven't seen, counted up to `most`."""
    row = await session.one(_sql.count_unseen, login=login, most=most)
    count: int = 0 if row is None else row["count"]
    return count


async def see(session: Session, login: str, *, upto: int, at_us: int) -> None:
    """They have seen every note up to one."""
    await session.run(_sql.see, login=login, upto=upto, at_us=at_us)


async def _add_text(session: Session, note_id: int, revision: int, author: str, text: str, at_us: int) -> None:
    await session.run(_sql.add_text, note_id=note_id, revision=revision, author=author, at_us=at_us, text=text)


def _text(row: Row) -> NoteText:
    return NoteText(revision=row["revision"], author=row["author"], at_us=row["at_us"], text=row["text"])


def _note(row: Row) -> Note:
    return Note(
        id=row["id"],
        identity_id=row["identity_id"],
        conversation_id=row["conversation_id"],
        author=row["author"],
        at_us=row["at_us"],
        revision=row["revision"],
    )
