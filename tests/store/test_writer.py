"""The one writer: groups, refusals, and what happens when the disk or the database says no."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.errors import CursorMoved, DiskFull, HubBusy
from channelhub.store import hub, inbox, parking
from channelhub.store.database import Session
from channelhub.store.faults import settle
from channelhub.store.opening import Store
from channelhub.store.sqlfile import Query
from channelhub.store.sqlite import SuspendedTransaction
from channelhub.store.writer import Lane, WriterStopped
from tests.emptystore import open_store
from tests.store.conftest import BEGAN
from tests.store.deliveries import delivery


async def count(store: Store) -> int:
    async with store.readers.read() as session:
        return len(await inbox.page(session, after=0, limit=1000))


async def pragma(store: Store, text: str) -> None:
    """Set something on the writing connection."""
    await store.writer._session.all(Query(name="pragma", sqlite=text, postgres="", parameters=(), lists=frozenset()))


async def test_deliveries_that_wait_together_share_one_commit(store: Store) -> None:
    first = asyncio.create_task(store.writer.deliver(delivery("first")))
    await asyncio.sleep(0)
    others = [asyncio.create_task(store.writer.deliver(delivery(f"d{number}"))) for number in range(200)]
    await asyncio.gather(first, *others)

    assert store.writer.commits <= 2
    assert await count(store) == 201


@pytest.mark.parametrize("seed", range(5))
async def test_no_id_is_given_twice_however_deliveries_and_jobs_follow_each_other(store: Store, seed: int) -> None:
    random = Random(seed)
    taken: list[int] = []
    received: list[int] = []

    async def take(session: Session) -> None:
        ids = [store.writer.take_id() for _ in range(random.randrange(1, 4))]
        if random.random() < 0.1:
            raise RuntimeError("rolled back")
        taken.extend(ids)

    async def receive(number: int) -> None:
        batch = delivery(*(f"{number}-{part}" for part in range(random.randrange(1, 4))))
        told: asyncio.Future[Sequence[Receipt]] = asyncio.get_running_loop().create_future()
        is_offered = random.random() < 0.5 and store.writer.offer(batch, lambda outcome: settle(told, outcome))
        receipts = await (told if is_offered else store.writer.deliver(batch))
        received.extend(receipt.inbox_id for receipt in receipts)

    tasks = []
    for number in range(400):
        work = receive(number) if random.random() < 0.7 else store.writer.submit(random.choice(list(Lane)), take)
        tasks.append(asyncio.create_task(work))
        for _ in range(random.choice([0, 0, 0, 1, 5])):
            await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert {str(one) for one in results if one is not None} <= {"rolled back"}
    assert len(received) > 300
    assert len({*received, *taken}) == len(received) + len(taken)


async def test_a_delivery_that_has_no_rows_takes_no_room(store: Store) -> None:
    with pytest.raises(ValueError, match="zip"):
        await store.writer.deliver(replace(delivery("one", "two"), blobs=[""]))

    assert (store.writer.queued_bytes, store.writer._queued_of) == (0, {})
    await store.writer.deliver(delivery("later"))


async def test_one_who_fails_to_be_told_harms_nobody_else(store: Store) -> None:
    loop, failures = asyncio.get_running_loop(), list[object]()
    loop.set_exception_handler(lambda _loop, context: failures.append(context["exception"]))

    def fail(_outcome: object) -> None:
        raise RuntimeError("gone")

    assert store.writer.offer(delivery("a"), fail)
    receipts = await store.writer.deliver(delivery("b"))

    assert [str(failure) for failure in failures] == ["gone"]
    assert len(receipts) == 1
    assert await count(store) == 2


async def test_a_failure_before_anything_was_taken_is_told_to_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_work: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(store.writer._session, "write", fail)
    async with asyncio.timeout(60):
        results = await asyncio.gather(
            *(store.writer.deliver(delivery(name)) for name in "abc"), return_exceptions=True
        )
    monkeypatch.undo()
    await store.writer.deliver(delivery("later"))

    assert [str(result) for result in results] == ["a defect"] * 3
    assert store.writer.queued_bytes == 0
    assert await count(store) == 1


async def test_a_receipt_tells_what_was_there_already(store: Store) -> None:
    first = await store.writer.deliver(delivery("a"))
    again = await asyncio.gather(*(store.writer.deliver(delivery("a", "b")) for _ in range(3)))

    assert [one.is_duplicate for one in first] == [False]
    assert {receipt[0].inbox_id for receipt in again} == {first[0].inbox_id}
    assert all(receipt[0].is_duplicate for receipt in again)
    assert sum(not receipt[1].is_duplicate for receipt in again) == 1
    assert await count(store) == 2


async def test_one_delivery_may_hold_the_same_message_twice(store: Store) -> None:
    receipts = await store.writer.deliver(delivery("a", "a"))

    assert [one.is_duplicate for one in receipts] == [False, True]
    assert receipts[0].inbox_id == receipts[1].inbox_id


async def test_a_cancelled_caller_does_not_cancel_the_write(store: Store) -> None:
    caller = asyncio.create_task(store.writer.deliver(delivery("a")))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await store.writer.deliver(delivery("b"))

    assert await count(store) == 2


async def test_messages_and_cursor_are_one_commit_and_a_moved_cursor_refuses_both(store: Store) -> None:
    await store.writer.deliver(delivery("a", cursor=Cursor(scope="offset", value="1", expected=None)))
    with pytest.raises(CursorMoved):
        await store.writer.deliver(delivery("b", cursor=Cursor(scope="offset", value="9", expected=None)))
    await store.writer.deliver(delivery(cursor=Cursor(scope="offset", value="2", expected="1")))
    async with store.readers.read() as session:
        cursor = await inbox.read_cursor(session, "mail", "offset")

    assert cursor == "2"
    assert await count(store) == 1


async def test_a_moved_cursor_refuses_only_its_own_delivery_of_a_group(store: Store) -> None:
    results = await asyncio.gather(
        store.writer.deliver(delivery("a")),
        store.writer.deliver(delivery("b", cursor=Cursor(scope="s", value="1", expected="never"))),
        store.writer.deliver(delivery("c")),
        return_exceptions=True,
    )

    assert [isinstance(result, CursorMoved) for result in results] == [False, True, False]
    assert await count(store) == 2


async def test_a_delivery_that_the_database_refuses_is_refused_alone(store: Store) -> None:
    results = await asyncio.gather(
        store.writer.deliver(delivery("a")),
        store.writer.deliver(delivery("b", account="not \ud800 text")),
        store.writer.deliver(delivery("c")),
        return_exceptions=True,
    )

    assert [isinstance(result, UnicodeEncodeError) for result in results] == [False, True, False]
    assert await count(store) == 2


async def test_a_failing_job_rolls_back_alone(store: Store) -> None:
    async def spoil(session: Session) -> None:
        await hub.set_fact(session, "spoiled", "yes")
        raise ValueError("this job is wrong")

    async def work(session: Session) -> None:
        await hub.set_fact(session, "good", "yes")

    results = await asyncio.gather(
        store.writer.command(spoil),
        store.writer.deliver(delivery("a")),
        store.writer.batch(work),
        return_exceptions=True,
    )
    async with store.readers.read() as session:
        facts = [await hub.fact(session, name) for name in ("spoiled", "good")]

    assert isinstance(results[0], ValueError)
    assert facts == [None, "yes"]
    assert await count(store) == 1


async def test_rows_that_name_rows_which_do_not_exist_are_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await store.writer.command(lambda session: parking.retry(session, 99))


async def test_intake_goes_before_commands_and_commands_before_batches(tmp_path: Path) -> None:
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None)
    order: list[str] = []

    async def note(session: Session, name: str) -> None:
        order.append(f"{name} after {await inbox.newest_id(session)} deliveries")

    waiting = [
        asyncio.create_task(store.writer.submit(Lane.PIPELINE, lambda session: note(session, "batch"))),
        asyncio.create_task(store.writer.submit(Lane.COMMAND, lambda session: note(session, "command"))),
        asyncio.create_task(store.writer.deliver(delivery("a"))),
    ]
    await asyncio.sleep(0)
    writing = asyncio.create_task(store.writer.run())
    await asyncio.gather(*waiting)
    await store.writer.stop()
    await writing
    await store.close()

    assert order == ["command after 1 deliveries", "batch after 1 deliveries"]


async def test_a_full_queue_makes_deliver_wait_and_then_refuse(tmp_path: Path) -> None:
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None, max_queued_bytes=100_000)
    store.writer._max_wait_s = 0.05
    big = delivery("big", body=b"x" * 90_000)
    first = asyncio.create_task(store.writer.deliver(big))
    await asyncio.sleep(0)

    with pytest.raises(HubBusy, match="full"):
        await store.writer.deliver(delivery("second", body=b"x" * 90_000))

    store.writer._max_wait_s = 10
    second = asyncio.create_task(store.writer.deliver(delivery("second", body=b"x" * 90_000)))
    await asyncio.sleep(0)
    writing = asyncio.create_task(store.writer.run())  # the queue drains: who waits gets in
    await asyncio.gather(first, second)
    assert store.writer.queued_bytes == 0
    await store.writer.stop()
    await writing
    await store.close()


async def test_an_account_that_fills_its_half_of_the_queue_leaves_another_room(tmp_path: Path) -> None:
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None, max_queued_bytes=100_000)
    body = b"x" * 9_000
    flood = [
        asyncio.create_task(store.writer.deliver(delivery(f"d{number}", body=body, account="flooded")))
        for number in range(30)
    ]
    await asyncio.sleep(0)
    queued = store.writer.queued_bytes
    calm = asyncio.create_task(store.writer.deliver(delivery("calm", body=body, account="calm")))
    is_offered = store.writer.offer(delivery("also", body=body, account="quiet"), lambda _outcome: None)
    await asyncio.sleep(0)
    queued_beside = store.writer.queued_bytes
    writing = asyncio.create_task(store.writer.run())
    await asyncio.gather(calm, *flood)
    await store.writer.stop()
    await writing
    stored = await count(store)
    await store.close()

    assert queued <= 60_000
    assert is_offered
    assert queued_beside == queued + 2 * (9_000 + 1024)
    assert stored == 32
    assert (store.writer.queued_bytes, store.writer._queued_of) == (0, {})


async def test_a_full_database_refuses_and_recovers_by_itself(store: Store, broken: list[BaseException]) -> None:
    await store.writer.deliver(delivery("before"))
    await pragma(store, "PRAGMA max_page_count = 90")
    many = [store.writer.deliver(delivery(f"d{number}", body=b"x" * 50_000)) for number in range(40)]
    results = await asyncio.gather(*many, return_exceptions=True)
    stored = await count(store)
    await pragma(store, "PRAGMA max_page_count = 1000000")
    await store.writer.deliver(delivery("after"))

    refused = [result for result in results if isinstance(result, BaseException)]
    assert refused
    assert all(isinstance(result, DiskFull) for result in refused)
    assert stored == 1 + len(results) - len(refused)
    assert await count(store) == stored + 1
    assert broken == []


async def test_a_database_locked_by_another_program_refuses_and_recovers(
    store: Store, broken: list[BaseException]
) -> None:
    await pragma(store, "PRAGMA busy_timeout = 50")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HubBusy, match="locked"):
        await store.writer.deliver(delivery("a"))
    other.execute("ROLLBACK")
    other.close()
    await store.writer.deliver(delivery("a"))

    assert await count(store) == 1
    assert broken == []


async def test_whatever_waits_behind_a_lock_is_refused_together_after_one_wait(store: Store) -> None:
    await pragma(store, "PRAGMA busy_timeout = 1000")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = asyncio.get_running_loop().time()
    first = asyncio.create_task(store.writer.command(hub.probe))
    await asyncio.sleep(0.1)
    work = [store.writer.command(hub.probe), store.writer.batch(hub.probe), store.writer.deliver(delivery("a"))]
    results = await asyncio.gather(first, *work, return_exceptions=True)
    took_s = asyncio.get_running_loop().time() - began
    other.execute("ROLLBACK")
    other.close()
    await store.writer.deliver(delivery("b"))

    assert all(isinstance(result, HubBusy) for result in results)
    assert took_s < 2  # not a second for each
    assert store.writer.queued_bytes == 0
    assert await count(store) == 1


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CORRUPT])
async def test_after_an_io_error_nothing_is_acknowledged_any_more(
    store: Store, broken: list[BaseException], monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code

    async def fail(_work: object) -> None:
        raise error

    monkeypatch.setattr(store.writer._session, "write", fail)
    results = await asyncio.gather(
        *(store.writer.deliver(delivery(f"d{number}")) for number in range(3)), return_exceptions=True
    )
    monkeypatch.undo()

    assert all(isinstance(result, WriterStopped) for result in results)
    assert broken == [error]
    with pytest.raises(WriterStopped):
        await store.writer.deliver(delivery("later"))
    with pytest.raises(WriterStopped):
        await store.writer.command(hub.probe)


async def test_what_is_queued_is_written_before_the_writer_stops(tmp_path: Path) -> None:
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None)
    queued = [asyncio.create_task(store.writer.deliver(delivery(f"d{number}"))) for number in range(5)]
    await asyncio.sleep(0)
    await store.writer.stop()
    await store.writer.run()
    await asyncio.gather(*queued)

    assert await count(store) == 5
    with pytest.raises(WriterStopped):
        await store.writer.deliver(delivery("late"))
    await store.close()


async def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    ids: list[int] = []
    for number in range(2):
        store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None)
        writing = asyncio.create_task(store.writer.run())
        ids += [one.inbox_id for one in await store.writer.deliver(delivery(f"a{number}", f"b{number}"))]
        await store.writer.stop()
        await writing
        await store.close()

    assert ids == sorted(set(ids))


async def test_a_job_that_waits_for_anything_else_is_refused_and_rolled_back(store: Store) -> None:
    async def dawdle(session: Session) -> None:
        await hub.set_fact(session, "dawdled", "yes")
        await asyncio.sleep(0)

    with pytest.raises(SuspendedTransaction):
        await store.writer.command(dawdle)
    async with store.readers.read() as session:
        fact = await hub.fact(session, "dawdled")

    assert fact is None


async def test_deliveries_that_wait_for_their_commit_count_as_intake(tmp_path: Path) -> None:
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None)
    before = store.writer.intake_per_s()
    waiting = [asyncio.create_task(store.writer.deliver(delivery(f"d{number}"))) for number in range(10)]
    await asyncio.sleep(0)
    meanwhile = store.writer.intake_per_s()
    await store.writer.stop()
    await store.writer.run()
    await asyncio.gather(*waiting)
    await store.close()

    assert before == 0
    assert meanwhile >= 100
