"""Finds messages that are old, and takes away what is left of them where they stood.

Each function works in the current transaction, and again changes nothing more. The messages themselves
`store/erasing.py` takes away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from channelhub.domain.incidents import IncidentState
from channelhub.rules.retention import Aged
from channelhub.store import timeline
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries, Query

_sql = Queries.of("expiring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Messageless:
    """A delivery that no message names. `received_us`: microseconds UTC."""

    id: int
    account: str
    received_us: int
    is_parked: bool


async def channels(session: Session, known: Mapping[str, str]) -> dict[str, str]:
    """The channel of every account by which something came or went; empty where none can be told. `known`: of those
    that are configured."""
    found = dict(known)
    for row in await session.all(_sql.accounts):
        if row["account"] not in found:
            used = await session.one(_sql.channel, account=row["account"])
            found[row["account"]] = "" if used is None else used["channel"]
    return found


async def aged_after(session: Session, after: int, *, limit: int) -> list[Aged]:
    """The next messages in the order in which they came, none that waits to be sent."""
    return [_aged(row) for row in await session.all(_sql.aged_after, after=after, limit=limit)]


async def messageless_after(session: Session, after: int, until: int) -> list[Messageless]:
    """Deliveries of a piece of the ids that became no message, and wait for nothing."""
    return [
        Messageless(
            id=row["id"], account=row["account"], received_us=row["received_us"], is_parked=bool(row["is_parked"])
        )
        for row in await session.all(_sql.messageless_after, after=after, until=until)
    ]


async def received_after(session: Session, after: int) -> int | None:
    """When the next delivery came; None: there is none."""
    row = await session.one(_sql.received, after=after)
    return None if row is None else int(row["received_us"])


async def places(session: Session, message_ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """The conversations and the incidents of messages."""
    rows = await session.all(_sql.places, ids=list(message_ids))
    return (
        {row["conversation_id"] for row in rows if row["conversation_id"] is not None},
        {row["incident_id"] for row in rows if row["incident_id"] is not None},
    )


async def reporters(session: Session, outage_id: int) -> dict[int, int]:
    """Whose each report in an outage is: identities by messages, also by those that have gone."""
    return {row["message_id"]: row["identity_id"] for row in await session.all(_sql.reporters, outage_id=outage_id)}


async def brought(session: Session, message_ids: Sequence[int]) -> list[int]:
    return await _ids(session, _sql.brought, message_ids, column="inbox_id")


async def sole(session: Session, inbox_ids: Sequence[int]) -> list[int]:
    """Of some deliveries those that no message names any more."""
    return await _ids(session, _sql.sole, inbox_ids)


async def messages(session: Session, message_ids: Sequence[int]) -> None:
    """What of messages stands outside of their own rows: on the timeline, and where they were sent from."""
    ids = list(message_ids)
    await _remove_entries(session, await session.all(_sql.entries_of, ids=ids))
    await session.run(_sql.blank_outbox, ids=ids)
    await session.run(_sql.remove_sent_parts, ids=ids)


async def incidents(session: Session, incident_ids: Sequence[int]) -> list[int]:
    """Incidents that have no message left, with what hangs on them; scores stay. Others lose the words of the message
    that opened them, where it has gone. The ids of all that went."""
    empty = await _ids(session, _sql.empty_incidents, incident_ids)
    rated = await _ids(session, _sql.ratings_of_incidents, empty)
    await _remove_entries(session, await session.all(_sql.entries_of_incidents, ids=empty))
    await _remove_entries(session, await session.all(_sql.entries_of, ids=rated))
    await session.run(_sql.blank_ratings, ids=rated)
    await session.run(_sql.blank_rating_versions, ids=rated)
    await session.run(_sql.remove_tags, ids=empty)
    newest = await session.one(_sql.newest_incident, ids=empty)
    if newest is not None:
        await session.run(_sql.close_incident, id=newest["id"])
    await session.run(_sql.remove_incidents, ids=[one for one in empty if newest is None or one != newest["id"]])
    await session.run(_sql.blank_incidents, ids=list(incident_ids))
    return empty + rated


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A Message-ID by which answers find a conversation."""

    ref: int
    is_cited: int
    identity_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """What leads to some conversations: others that became parts of them, by their ids, and Message-IDs."""

    parts: Mapping[int, int]
    refs: Sequence[Ref]


async def threads_of(session: Session, conversation_ids: Sequence[int]) -> Threads:
    """Walks tables that have no index for it: for a reader."""
    parts: dict[int, int] = {}
    whole = {one: one for one in conversation_ids}
    while whole:
        rows = await session.all(_sql.merged_into, ids=list(whole))
        whole = {row["id"]: whole[row["merged_into"]] for row in rows if row["id"] not in parts}
        parts |= whole
    rows = await session.all(_sql.thread_ids, ids=[*conversation_ids, *parts])
    return Threads(
        parts=parts,
        refs=[
            Ref(**{name: row[name] for name in ("ref", "is_cited", "identity_id", "conversation_id")}) for row in rows
        ],
    )


async def empty_conversations(session: Session, conversation_ids: Sequence[int]) -> list[int]:
    """Those in which nothing is left."""
    return await _ids(session, _sql.empty_conversations, conversation_ids)


async def conversations(session: Session, conversation_ids: Sequence[int], threads: Threads) -> list[int]:
    """Conversations in which nothing is left, with the notes about them; others are called by what is left. The ids of
    all that went."""
    empty = await empty_conversations(session, conversation_ids)
    gone = [*empty, *[part for part, whole in threads.parts.items() if whole in empty]]
    notes = await _ids(session, _sql.notes, gone)
    await _remove_entries(session, await session.all(_sql.entries_of, ids=notes))
    for query in (_sql.remove_note_texts, _sql.remove_mentions, _sql.remove_notes):
        await session.run(query, ids=notes)
    await session.run_many(_sql.remove_thread_id, [asdict(one) for one in threads.refs if one.conversation_id in gone])
    for query in (_sql.remove_drafts, _sql.remove_conversation_links, _sql.remove_conversations):
        await session.run(query, ids=gone)
    await session.run(_sql.rename_conversations, ids=list(conversation_ids))
    return gone + notes


async def _ids(session: Session, query: Query, ids: Sequence[int], *, column: str = "id") -> list[int]:
    return [row[column] for row in await session.all(query, ids=list(ids))]


async def _remove_entries(session: Session, rows: Sequence[Row]) -> None:
    for row in rows:
        await timeline.remove(session, identity_id=row["identity_id"], at_us=row["at_us"], entry_id=row["id"])


def _aged(row: Row) -> Aged:
    return Aged(
        id=row["id"],
        account=row["account"],
        received_us=row["received_us"],
        incident_id=row["incident_id"],
        state=None if row["state"] is None else IncidentState(row["state"]),
        changed_us=row["changed_us"] or 0,
        newest_us=row["newest_us"] or 0,
    )
