"""Files that messages only name: what is still to be fetched, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channelhub.domain.media import MediaReason, MediaReference, MediaState
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("media")
MAX_DETAIL_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """The file `n` of a message, to be had through an account. `tries` counts those that failed."""

    message_id: int
    n: int
    account: str
    file: MediaReference
    state: MediaState
    reason: MediaReason
    detail: str
    tries: int
    changed_us: int

    @property
    def key(self) -> tuple[int, int]:
        return self.message_id, self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaStatus:
    """How it stands with one file; `detail` is for an operator."""

    state: MediaState
    reason: MediaReason
    detail: str


async def queue(session: Session, wanted: Iterable[tuple[int, str, int]]) -> None:
    """Have the files fetched that messages only name: (message id, account, since when in microseconds).

    What is known already stays as it is.
    """
    for message_id, account, at_us in wanted:
        await session.run(_sql.queue, message_id=message_id, account=account, at_us=at_us)


async def due_accounts(session: Session, *, now_us: int) -> list[str]:
    """The accounts that have something to fetch now."""
    return [row["account"] for row in await session.all(_sql.due_accounts, now_us=now_us)]


async def due(session: Session, *, account: str, now_us: int, limit: int) -> list[MediaItem]:
    return [_item(row) for row in await session.all(_sql.due, account=account, now_us=now_us, limit=limit)]


async def get(session: Session, message_id: int, n: int) -> MediaItem | None:
    row = await session.one(_sql.one, message_id=message_id, n=n)
    return None if row is None else _item(row)


async def page(
    session: Session, *, state: MediaState, account: str = "", after: tuple[int, int] = (0, -1), limit: int
) -> list[MediaItem]:
    """Files in one state, in the order of their messages; of one account, or of all."""
    rows = await session.all(_sql.page, state=str(state), account=account, message_id=after[0], n=after[1], limit=limit)
    return [_item(row) for row in rows]


async def of_message(session: Session, message_id: int) -> Mapping[int, MediaStatus]:
    """How it stands with the files that the message only named, by their number."""
    return {
        row["n"]: MediaStatus(state=MediaState(row["state"]), reason=MediaReason(row["reason"]), detail=row["detail"])
        for row in await session.all(_sql.of_message, message_id=message_id)
    }


async def missing(session: Session, message_ids: Iterable[int]) -> Mapping[int, Mapping[MediaState, int]]:
    """How many files of each message aren't here, by state."""
    found: dict[int, dict[MediaState, int]] = {}
    for row in await session.all(_sql.missing, message_ids=sorted(set(message_ids))):
        found.setdefault(row["message_id"], {})[MediaState(row["state"])] = row["files"]
    return found


async def counts(session: Session) -> Mapping[MediaState, int]:
    """How many files aren't here, by state."""
    return {MediaState(row["state"]): row["files"] for row in await session.all(_sql.counts)}


async def totals(session: Session) -> Mapping[str, int]:
    """Bytes fetched so far, by account."""
    return {row["account"]: row["bytes"] for row in await session.all(_sql.totals)}


async def settle(
    session: Session,
    item: MediaItem,
    *,
    state: MediaState,
    reason: MediaReason = MediaReason.NONE,
    detail: str = "",
    tries: int,
    at_us: int,
    due_us: int | None = None,
) -> None:
    """Write how it stands with a file."""
    await session.run(
        _sql.settle,
        message_id=item.message_id,
        n=item.n,
        state=str(state),
        reason=str(reason),
        detail=detail[:MAX_DETAIL_CHARS],
        tries=tries,
        due_us=at_us if due_us is None else due_us,
        changed_us=at_us,
    )


async def store(session: Session, item: MediaItem, *, sha256: str, size: int, at_us: int) -> None:
    """The file is on disk under its digest: its message has it from now on."""
    await session.run(_sql.name_file, message_id=item.message_id, n=item.n, sha256=sha256, size=size)
    await session.run(_sql.count_file, account=item.account, size=size)
    await settle(session, item, state=MediaState.STORED, tries=item.tries, at_us=at_us)


async def remove(session: Session, message_id: int) -> None:
    """Forget the files of a message that is taken away."""
    await session.run(_sql.remove, message_id=message_id)


def _item(row: Row) -> MediaItem:
    return MediaItem(
        message_id=row["message_id"],
        n=row["n"],
        account=row["account"],
        file=MediaReference(
            reference=row["reference"], filename=row["filename"], content_type=row["content_type"], size=row["size"]
        ),
        state=MediaState(row["state"]),
        reason=MediaReason(row["reason"]),
        detail=row["detail"],
        tries=row["tries"],
        changed_us=row["changed_us"],
    )
