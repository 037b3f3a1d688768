"""Outages, their members, and where grouping goes on after a restart."""

from dataclasses import replace

import pytest

from channelhub.domain.outages import OutageState
from channelhub.store import group_snapshots, messages, outages, people
from channelhub.store.database import Session
from channelhub.store.group_snapshots import StoredSnapshot, StoredVotes
from channelhub.store.opening import Store
from channelhub.store.outages import Checkpoint, CheckpointMoved, Counts, Member, Outage
from tests.store.test_messages import message
from tests.store.test_people import identity

OUTAGE = Outage(
    id=1024, state=OutageState.SUSPECTED, version=1, title="оплата не проходить", terms=("оплата",),
    reasons=("12 customers",), began_us=1, opened_us=2, changed_us=2,
)  # fmt: skip


def member(message_id: int, identity_id: int, *, at_us: int) -> Member:
    return Member(message_id=message_id, identity_id=identity_id, weight=1.0, reasons=("same words",), at_us=at_us)


async def test_an_outage_comes_back_and_changes_with_its_version(store: Store) -> None:
    resolved = replace(OUTAGE, state=OutageState.RESOLVED, version=2, closed_us=9, actor="agent:kate")
    await store.writer.batch(lambda session: outages.save(session, [OUTAGE]))
    async with store.readers.read() as session:
        first, is_open = await outages.get(session, 1024), await outages.still_open(session)
    await store.writer.batch(lambda session: outages.save(session, [resolved]))
    async with store.readers.read() as session:
        second, left_open = await outages.get(session, 1024), await outages.still_open(session)

    assert (first, is_open) == (OUTAGE, [OUTAGE])
    assert (second, left_open) == (resolved, [])


async def test_members_count_once_and_customers_through_their_links(store: Store) -> None:
    async def write(session: Session) -> None:
        await outages.save(session, [OUTAGE])
        await people.save(session, [identity(1, "a@x"), identity(2, "b@x", customer=1), identity(3, "c@x")])
        await messages.add(session, [message(1024 * place, f"k{place}") for place in (1, 2, 3)])
        found = [member(1024, 1, at_us=5), member(2048, 2, at_us=7), member(3072, 3, at_us=6)]
        await outages.add_members(session, 1024, found)
        await outages.add_members(session, 1024, found[:1])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        counts = await outages.counts(session, [1024, 99])
        listed = await outages.members(session, 1024)
        of_people = await outages.open_of(session, [1, 3, 4])
        of_message = await outages.of_message(session, 2048)

    assert counts == {1024: Counts(messages=3, customers=2, first_us=5, last_us=7)}
    assert [one.message_id for one in listed] == [2048, 3072, 1024]
    assert of_people == {1: {1024}, 3: {1024}}
    assert of_message == [1024]


async def test_a_merged_outage_keeps_its_own_reports_for_the_record(store: Store) -> None:
    async def write(session: Session) -> None:
        await outages.add_members(session, 1, [member(10, 1, at_us=1), member(11, 1, at_us=2)])
        await outages.add_members(session, 2, [member(11, 1, at_us=2)])
        await outages.move_members(session, 1, into_id=2)

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = [await outages.of_message(session, message_id) for message_id in (10, 11)]

    assert [sorted(one) for one in found] == [[1, 2], [1, 2]]


async def test_a_stage_that_was_overtaken_writes_nothing(store: Store) -> None:
    await store.writer.batch(lambda session: outages.move_checkpoint(session, 5, after=0))

    async def write_late(session: Session) -> None:
        await outages.add_features(session, [(1024, 1, "{}")])
        await outages.move_checkpoint(session, 3, after=0)

    with pytest.raises(CheckpointMoved):
        await store.writer.batch(write_late)
    async with store.readers.read() as session:
        found = (await outages.checkpoint(session)).seq, await outages.newest_seq(session)

    assert found == (5, 0)


async def test_grouping_goes_on_from_its_checkpoint_and_snapshot(store: Store) -> None:
    async with store.readers.read() as session:
        empty = await outages.checkpoint(session)

    async def write(session: Session) -> None:
        await outages.add_features(session, [(1024, 1, "{}"), (2048, 1, "{}"), (1024, 2, "again")])
        await outages.move_checkpoint(session, 1, after=0)
        await group_snapshots.save(
            session, _snapshot(b"older", [(0, 9)], living_from=0, written_from=0), seq=1, at_us=4
        )
        kept = [(10, 19), (20, 29)]
        await group_snapshots.save(session, _snapshot(b"core", kept, living_from=5, written_from=10), seq=1, at_us=5)
        await outages.move_checkpoint(session, 2, after=1)

    await store.writer.batch(write)
    async with store.readers.read() as session:
        checkpoint = await outages.checkpoint(session)
        left = await outages.features_after(session, 1, limit=10)

    assert empty == Checkpoint()
    assert checkpoint == Checkpoint(seq=2, snapshot=b"core", snapshot_seq=1, snapshot_us=5)
    assert [(one.message_id, one.version) for one in left] == [(2048, 1)]


async def test_a_snapshot_keeps_the_votes_that_are_alive_and_writes_none_twice(store: Store) -> None:
    async def write(session: Session) -> None:
        for first, living_from in ((0, 0), (10, 3), (20, 10), (20, 12)):
            block = [(first, first + 9)]
            snapshot = _snapshot(b"core", block, living_from=living_from, written_from=first)
            await group_snapshots.save(session, snapshot, seq=1, at_us=5)

    await store.writer.batch(write)
    async with store.readers.read() as session:
        kept = await group_snapshots.votes(session)

    assert [(one.first, one.last, one.votes) for one in kept] == [(10, 19, b"10"), (20, 29, b"20")]


def _snapshot(core: bytes, kept: list[tuple[int, int]], *, living_from: int, written_from: int) -> StoredSnapshot:
    return StoredSnapshot(
        core=core,
        votes=[StoredVotes(first=first, last=last, votes=str(first).encode()) for first, last in kept],
        living_from=living_from,
        written_from=written_from,
    )
