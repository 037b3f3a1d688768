"""The grouping stage: features in order → outages. Its own checkpoint, its own commits, its work on a thread.

The detector is snapshotted hourly: what it has learnt anew each time, of the votes only those that came since. After a
restart the snapshot is restored and the rows since are read again without writing, so what follows is exactly what an
uninterrupted run raises.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from channelhub.content.features import renewed
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.pipeline.pace import Pace
from channelhub.pipeline.raising import write_decisions
from channelhub.pipeline.traffic import by_minute
from channelhub.rules.erasing import Renaming, renamed
from channelhub.rules.outage.decided import Deed, PersonsDecision
from channelhub.rules.outage.detector import Detector, Snapshot
from channelhub.rules.outage.emerging import Emerging
from channelhub.rules.outage.report import Alerted, Regrouped, Report, Step
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules
from channelhub.rules.outage.vote_blocks import VoteBlock
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import emerging, group_snapshots, outage_news, outages, traffic
from channelhub.store.database import Session
from channelhub.store.group_snapshots import StoredSnapshot, StoredVotes
from channelhub.store.opening import Store
from channelhub.store.outages import StoredFeatures

ROWS = 200
TICK_S = 30.0
SNAPSHOT_US = 3600 * 1_000_000
SNAPSHOT_VOTES = 50_000  # not yet in a snapshot: at this many the next one doesn't wait for its hour
RETRY_S = 1.0


async def add_decision(session: Session, made: PersonsDecision) -> None:
    """Let the detector hear of a decision, after everything that is in the stream now."""
    seq = await outages.newest_seq(session) + 1  # rows are never renumbered, so no two decisions share it
    await outages.add_features(session, [(-seq, 0, msgspec.json.encode(made).decode())])


async def add_alert(session: Session, *, at_us: int) -> None:
    """Have the rules look at suspected outages again, in the transaction that writes what monitoring said.

    Nothing is added while none is suspected and every report is read: one that is raised later is compared then.
    """
    if await outage_news.may_be_suspected(session):
        await add_decision(session, PersonsDecision(action=Deed.ALERT, at_us=at_us))


async def tell_anew(session: Session, report: Report) -> None:
    """Let the detector hear a report again, after everything that is in the stream now: it had no vote and has one.

    What it heard of it before was no more than the time, and stays that, so that a restart concludes the same.
    """
    tick = PersonsDecision(action=Deed.TICK, at_us=report.at_us)
    await outages.retire_features(session, report.message_id, msgspec.json.encode(tick).decode())
    row = (report.message_id, report.features.version, msgspec.json.encode(report).decode())
    await outages.add_features(session, [row])


_report = msgspec.json.Decoder(Report)
_persons = msgspec.json.Decoder(PersonsDecision)


class GroupingStage:
    """Reads features until cancelled and raises outages."""

    def __init__(
        self,
        store: Store,
        rules: OutageRules,
        *,
        life: LifeRules,
        processed: Bell,
        grouped: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._rules = rules
        self._life = life
        self._processed = processed
        self._pace = Pace(store.writer.intake_per_s)
        self._grouped = grouped
        self._now = now
        self._log = log
        self._detector = Detector(rules)
        self._watched: tuple[Emerging, ...] | None = None  # as it stands in its table; None: not known
        self._seq = 0
        self._snapshot_us = 0
        self._votes_written = 0  # their numbers are below this
        self._renamings: list[tuple[Renaming, asyncio.Future[None]]] = []

    @property
    def seq(self) -> int:
        """How far the stream has been read."""
        return self._seq

    async def run(self) -> None:
        while True:
            try:
                await self._follow()
            except outages.CheckpointMoved:  # a commit of a stage before this one came late
                self._log.info("group.overtaken", seq=self._seq)
                self._detector, self._seq, self._snapshot_us = Detector(self._rules), 0, 0
                self._votes_written = 0

    async def rename(self, new: Renaming) -> None:
        """Call words and customers otherwise from now on, in memory and in the snapshot; returns when that is written.

        What was read of them by then is in it: call it when nothing more of them is to be read.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._renamings.append((new, done))
        self._processed.ring()
        await done

    async def _follow(self) -> None:
        await self._resume()
        limit = ROWS
        while True:
            heard = self._processed.rings
            async with self._store.readers.read() as session:
                rows = await outages.features_after(session, self._seq, limit=limit)
            if rows:
                began_s = asyncio.get_running_loop().time()
                decisions = await asyncio.to_thread(self._read_rows, rows)
                worked_s = asyncio.get_running_loop().time() - began_s
                await self._commit(decisions, rows[-1].seq, by_minute(rows))
                limit = await self._pace.turn(worked_s=worked_s)  # its thread shares the interpreter with intake
            elif self._renamings:
                await self._rename(*self._renamings.pop(0))
            elif self._is_some_outage_quiet():
                await self._tell_time()
            else:
                await self._processed.wait(heard, timeout_s=TICK_S)

    def _is_some_outage_quiet(self) -> bool:
        quiet_us = int(self._rules.quiet_hours * HOUR_US)
        return any(to_us(self._now()) - one.last_us >= quiet_us for one in self._detector.outages)

    async def _tell_time(self) -> None:
        """Nothing was reported for long: the detector must hear of it in the stream, to resolve what is over."""
        made = PersonsDecision(action=Deed.TICK, at_us=to_us(self._now()))
        await self._written(lambda session: add_decision(session, made))

    async def _resume(self) -> None:
        self._watched = None
        async with self._store.readers.read() as session:
            checkpoint = await outages.checkpoint(session)
            votes = await group_snapshots.votes(session)
        if checkpoint.snapshot is not None:
            try:
                snapshot = Snapshot(core=checkpoint.snapshot, blocks=tuple(map(_block, votes)))
                self._detector = await asyncio.to_thread(Detector.restore, self._rules, snapshot)
                self._votes_written = self._detector.next_number
                self._seq = checkpoint.snapshot_seq
                self._snapshot_us = checkpoint.snapshot_us
            except ValueError as exc:
                self._log.warning("group.snapshot_refused", reason=str(exc))
        while self._seq < checkpoint.seq:
            async with self._store.readers.read() as session:
                rows = await outages.features_after(session, self._seq, limit=ROWS)
            rows = [row for row in rows if row.seq <= checkpoint.seq]
            if not rows:
                break
            await asyncio.to_thread(self._read_rows, rows)
            self._seq = rows[-1].seq
        self._log.info("group.resumed", seq=self._seq)

    def _read_rows(self, rows: Sequence[StoredFeatures]) -> list[Step]:
        """On a thread: feed the detector. Nothing but the rows moves its time."""
        decisions: list[Step] = []
        for row in rows:
            try:
                decisions += self._feed(row)
            except msgspec.MsgspecError as exc:  # one damaged row must not end the watch for outages
                self._log.warning("group.row_skipped", seq=row.seq, reason=str(exc))
        return decisions

    def _feed(self, row: StoredFeatures) -> list[Step]:
        if row.message_id >= 0:
            told = _report.decode(row.report)
            return [*self._detector.vote(replace(told, features=renewed(told.features)))]
        made = _persons.decode(row.report)
        if made.action is Deed.ALERT:
            return [Alerted(at_us=made.at_us)]
        others: list[Step] = [one for one in self._detector.decide(made) if one.outage_id != made.outage_id]
        regrouped = {Deed.MERGE: made.into_id, Deed.SPLIT: made.into_id, Deed.MOVE_IN: made.outage_id}
        if outage_id := regrouped.get(made.action):
            others.append(Regrouped(outage_id=outage_id, at_us=made.at_us))
        return others

    async def _commit(self, decisions: Sequence[Step], seq: int, messages: Mapping[int, int]) -> None:
        """Write what was decided and how far was read; tried until it is written."""

        async def write(session: Session) -> None:
            await write_decisions(session, decisions, self._life)
            await traffic.add(session, messages)
            if watched != self._watched:
                await emerging.replace_all(session, watched)
            await outages.move_checkpoint(session, seq, after=self._seq)

        watched = self._detector.emerging
        await self._written(write)
        self._seq, self._watched = seq, watched
        if decisions:
            self._log.info("group.decided", decisions=len(decisions))
            self._grouped.ring()
        now_us = to_us(self._now())
        unwritten = self._detector.next_number - self._votes_written
        if now_us - self._snapshot_us >= SNAPSHOT_US or unwritten >= SNAPSHOT_VOTES:
            await self._snapshot(now_us)

    async def _rename(self, new: Renaming, done: asyncio.Future[None]) -> None:
        """Every row is read: so the snapshot holds all that is renamed, and all votes are written anew."""

        def renew() -> Detector:
            return Detector.restore(self._rules, renamed(self._detector.snapshot(), new))

        self._detector = await asyncio.to_thread(renew)
        self._votes_written = 0
        await self._snapshot(to_us(self._now()))
        self._watched = None
        if not done.done():
            done.set_result(None)

    async def _snapshot(self, now_us: int) -> None:
        taken = await asyncio.to_thread(self._detector.snapshot, self._votes_written)
        stored = StoredSnapshot(
            core=taken.core,
            votes=[StoredVotes(first=block.first, last=block.last, votes=block.votes) for block in taken.blocks],
            living_from=taken.first_number,
            written_from=self._votes_written,
        )
        seq = self._seq

        async def write(session: Session) -> None:
            await group_snapshots.save(session, stored, seq=seq, at_us=now_us)

        await self._written(write)
        self._snapshot_us, self._votes_written = now_us, taken.next_number

    async def _written(self, write: Callable[[Session], Awaitable[None]]) -> None:
        while True:
            try:
                return await self._store.writer.batch(write)
            except NotCommitted as exc:
                self._log.warning("group.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)


def _block(stored: StoredVotes) -> VoteBlock:
    return VoteBlock(first=stored.first, last=stored.last, votes=stored.votes)
