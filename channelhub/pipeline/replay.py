"""Replay: stored raw messages are read again, and what comes from their bytes is computed anew.

Ids, conversations, incidents and everything people did stay. Nothing is sent, no incident is opened, and the events
say that they are replayed. Evidence is added and strengthened; a link that a mended parser would no longer make stays
until a person takes it apart, because other messages may speak for it too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from channelhub.domain.inbound import CustomerProfile, DeletedMessage, DeliveryStatus, MonitoringAlert
from channelhub.domain.times import to_us
from channelhub.pipeline import albums
from channelhub.pipeline.arrival import Arrived, key_of
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import edited, entry
from channelhub.pipeline.files import has_files, names_files, stored_files
from channelhub.pipeline.happenings import Unplaceable
from channelhub.pipeline.process import Delivered, arrivals, decide, load
from channelhub.pipeline.revising import Difference, Revision, revise
from channelhub.pipeline.wire import Reading, Task
from channelhub.store import albums as album_parts
from channelhub.store import hub, inbox, media, message_texts, messages, outages, reach, timeline
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.inbox import StoredRaw
from channelhub.store.messages import Message

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A message that reads differently now. `is_new`: nothing was made of it before."""

    message_id: int
    account: str
    is_new: bool
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A delivery that can't be read any more: what is stored of it stays as it is."""

    inbox_id: int
    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A page. `last` is the newest delivery in it: go on after it; None at the end. `newest` is the last there is."""

    deliveries: int
    changed: Sequence[Changed]
    unreadable: Sequence[Unreadable]
    last: int | None
    newest: int


@dataclass(slots=True)
class _Work:
    """What one page writes."""

    desk: Desk = field(default_factory=Desk)
    revisions: list[Revision] = field(default_factory=list)
    replaced: list[Message] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)


class Replay:
    """Reads history again, page by page. `read` is a parser pool's."""

    def __init__(self, acting: Acting, *, read: Callable[[Task], Awaitable[Reading]]) -> None:
        self._acting = acting
        self._read = read

    async def page(
        self, *, is_dry_run: bool, after: int = 0, account: str = "", since_us: int = 0, limit: int = PAGE
    ) -> Replayed:
        """Read the deliveries after `after` again and write what differs, or with `is_dry_run` only tell it.

        One transaction a page; running it again changes nothing more. Raises NotCommitted.
        """
        store = self._acting.store
        async with store.readers.read() as session:
            stored = await inbox.processed(session, after=after, limit=limit, account=account, since_us=since_us)
            newest = await inbox.newest_id(session)
        readings = await asyncio.gather(*(self._reading(one, is_dry_run=is_dry_run) for one in stored))
        pairs = list(zip(stored, readings, strict=True))
        batch = [_delivered(one, reading) for one, reading in pairs if not reading.failure]
        if is_dry_run:
            async with store.readers.read() as session:
                work = await self._compare(session, batch)
        else:
            work = await store.writer.batch(lambda session: self._write(session, batch))
            self._acting.written.ring()
        return Replayed(
            deliveries=len(stored),
            changed=work.changed,
            unreadable=[
                Unreadable(inbox_id=one.id, account=one.raw.account, reason=f"{reading.failure}: {reading.detail}")
                for one, reading in pairs
                if reading.failure
            ],
            last=stored[-1].id if len(stored) == limit else None,
            newest=newest,
        )

    async def record(self, actor: str, *, account: str, since_us: int) -> None:
        """Write into the audit that somebody replays."""
        now_us = to_us(self._acting.now())
        detail = {"account": account, "since_us": str(since_us)}
        await self._acting.store.writer.command(
            lambda session: hub.record(
                session, at_us=now_us, actor=actor, action="replay", target=account or "everything", detail=detail
            )
        )

    async def _reading(self, stored: StoredRaw, *, is_dry_run: bool) -> Reading:
        blobs = self._acting.store.blobs
        path = str(blobs.path(stored.blob)) if stored.blob else ""
        account = self._acting.book().account(stored.raw.account)
        # A negative id: the pipeline may have the same pool read the same delivery
        reading = await self._read(account.task(stored.raw, number=-stored.id, path=path))
        if is_dry_run or not has_files(reading):
            return reading
        items = await asyncio.to_thread(lambda: tuple(stored_files(item, blobs.put) for item in reading.items))
        return replace(reading, items=items)

    async def _compare(self, session: Session, batch: Sequence[Delivered]) -> _Work:
        work, book = _Work(), self._acting.book()
        await load(session, work.desk, batch, book)
        for delivered in batch:
            for arrived in arrivals(delivered):
                if isinstance(arrived.item, MonitoringAlert | CustomerProfile):
                    decide(work.desk, book, arrived, self._acting.store.writer.take_id)
                elif not isinstance(arrived.item, DeletedMessage | DeliveryStatus):
                    await self._compare_item(session, work, arrived)
        return work

    async def _compare_item(self, session: Session, work: _Work, arrived: Arrived) -> None:
        book = self._acting.book()
        known = work.desk.messages.get(key_of(arrived, book))
        if known is None:
            await self._take_new(session, work, arrived)
            return
        sources = await messages.sources(session, known.id)
        told = await outages.features_of(session, known.id)
        revision = revise(
            work.desk, book, arrived, known, sources=len(sources), stored_report=told.report if told else ""
        )
        if revision is not None:
            revision = await _with_album(session, work, arrived, revision)
        if revision is not None and revision.differences:
            work.revisions.append(revision)
            work.desk.messages[known.key] = revision.after
            work.changed.append(
                Changed(message_id=known.id, account=known.account, is_new=False, differences=revision.differences)
            )

    async def _take_new(self, session: Session, work: _Work, arrived: Arrived) -> None:
        """Nothing is stored under this name: it is new, or what stands in its place was read as something else."""
        book, desk = self._acting.book(), work.desk
        before = await messages.get(session, arrived.id)
        try:
            decide(desk, book, arrived, self._acting.store.writer.take_id)
        except Unplaceable:
            return
        made = desk.messages[key_of(arrived, book)]
        words = desk.versions[made.id][0].text
        if before is not None:
            work.replaced.append(before)
        difference = Difference(field="type", before=before.type if before else "", after=f"{made.type}: {words[:60]}")
        work.changed.append(
            Changed(message_id=made.id, account=made.account, is_new=before is None, differences=(difference,))
        )

    async def _write(self, session: Session, batch: Sequence[Delivered]) -> _Work:
        work = await self._compare(session, batch)
        written = work.desk.written
        assert not written.outbox, "a replay sends nothing"
        for gone in work.replaced:
            await timeline.remove(session, identity_id=gone.identity_id, at_us=gone.at_us, entry_id=gone.id)
            await outages.remove_features(session, gone.id)
            await messages.remove(session, gone.id)
        written.events[:] = [replace(one, is_replayed=True) for one in written.events]
        written.events += [self._told(work.desk, one) for one in work.revisions]
        await work.desk.save(session)
        for revision in work.revisions:
            await _rewrite(session, work.desk, revision)
        await reach.save(session, written.reach.new)
        await albums.show(session, written, rewritten=[one.before.id for one in work.revisions])
        return work

    def _told(self, desk: Desk, revision: Revision) -> NewEvent:
        after = revision.after
        return NewEvent(
            at=self._acting.now(),
            account=after.account,
            identity_id=after.identity_id,
            data=edited(desk, after, fields=[one.field for one in revision.differences]),
            is_replayed=True,
        )


async def _with_album(session: Session, work: _Work, arrived: Arrived, revision: Revision) -> Revision:
    """The revision, with word of the album that its message turns out to be a part of."""
    part = albums.part_of(revision.after, arrived.item)
    if part is None or await album_parts.keys_of(session, [part.message_id]):
        return revision
    work.desk.written.album_parts.append(part)
    found = Difference(field="album", before="", after=f"part {part.place}")
    return replace(revision, differences=(*revision.differences, found))


async def _rewrite(session: Session, desk: Desk, revision: Revision) -> None:
    before, after = revision.before, revision.after
    shown = await timeline.get(session, before.id)
    await messages.rewrite(session, after)
    newest = desk.versions[before.id][0]
    await message_texts.unindex(session, [newest])
    if revision.version is not None and revision.old_version is not None:
        is_newest = newest.revision == revision.version.revision
        await message_texts.rewrite(session, revision.version)
        if is_newest:
            newest = revision.version
    await message_texts.index(session, [newest])
    if revision.report is not None:
        version = revision.report.features.version
        report = msgspec.json.encode(revision.report).decode()
        await outages.rewrite_features(session, before.id, version, report)
    if revision.attachments is not None:
        await messages.add_further_attachments(session, [(before.id, revision.attachments)])
        if names_files(revision.attachments):
            await media.queue(session, [(before.id, after.account, after.received_us)])
        await album_parts.resize(session, [(before.id, len(revision.attachments))])
    if shown is not None:
        if (before.identity_id, before.at_us) != (after.identity_id, after.at_us):
            await timeline.remove(session, identity_id=before.identity_id, at_us=before.at_us, entry_id=before.id)
        count = shown.attachments if revision.attachments is None else len(revision.attachments)
        await timeline.add(session, [entry(after, newest, attachments=count, state=shown.state)])


def _delivered(stored: StoredRaw, reading: Reading) -> Delivered:
    return Delivered(
        inbox_id=stored.id,
        raw=replace(stored.raw, body=b""),
        received_at=stored.received_at,
        items=reading.items,
        features=reading.features,
        is_replayed=True,
    )
