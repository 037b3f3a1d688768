"""An alert of monitoring becomes a record, once; it makes no customer, no incident, no message."""

from dataclasses import replace

from channelhub.domain.inbound import AlertState, MonitoringAlert
from channelhub.domain.times import to_us
from channelhub.pipeline.replay import Replay
from channelhub.pipeline.wire import Reading, Task
from channelhub.rules.monitoring import FiredAlert
from channelhub.store import monitoring
from tests.pipeline.workshop import Workshop, at


def alert(state: AlertState = AlertState.FIRING, **changes: object) -> MonitoringAlert:
    values: dict[str, object] = {
        "external_id": "f1@x",
        "key": "f1",
        "name": "CheckoutErrors",
        "state": state,
        "summary": "errors",
        "labels": {"service": "pay"},
        "started_at": at(10),
        "ended_at": at(25) if state is AlertState.RESOLVED else None,
    }
    return MonitoringAlert(**(values | changes))  # type: ignore[arg-type]


async def records(shop: Workshop) -> list[FiredAlert]:
    async with shop.store.readers.read() as session:
        return await monitoring.page(session, before=1 << 62, limit=100)


async def test_firing_and_resolved_are_one_record_however_often_they_come(shop: Workshop) -> None:
    for told in (alert(), alert(), alert(AlertState.RESOLVED), alert(), alert(AlertState.RESOLVED)):
        await shop.take("watch", told)
    (record,) = await records(shop)

    assert (record.account, record.key, record.name) == ("watch", "f1", "CheckoutErrors")
    assert (record.started_us, record.ended_us) == (to_us(at(10)), to_us(at(25)))
    assert record.labels == {"service": "pay"}


async def test_both_in_one_batch_are_one_record_too(shop: Workshop) -> None:
    first = await shop.delivered("watch", alert())
    second = await shop.delivered("watch", alert(AlertState.RESOLVED))
    await shop.process(first, second)

    assert [one.ended_us for one in await records(shop)] == [to_us(at(25))]


async def test_the_same_key_on_two_accounts_is_two_alerts(shop: Workshop) -> None:
    await shop.take("watch", alert())
    await shop.take("other", alert())

    assert {one.account for one in await records(shop)} == {"watch", "other"}


async def test_reading_history_again_mends_its_words_and_nothing_else(shop: Workshop) -> None:
    told = [alert(name="Chekout"), alert(AlertState.RESOLVED)]
    for one in told:
        await shop.take("watch", one)
    before = await records(shop)
    told[0] = alert(name="Checkout")
    readings = iter(told)

    async def read(task: Task) -> Reading:
        return Reading(id=task.id, items=(next(readings),), features=(None,))

    await Replay(shop.acting, read=read).page(is_dry_run=False, limit=100)
    after = await records(shop)

    assert [replace(one, name="Checkout") for one in before] == after
    assert await shop.rows("SELECT * FROM messages") == []


async def test_it_is_nobodys_message(shop: Workshop) -> None:
    await shop.take("watch", alert())

    for table in ("identities", "incidents", "messages", "timeline", "outbox", "features", "pending", "parked"):
        assert await shop.rows(f"SELECT * FROM {table}") == [], table


async def test_an_alert_counts_from_its_arrival_where_its_system_names_no_time(shop: Workshop) -> None:
    await shop.take("watch", alert(started_at=None))
    shop.clock = at(90)
    await shop.take("watch", alert(AlertState.RESOLVED, started_at=None, ended_at=None))
    (record,) = await records(shop)

    assert (record.started_us, record.ended_us) == (to_us(at(60)), to_us(at(90)))


async def test_those_that_fired_at_a_time_are_found(shop: Workshop) -> None:
    spans = {"before": (1, 5), "into": (1, 12), "within": (11, 12), "open": (2, None), "after": (40, None)}
    for key, (start, end) in spans.items():
        state = AlertState.FIRING if end is None else AlertState.RESOLVED
        ended_at = None if end is None else at(end)
        await shop.take("watch", alert(state, key=key, started_at=at(start), ended_at=ended_at))
    async with shop.store.readers.read() as session:
        found = await monitoring.firing_between(session, to_us(at(10)), to_us(at(30)))

    assert {one.key for one in found} == {"into", "within", "open"}
