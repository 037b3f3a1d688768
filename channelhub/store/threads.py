"""How mails hang together: which Message-ID stands in or is cited by which conversation, and links between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("threads")
MOST_ROWS = 2000  # of others' conversations; a newsletter's id may be cited by everybody who answered it
MOST_LINKS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadId:
    """A conversation holds a message (`is_cited` false), or a message in it cites one. `ref`: see rules.threading."""

    ref: int
    is_cited: bool
    identity_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLink:
    """`left_id` has to do with `right_id`: answers it (thread, token), or seems to (subject)."""

    left_id: int
    right_id: int
    reason: str  # thread | token | subject
    at_us: int


async def around(
    session: Session, *, own: Iterable[int], cited: Iterable[int], identity_ids: Iterable[int]
) -> list[ThreadId]:
    """What is known of the ids that mails of these senders have (`own`) and cite."""
    own, cited, senders = set(own), set(cited), sorted(set(identity_ids))
    rows: list[Row] = []
    if senders:
        rows += await session.all(_sql.of_senders, refs=sorted(own | cited), identity_ids=senders)
    if cited:
        rows += await session.all(_sql.holders, refs=sorted(cited), limit=MOST_ROWS)
    if own:
        rows += await session.all(_sql.citers, refs=sorted(own), limit=MOST_ROWS)
    return [_thread_id(row) for row in rows]


async def add(session: Session, rows: Sequence[ThreadId]) -> None:
    await session.run_many(
        _sql.add,
        [
            {
                "ref": one.ref,
                "is_cited": int(one.is_cited),
                "identity_id": one.identity_id,
                "conversation_id": one.conversation_id,
            }
            for one in rows
        ],
    )


async def links_of(session: Session, conversation_ids: Iterable[int]) -> list[ConversationLink]:
    """The links of some conversations, both ways."""
    ids = sorted(set(conversation_ids))
    if not ids:
        return []
    rows = await session.all(_sql.links_from, ids=ids, limit=MOST_LINKS)
    rows += await session.all(_sql.links_to, ids=ids, limit=MOST_LINKS)
    return list(dict.fromkeys(map(_link, rows)))


async def add_links(session: Session, links: Sequence[ConversationLink]) -> None:
    await session.run_many(
        _sql.add_link,
        [{"left_id": one.left_id, "right_id": one.right_id, "reason": one.reason, "at_us": one.at_us} for one in links],
    )


async def move(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """Let the second of each pair hold what the first one held."""
    rows = [{"moved_id": moved_id, "into_id": into_id} for moved_id, into_id in pairs]
    for query in (_sql.move_entries, _sql.move_messages, _sql.move_incidents):
        await session.run_many(query, rows)


def _thread_id(row: Row) -> ThreadId:
    return ThreadId(
        ref=row["ref"],
        is_cited=bool(row["is_cited"]),
        identity_id=row["identity_id"],
        conversation_id=row["conversation_id"],
    )


def _link(row: Row) -> ConversationLink:
    return ConversationLink(left_id=row["left_id"], right_id=row["right_id"], reason=row["reason"], at_us=row["at_us"])
