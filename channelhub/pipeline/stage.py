"""The processing stage: pending deliveries → parser children → one commit per batch; poison is parked alone."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from channelhub.domain.events.messages import MessageParked
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.files import has_files, stored_files
from channelhub.pipeline.pace import Pace
from channelhub.pipeline.parsing import ParserPool
from channelhub.pipeline.process import Culprit, Delivered, process
from channelhub.pipeline.reading import salvage
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.wire import Reading
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import events, inbox, parking
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.inbox import StoredRaw
from channelhub.store.opening import Store

RETRY_S = 1.0
LOOK_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    stored: StoredRaw
    reading: Reading


class ProcessingStage:
    """Reads what is pending until cancelled. Everything it holds is also in the table, so a crash costs nothing."""

    def __init__(
        self,
        store: Store,
        pool: ParserPool,
        *,
        book: Callable[[], Rulebook],
        arrived: Bell,
        processed: Bell,
        now: Callable[[], datetime],
        log: Logger,
        on_parked: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._on_parked = on_parked  # told the reason, one of a few fixed words
        self._store = store
        self._pool = pool
        self._book = book
        self._arrived = arrived
        self._processed = processed
        self._now = now
        self._log = log
        self._pace = Pace(store.writer.intake_per_s)
        self._in_hand: set[int] = set()
        self._ready: list[_Read] = []
        self._has_ready = asyncio.Event()
        self._has_room = asyncio.Event()
        self._reading: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Raises what ended it, whichever half failed: the caller starts a new stage on the same table."""
        halves = [
            asyncio.create_task(self._take_pending(), name="process read"),
            asyncio.create_task(self._write_batches(), name="process write"),
        ]
        try:
            ended, _ = await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
            for half in ended:
                half.result()
        finally:
            tasks = [*halves, *self._reading]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_pending(self) -> None:
        while True:
            heard = self._arrived.rings
            room = self._pace.most_in_hand() - len(self._in_hand)
            taken = await self._take(room) if room > 0 else 0
            if room > 0 and taken == 0:
                await self._arrived.wait(heard, timeout_s=LOOK_AGAIN_S)
            elif room - taken <= 0:
                self._has_room.clear()
                await self._has_room.wait()

    async def _take(self, room: int) -> int:
        """Start reading the oldest pending deliveries that aren't in hand. Those in hand are among the oldest."""
        in_hand = frozenset(self._in_hand)

        async def look(session: Session) -> Sequence[StoredRaw]:
            oldest = await inbox.oldest_pending(session, limit=len(in_hand) + room)
            return await inbox.get_many(session, [one for one in oldest if one not in in_hand][:room])

        fresh = await self._store.readers.look(look)
        for stored in fresh:
            self._in_hand.add(stored.id)
            task = asyncio.create_task(self._read(stored))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
        return len(fresh)

    async def _read(self, stored: StoredRaw) -> None:
        path = str(self._store.blobs.path(stored.blob)) if stored.blob else ""
        account = self._book().account(stored.raw.account)
        reading = await self._pool.read(account.task(stored.raw, number=stored.id, path=path))
        try:
            if has_files(reading):
                reading = await asyncio.to_thread(self._keep_attachments, reading)
        except OSError as exc:
            self._log.warning("process.waits", reason=f"an attachment can't be stored: {exc.strerror}")
            await asyncio.sleep(RETRY_S)
            self._in_hand.discard(stored.id)  # it is still pending and will be taken again
            self._arrived.ring()
            return
        self._ready.append(_Read(stored=stored, reading=reading))
        self._has_ready.set()

    def _keep_attachments(self, reading: Reading) -> Reading:
        """Put attached files into the blob folder, on disk before the row that names them."""
        return replace(reading, items=tuple(stored_files(item, self._store.blobs.put) for item in reading.items))

    async def _write_batches(self) -> None:
        loop = asyncio.get_running_loop()
        worked_s = 0.0
        while True:
            await self._has_ready.wait()
            limit = await self._pace.turn(worked_s=worked_s)
            began_s = loop.time()
            batch, self._ready = self._ready[:limit], self._ready[limit:]
            if not self._ready:
                self._has_ready.clear()
            try:
                await self._write(sorted(batch, key=lambda read: read.stored.id))
            except NotCommitted as exc:
                self._log.warning("process.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                self._ready = [*await self._unfinished(batch), *self._ready]
                if self._ready:
                    self._has_ready.set()
                continue
            worked_s = loop.time() - began_s
            self._in_hand -= {read.stored.id for read in batch}
            self._has_room.set()
            self._processed.ring()

    async def _unfinished(self, batch: Sequence[_Read]) -> list[_Read]:
        """What of a batch is still to be written. Parts of it may have been written or parked: those are let go."""
        async with self._store.readers.read() as session:
            pending = await inbox.still_pending(session, [read.stored.id for read in batch])
        self._in_hand -= {read.stored.id for read in batch} - pending
        self._has_room.set()
        return [read for read in batch if read.stored.id in pending]

    async def _write(self, batch: Sequence[_Read]) -> None:
        """Write a batch; what can't be read is parked after the rest is written: nobody waits for it."""
        await self._write_readable([read for read in batch if not read.reading.failure])
        for read in batch:
            if read.reading.failure:
                await self._park(read.stored, read.reading.failure, read.reading.detail, read.reading.salvage)

    async def _write_readable(self, readable: list[_Read]) -> None:
        """Write what was read; whatever can't be written is parked alone."""
        while readable:
            try:
                await self._commit(readable)
                return
            except Culprit as exc:
                culprit = next(read for read in readable if read.stored.id == exc.inbox_id)
                if exc.is_defect:
                    self._log.exception("process.culprit", inbox_id=exc.inbox_id)
                reason = "undecidable" if exc.is_defect else "unplaceable"
                await self._park(culprit.stored, reason, exc.reason, salvage(culprit.stored.raw))
                readable.remove(culprit)
            except NotCommitted:
                raise
            except Exception as exc:  # noqa: BLE001 - a row the database refuses: find whose it is
                if len(readable) == 1:
                    self._log.exception("process.refused", inbox_id=readable[0].stored.id)
                    stored = readable[0].stored
                    await self._park(stored, "refused", f"{type(exc).__name__} while writing it", salvage(stored.raw))
                    return
                half = len(readable) // 2
                await self._write_readable(readable[:half])
                readable = readable[half:]

    async def _commit(self, reads: Sequence[_Read]) -> None:
        batch = [
            Delivered(
                inbox_id=read.stored.id,
                raw=replace(read.stored.raw, body=b""),
                received_at=read.stored.received_at,
                items=read.reading.items,
                features=read.reading.features,
            )
            for read in reads
        ]
        book = self._book()
        writer = self._store.writer
        await writer.batch(lambda session: process(session, batch, book, next_id=writer.take_id))

    async def _park(self, stored: StoredRaw, reason: str, detail: str, saved: dict[str, str]) -> None:
        async def park(session: Session) -> None:
            now = self._now()
            await parking.park(
                session, stored.id, account=stored.raw.account, reason=reason, detail=detail, salvage=saved, at=now
            )
            told = MessageParked(inbox_id=str(stored.id), reason=reason, detail=detail)
            await events.append(session, [NewEvent(at=now, account=stored.raw.account, data=told)])

        await self._store.writer.batch(park)
        self._on_parked(reason)
        self._log.warning("message.parked", account=stored.raw.account, inbox_id=stored.id, reason=reason)
