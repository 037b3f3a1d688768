"""Raw messages as they came: the first thing stored, before anything is read."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.times import from_us, to_us
from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.errors import CursorMoved
from channelhub.store.database import Row, Session, Value
from channelhub.store.sqlfile import Queries

_sql = Queries.of("inbox")
_headers = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_read_envelope = msgspec.json.Decoder(Envelope)
_HELD_AT_ONCE = 16  # parameters of the query
_envelope_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call of `deliver`: all of it is stored, or nothing. `blobs[i]` names a large body's file, or is empty."""

    raws: Sequence[RawMessage]
    blobs: Sequence[str]
    cursor: Cursor | None
    cursor_account: str
    received_at: datetime

    @property
    def size(self) -> int:
        return sum(len(raw.body) + 1024 for raw in self.raws)

    def rows(self) -> list[dict[str, Value]]:
        """The rows of the raws, still without ids. Made before the writer takes them: its thread has enough to do."""
        received_us = to_us(self.received_at)
        return [_row(raw, blob, received_us) for raw, blob in zip(self.raws, self.blobs, strict=True)]


Prepared = tuple[Delivery, list[dict[str, Value]]]  # with its rows
Appended = tuple[list[Sequence[Receipt] | CursorMoved], int]  # an outcome for each delivery, and the next free id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRaw:
    """A raw message with its place in the inbox. `blob` names the file when the body is not inline."""

    id: int
    raw: RawMessage
    received_at: datetime
    blob: str
    sha256: bytes
    is_erased: bool = False  # nothing is left but that it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A line of the list of what came in."""

    id: int
    account: str
    delivery_id: str
    message_ref: str
    received_at: datetime
    size: int
    state: str  # received, processed, parked


def delivery_key(account: str, delivery_id: str) -> bytes:
    return hashlib.blake2b(f"{account}\0{delivery_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


async def append(session: Session, deliveries: Sequence[Prepared], *, first_id: int) -> Appended:
    """Store deliveries in the current transaction; an outcome for each, and the next free id.

    A delivery whose cursor isn't where it expected is left out whole.
    """
    refusals = [await _move_cursor(session, delivery) if delivery.cursor else None for delivery, _ in deliveries]
    rows: list[dict[str, Value]] = []
    for (_, own), refusal in zip(deliveries, refusals, strict=True):
        if not refusal:
            rows += own
    next_id = first_id
    for row in rows:
        row["id"] = next_id
        next_id += 1
    receipts = await _store(session, rows, first_id) if rows else []
    outcomes: list[Sequence[Receipt] | CursorMoved] = []
    at = 0
    for (_, own), refusal in zip(deliveries, refusals, strict=True):
        if refusal:
            outcomes.append(refusal)
        else:
            outcomes.append(receipts[at : at + len(own)])
            at += len(own)
    return outcomes, next_id


async def _store(session: Session, rows: Sequence[dict[str, Value]], first_id: int) -> list[Receipt]:
    stored = await session.run_many(_sql.append, rows)
    await session.run(_sql.queue_since, id=first_id)
    if stored == len(rows):
        return [Receipt(inbox_id=inbox_id, is_duplicate=False) for inbox_id in range(first_id, first_id + stored)]
    new = {row["id"] for row in await session.all(_sql.since, id=first_id)}
    return [await _receipt(session, row, new) for row in rows]


async def _move_cursor(session: Session, delivery: Delivery) -> CursorMoved | None:
    cursor = delivery.cursor
    assert cursor is not None
    stored = await read_cursor(session, delivery.cursor_account, cursor.scope)
    if stored != cursor.expected:
        return CursorMoved(f"cursor {cursor.scope} of {delivery.cursor_account} is not where it was read")
    await session.run(
        _sql.move_cursor,
        account=delivery.cursor_account,
        scope=cursor.scope,
        value=cursor.value,
        moved_us=to_us(delivery.received_at),
    )
    return None


async def _receipt(session: Session, row: dict[str, Value], new: set[int]) -> Receipt:
    if row["id"] in new:
        assert isinstance(row["id"], int)
        return Receipt(inbox_id=row["id"], is_duplicate=False)
    first = await session.one(_sql.by_delivery_key, delivery_key=row["delivery_key"])
    assert first is not None, "a refused row has a twin"
    return Receipt(inbox_id=first["id"], is_duplicate=True)


def _row(raw: RawMessage, blob: str, received_us: int) -> dict[str, Value]:
    return {
        "account": raw.account,
        "delivery_key": delivery_key(raw.account, raw.delivery_id),
        "delivery_id": _storable(raw.delivery_id),
        "message_ref": _storable(raw.envelope.message_id),
        "received_us": received_us,
        "channel_us": to_us(raw.channel_time) if raw.channel_time else None,
        "is_backfill": int(raw.is_backfill),
        "content_type": _storable(raw.content_type),
        "headers": _headers_json(raw.headers),
        "envelope": _envelope_json(raw.envelope),
        "body": None if blob else raw.body,
        "blob": blob,
        "size": raw.size,
        "sha256": bytes.fromhex(blob) if blob else hashlib.sha256(raw.body).digest(),
    }


def _headers_json(headers: Sequence[tuple[str, str]]) -> str:
    return json.dumps([[_storable(name), _storable(value)] for name, value in headers]) if headers else "[]"


def _envelope_json(envelope: Envelope) -> str:
    """Nearly every envelope is storable as it is, and then this is most of what a row costs."""
    try:
        encoded = _envelope_encoder.encode(envelope)
    except UnicodeEncodeError:
        return json.dumps(_envelope(envelope))
    return encoded.decode() if b"\\u0000" not in encoded else json.dumps(_envelope(envelope))


def _envelope(envelope: Envelope) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(envelope)
    built["extra"] = {_storable(name): _storable(value) for name, value in envelope.extra.items()}
    built["rcpt_to"] = [_storable(address) for address in envelope.rcpt_to]
    return {name: _storable(value) if isinstance(value, str) else value for name, value in built.items()}


def _storable(text: str) -> str:
    """Text a database takes: lone surrogates are shown as escapes."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


async def read_cursor(session: Session, account: str, scope: str) -> str | None:
    row = await session.one(_sql.cursor, account=account, scope=scope)
    return None if row is None else str(row["value"])


async def held(session: Session, account: str, delivery_ids: Sequence[str]) -> frozenset[str]:
    """Which of these deliveries of an account are stored, or were and are erased."""
    named = {delivery_key(account, one): one for one in delivery_ids}
    keys = list(named)
    found: set[str] = set()
    for first in range(0, len(keys), _HELD_AT_ONCE):
        asked = keys[first : first + _HELD_AT_ONCE]
        asked += asked[-1:] * (_HELD_AT_ONCE - len(asked))
        rows = await session.all(_sql.held, **{f"key{place}": key for place, key in enumerate(asked)})
        found.update(named[bytes(row["delivery_key"])] for row in rows)
    return frozenset(found)


async def newest_id(session: Session) -> int:
    """The highest id given so far to a delivery or an outgoing message; 0 when there is none."""
    row = await session.one(_sql.newest_id)
    return 0 if row is None else int(row["id"])


async def oldest_pending(session: Session, *, limit: int) -> list[int]:
    """The ids of the deliveries that wait longest for the pipeline."""
    return [row["inbox_id"] for row in await session.all(_sql.oldest_pending, limit=limit)]


async def get_many(session: Session, ids: Sequence[int]) -> list[StoredRaw]:
    return [_stored(row) for row in await session.all(_sql.by_ids, ids=list(ids))]


async def backlog(session: Session) -> tuple[int, datetime | None]:
    """How many deliveries wait for the pipeline, and since when the oldest does."""
    row = await session.one(_sql.backlog)
    assert row is not None
    return int(row["waiting"]), from_us(row["oldest_us"]) if row["oldest_us"] is not None else None


async def still_pending(session: Session, inbox_ids: Sequence[int]) -> set[int]:
    return {row["inbox_id"] for row in await session.all(_sql.still_pending, inbox_ids=list(inbox_ids))}


async def mark_done(session: Session, inbox_ids: Sequence[int]) -> None:
    await session.run(_sql.done, inbox_ids=list(inbox_ids))


async def get(session: Session, inbox_id: int) -> StoredRaw | None:
    row = await session.one(_sql.by_id, id=inbox_id)
    return None if row is None else _stored(row)


async def page(session: Session, *, after: int, limit: int, account: str | None = None) -> list[Arrival]:
    if account is None:
        rows = await session.all(_sql.page, after=after, limit=limit)
    else:
        rows = await session.all(_sql.page_of_account, account=account, after=after, limit=limit)
    return [
        Arrival(
            id=row["id"],
            account=row["account"],
            delivery_id=row["delivery_id"],
            message_ref=row["message_ref"],
            received_at=from_us(row["received_us"]),
            size=row["size"],
            state=row["state"],
        )
        for row in rows
    ]


async def processed(
    session: Session, *, after: int, limit: int, account: str = "", since_us: int = 0
) -> list[StoredRaw]:
    """Deliveries that were read, oldest first: those of one account, or of all; received since then."""
    rows = await session.all(_sql.processed, after=after, limit=limit, account=account, since_us=since_us)
    return [_stored(row) for row in rows]


async def digests(session: Session, *, after: int, limit: int) -> list[tuple[int, str, bytes | None, str, bytes]]:
    """A page of (id, delivery id, inline body or None, blob, sha256), for `fsck`."""
    rows = await session.all(_sql.whole, after=after, limit=limit)
    return [(row["id"], row["delivery_id"], row["body"], row["blob"], row["sha256"]) for row in rows]


async def page_of_files(session: Session, *, after: int, limit: int) -> list[tuple[int, str]]:
    """A page of (id, the file with the body or empty), for `backup`."""
    return [(row["id"], row["blob"]) for row in await session.all(_sql.files, after=after, limit=limit)]


def _stored(row: Row) -> StoredRaw:
    return StoredRaw(
        id=row["id"],
        received_at=from_us(row["received_us"]),
        blob=row["blob"],
        sha256=row["sha256"],
        is_erased=row["erased_us"] is not None,
        raw=RawMessage(
            account=row["account"],
            delivery_id=row["delivery_id"],
            body=row["body"] or b"",
            content_type=row["content_type"],
            headers=_headers.decode(row["headers"]),
            envelope=_read_envelope.decode(row["envelope"]),
            channel_time=from_us(row["channel_us"]) if row["channel_us"] is not None else None,
            is_backfill=bool(row["is_backfill"]),
        ),
    )
