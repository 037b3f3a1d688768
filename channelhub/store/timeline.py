"""A customer's entries in order, clustered by identity: merged while reading, so a link changes no entry."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.store import timeline_counts
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries, Query

_sql = Queries.of("timeline")
PREVIEW_CHARS = 1000
Place = tuple[int, int]  # of an entry: microseconds UTC, id
NEWEST: Place = (1 << 62, 1 << 62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a timeline. `type`: message, contact, journey, call, reaction, unknown, incident, outage, rating,
    notice, note."""

    identity_id: int
    at_us: int
    id: int
    type: str
    channel: str
    account: str
    direction: str
    is_verified: bool
    subject: str
    preview: str
    conversation_id: int | None = None
    incident_id: int | None = None
    outage_id: int | None = None
    is_cut: bool = False
    attachments: int = 0
    state: str = ""
    reason: str = ""  # why an outgoing message is delayed, failed or uncertain; stands in the outbox
    flags: tuple[str, ...] = ()
    files_pending: int = 0  # of its attachments, those still to be fetched, and those that were refused or failed:
    files_missing: int = 0  # as the table of media has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What of an entry says whether it is wanted."""

    at_us: int
    id: int
    type: str
    channel: str
    subject: str
    preview: str
    is_cut: bool

    @property
    def place(self) -> Place:
        return self.at_us, self.id


def preview(text: str) -> tuple[str, bool]:
    """The beginning of a text, and whether something was cut."""
    return text[:PREVIEW_CHARS], len(text) > PREVIEW_CHARS


async def add(session: Session, entries: Sequence[Entry]) -> None:
    """Write entries and count them; one that is there already gets its new words, state and flags."""
    channels: dict[timeline_counts.Place, str] = {}
    for one in entries:
        channels.setdefault((one.identity_id, one.at_us, one.id), one.channel)
    await timeline_counts.add(session, channels)
    await session.run_many(
        _sql.add,
        [
            {
                "identity_id": one.identity_id,
                "at_us": one.at_us,
                "id": one.id,
                "type": one.type,
                "channel": one.channel,
                "account": one.account,
                "direction": one.direction,
                "is_verified": int(one.is_verified),
                "conversation_id": one.conversation_id,
                "incident_id": one.incident_id,
                "outage_id": one.outage_id,
                "subject": one.subject,
                "preview": one.preview,
                "is_cut": int(one.is_cut),
                "attachments": one.attachments,
                "state": one.state,
                "flags": " ".join(one.flags),
            }
            for one in entries
        ],
    )


async def remove(session: Session, *, identity_id: int, at_us: int, entry_id: int) -> None:
    """Take an entry from its place, to be added at another (replay)."""
    gone = await session.one(_sql.remove, identity_id=identity_id, at_us=at_us, id=entry_id)
    if gone is not None:
        await timeline_counts.take(session, (identity_id, at_us, entry_id), gone["channel"])


async def set_state(session: Session, message_id: int, state: str) -> None:
    """What became of an outgoing message."""
    await session.run(_sql.set_state, id=message_id, state=state)


async def page(session: Session, identity_ids: Iterable[int], before: Place = NEWEST, *, limit: int) -> list[Entry]:
    """The newest entries of some identities together, older than a place."""
    runs = [await _run(session, _sql.newest, one, before, limit) for one in identity_ids]
    merged = heapq.merge(*([_entry(row) for row in rows] for rows in runs), key=lambda one: (-one.at_us, -one.id))
    return [entry for entry, _ in zip(merged, range(limit), strict=False)]


async def page_after(session: Session, identity_ids: Iterable[int], after: Place, *, limit: int) -> list[Entry]:
    """The entries of some identities together that come right after a place, the oldest first."""
    runs = [await _run(session, _sql.oldest, one, after, limit) for one in identity_ids]
    merged = heapq.merge(*([_entry(row) for row in rows] for rows in runs), key=lambda one: (one.at_us, one.id))
    return [entry for entry, _ in zip(merged, range(limit), strict=False)]


async def look(
    session: Session, identity_ids: Sequence[int], start: Place, *, limit: int, is_older: bool
) -> tuple[list[Looked], bool]:
    """About `limit` entries of some identities together from a place on, and whether these are all.

    Of each identity an equal share is read, and shown as far as the reading came of all of them.
    """
    share = limit // max(1, len(identity_ids)) + 1
    query = _sql.look_older if is_older else _sql.look_newer
    runs = [[_looked(row) for row in await _run(session, query, one, start, share)] for one in identity_ids]
    merged = sorted((one for run in runs for one in run), key=lambda one: one.place, reverse=is_older)
    ends = [run[-1].place for run in runs if len(run) == share]
    if not ends:
        return merged, True
    nearest = max(ends) if is_older else min(ends)
    return [one for one in merged if (one.place >= nearest if is_older else one.place <= nearest)], False


async def _run(session: Session, query: Query, identity_id: int, place: Place, limit: int) -> Sequence[Row]:
    return await session.all(query, identity_id=identity_id, at_us=place[0], id=place[1], limit=limit)


async def get(session: Session, entry_id: int) -> Entry | None:
    row = await session.one(_sql.by_id, id=entry_id)
    return None if row is None else _entry(row)


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, Entry]:
    return {row["id"]: _entry(row) for row in await session.all(_sql.by_ids, ids=sorted(set(ids)))}


def _entry(row: Row) -> Entry:
    return Entry(
        identity_id=row["identity_id"],
        at_us=row["at_us"],
        id=row["id"],
        type=row["type"],
        channel=row["channel"],
        account=row["account"],
        direction=row["direction"],
        is_verified=bool(row["is_verified"]),
        conversation_id=row["conversation_id"],
        incident_id=row["incident_id"],
        outage_id=row["outage_id"],
        subject=row["subject"],
        preview=row["preview"],
        is_cut=bool(row["is_cut"]),
        attachments=row["attachments"],
        state=row["state"],
        flags=tuple(row["flags"].split()),
    )


def _looked(row: Row) -> Looked:
    return Looked(
        at_us=row["at_us"],
        id=row["id"],
        type=row["type"],
        channel=row["channel"],
        subject=row["subject"],
        preview=row["preview"],
        is_cut=bool(row["is_cut"]),
    )
