"""What is old goes, a few rows in one commit; what somebody still needs stays."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from channelhub.domain.alerts import AlertAction, AlertDeliveryState, EventAlert, OutageAlert, Severity
from channelhub.domain.events.messages import MessageParked
from channelhub.domain.outages import OutageState
from channelhub.domain.secrets import Secret
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Endpoint, EndpointState, Redelivery
from channelhub.pipeline.retention import RetentionSweep
from channelhub.rules.monitoring import FiredAlert
from channelhub.rules.retention import Kept
from channelhub.settings.retention import RetentionSettings
from channelhub.store import alert_readers, alerts, events, hub, monitoring, notices, outages, webhooks
from channelhub.store.alert_readers import Reader
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.outages import Outage
from channelhub.telemetry.metrics import Metrics
from tests.pipeline.workshop import Workshop

SETTINGS = RetentionSettings(events_days=30, audit_days=60, alerts_days=90, monitoring_days=90)


def sweep(shop: Workshop, settings: RetentionSettings = SETTINGS) -> RetentionSweep:
    return RetentionSweep(
        shop.store,
        settings=lambda: settings,
        on_forgotten=lambda what, rows: None,
        now=lambda: shop.clock,
        log=structlog.get_logger(),
    )


def ago(shop: Workshop, days: float) -> datetime:
    return shop.clock - timedelta(days=days)


async def happened(shop: Workshop, *days: float) -> None:
    parked = MessageParked(inbox_id="1", reason="unparseable", detail="")
    new = [NewEvent(at=ago(shop, one), data=parked) for one in days]
    await shop.store.writer.command(lambda session: events.append(session, new))


async def did(shop: Workshop, *days: float) -> None:
    async def write(session: Session) -> None:
        for one in days:
            await hub.record(session, at_us=to_us(ago(shop, one)), actor="ann", action="a", target="1")

    await shop.store.writer.command(write)


async def outage(shop: Workshop, number: int, state: OutageState, *, began_days: float) -> None:
    began_us = to_us(ago(shop, began_days))
    made = Outage(
        id=number, state=state, version=1, title="late", terms=("late",), reasons=(), began_us=began_us,
        opened_us=began_us, changed_us=began_us,
    )  # fmt: skip
    await shop.store.writer.command(lambda session: outages.save(session, [made]))


async def told(
    shop: Workshop,
    outage_id: int | None,
    action: AlertAction,
    days: float,
    *,
    state: AlertDeliveryState = AlertDeliveryState.SENT,
    target: str = "pager",
) -> int:
    content = OutageAlert(
        title="late", state="confirmed", severity=Severity.ERROR, customers=4, messages=4, began_at=shop.clock, link=""
    )
    at_us = to_us(ago(shop, days))

    async def write(session: Session) -> int:
        made = await alerts.add(
            session, target=target, key=f"outage-{outage_id}", outage_id=outage_id, action=action,
            content=content, at_us=at_us,
        )  # fmt: skip
        one = await alerts.get(session, made)
        assert one is not None
        await alerts.settle(session, replace(one, state=state), at_us=at_us)
        return made

    return await shop.store.writer.command(write)


async def fired(shop: Workshop, number: int, *, began_days: float, ended_days: float | None) -> None:
    one = FiredAlert(
        id=number, account="watch", key=str(number), name="down", severity="", summary="", labels={}, url="",
        started_us=to_us(ago(shop, began_days)),
        ended_us=None if ended_days is None else to_us(ago(shop, ended_days)),
    )  # fmt: skip
    await shop.store.writer.command(lambda session: monitoring.save(session, [one]))


async def ids(shop: Workshop, table: str) -> list[int]:
    return [row["id"] for row in await shop.rows(f"SELECT id FROM {table} ORDER BY id")]


async def test_old_events_and_audit_lines_go_and_the_newest_stays(shop: Workshop) -> None:
    await happened(shop, 400, 31, 29, 1)
    await did(shop, 400, 61, 59)
    counts = await sweep(shop).sweep()

    assert await ids(shop, "events") == [3, 4]
    assert await ids(shop, "audit") == [3]
    assert (counts[Kept.EVENTS], counts[Kept.AUDIT]) == (2, 2)


async def test_a_quiet_hub_keeps_its_last_event_so_that_ids_go_on_growing(shop: Workshop) -> None:
    await happened(shop, 400, 399)
    await did(shop, 400, 399)
    await sweep(shop).sweep()
    await happened(shop, 0)
    await did(shop, 0)

    assert await ids(shop, "events") == [2, 3]
    assert await ids(shop, "audit") == [2, 3]


async def test_events_that_the_notice_stage_has_not_read_stay(shop: Workshop) -> None:
    await happened(shop, *[100] * 6)
    await shop.store.writer.command(lambda session: notices.move_checkpoint(session, 2))
    await sweep(shop).sweep()

    assert await ids(shop, "events") == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("state", "starts_after", "read_until", "first"),
    [
        (EndpointState.ENABLED, 1, 2, 3),
        (EndpointState.ENABLED, 3, 2, 4),
        (EndpointState.ENABLED, 1, None, 2),
        (EndpointState.DISABLED, 1, 2, 6),
        (EndpointState.REMOVED, 1, 2, 6),
    ],
)
async def test_events_stay_that_an_endpoint_is_still_to_be_sent(
    shop: Workshop, state: EndpointState, starts_after: int, read_until: int | None, first: int
) -> None:
    await happened(shop, *[100] * 6)

    async def write(session: Session) -> None:
        await webhooks.add(session, endpoint(state=state, starts_after=starts_after), Secret("whsec_of_a_test"))
        if read_until is not None:
            await hub.set_fact(session, hub.WEBHOOKS_READ_UNTIL, str(read_until))

    await shop.store.writer.command(write)
    await sweep(shop).sweep()

    assert await ids(shop, "events") == list(range(first, 7))


async def test_what_was_told_of_events_goes_with_them_and_what_waits_stays(shop: Workshop) -> None:
    def tell(days: float) -> EventAlert:
        return EventAlert(id=1, type="connector.up", at=ago(shop, days))

    async def write(session: Session) -> list[int]:
        made = []
        for number, (days, state) in enumerate([(100, "sent"), (100, "failed"), (100, "queued"), (1, "sent")]):
            at_us = to_us(ago(shop, days))
            key = f"evt_{number}"
            made.append(
                await alerts.add(
                    session, target="chat", key=key, outage_id=None, action=AlertAction.TRIGGER,
                    content=tell(days), at_us=at_us,
                )
            )  # fmt: skip
            one = await alerts.get(session, made[-1])
            assert one is not None
            await alerts.settle(session, replace(one, state=AlertDeliveryState(state)), at_us=at_us)
        return made

    _, _, waits, new = await shop.store.writer.command(write)
    of_outage = await told(shop, None, AlertAction.TRIGGER, 89)
    for_ever = RetentionSettings(events_days=30, alerts_days=0)
    await sweep(shop, for_ever).sweep(batch=1, rest_s=0)

    assert await ids(shop, "alert_deliveries") == [waits, new, of_outage]


async def test_events_stay_that_are_just_being_sent_again(shop: Workshop) -> None:
    await happened(shop, *[100] * 6)
    again = endpoint(state=EndpointState.DISABLED, redeliver=Redelivery.EVENTS, redeliver_after=4, redeliver_until=6)

    async def write(session: Session) -> None:
        made = await webhooks.add(session, again, Secret("whsec_of_a_test"))
        await webhooks.set_redelivery(session, replace(again, id=made))

    await shop.store.writer.command(write)
    await sweep(shop).sweep()

    assert await ids(shop, "events") == [5, 6]


async def test_events_stay_that_an_alert_target_has_not_read(shop: Workshop) -> None:
    await happened(shop, *[100] * 6)
    places = {"quick": Reader(read_until=5), "slow": Reader(read_until=2)}
    await shop.store.writer.command(lambda session: alert_readers.save(session, places))
    await sweep(shop).sweep()

    assert await ids(shop, "events") == [3, 4, 5, 6]


def endpoint(**changes: Any) -> Endpoint:
    return Endpoint(id=0, url="https://shop.example/hooks", created_us=1, changed_us=1, **changes)


async def test_zero_days_are_for_ever(shop: Workshop) -> None:
    await happened(shop, 4000, 0)
    await did(shop, 4000, 0)
    for_ever = RetentionSettings(events_days=0, audit_days=0, alerts_days=0, monitoring_days=0)
    counts = await sweep(shop, for_ever).sweep()

    assert set(counts.values()) == {0}
    assert (await ids(shop, "events"), await ids(shop, "audit")) == ([1, 2], [1, 2])


async def test_what_was_told_of_an_outage_goes_once_the_outage_is_over_and_all_of_it_is_old(shop: Workshop) -> None:
    await outage(shop, 1, OutageState.RESOLVED, began_days=200)
    await outage(shop, 2, OutageState.CONFIRMED, began_days=200)
    await outage(shop, 3, OutageState.RESOLVED, began_days=200)
    gone = [await told(shop, 1, AlertAction.TRIGGER, 200), await told(shop, 1, AlertAction.RESOLVE, 199)]
    open_one = await told(shop, 2, AlertAction.TRIGGER, 200)
    recently_ended = [await told(shop, 3, AlertAction.TRIGGER, 200), await told(shop, 3, AlertAction.RESOLVE, 89)]
    under_way = await told(shop, 1, AlertAction.RESOLVE, 199, state=AlertDeliveryState.SENDING, target="slack")
    test = await told(shop, None, AlertAction.TRIGGER, 100)
    await sweep(shop).sweep()

    assert await ids(shop, "alert_deliveries") == [open_one, *recently_ended, under_way]
    assert not {*gone, test} & set(await ids(shop, "alert_deliveries"))


async def test_a_sweep_that_is_cut_off_leaves_no_target_waiting_for_an_end(shop: Workshop) -> None:
    """The end was told last but settled before the rest: a retried trigger is younger than its end."""
    await outage(shop, 1, OutageState.RESOLVED, began_days=200)
    await told(shop, 1, AlertAction.TRIGGER, 198, state=AlertDeliveryState.FAILED)
    await told(shop, 1, AlertAction.RESOLVE, 199)
    cut_off = asyncio.create_task(sweep(shop).sweep(batch=1, rest_s=60))
    while len(await ids(shop, "alert_deliveries")) == 2:
        await asyncio.sleep(0)
    cut_off.cancel()
    await asyncio.gather(cut_off, return_exceptions=True)
    async with shop.store.readers.read() as session:
        assert await alerts.told_open(session) == []
    await sweep(shop).sweep()

    assert await ids(shop, "alert_deliveries") == []


async def test_monitoring_alerts_go_by_their_end(shop: Workshop) -> None:
    await fired(shop, 1, began_days=300, ended_days=91)
    await fired(shop, 2, began_days=300, ended_days=89)
    await fired(shop, 3, began_days=91, ended_days=None)
    await fired(shop, 4, began_days=89, ended_days=None)
    await sweep(shop).sweep()

    assert await ids(shop, "monitoring_alerts") == [2, 4]


async def test_monitoring_alerts_of_an_open_outage_stay(shop: Workshop) -> None:
    await outage(shop, 9, OutageState.SUSPECTED, began_days=200)
    await fired(shop, 1, began_days=300, ended_days=200.01)
    await fired(shop, 2, began_days=300, ended_days=201)
    await fired(shop, 3, began_days=300, ended_days=None)
    await sweep(shop).sweep()

    assert await ids(shop, "monitoring_alerts") == [1, 3]


async def test_it_goes_in_small_commits_and_others_write_between_them(shop: Workshop) -> None:
    await happened(shop, *[100] * 25, 0)
    commits = shop.store.writer.commits
    sizes: list[int] = []
    metrics = Metrics()

    def told(what: str, rows: int) -> None:
        metrics.forgot(what, rows)
        sizes.append(rows)

    sweeping = RetentionSweep(
        shop.store, settings=lambda: SETTINGS, on_forgotten=told, now=lambda: shop.clock, log=structlog.get_logger()
    )
    await sweeping.sweep(batch=10, rest_s=0)

    assert sizes == [10, 10, 5]
    assert 'channelhub_retention_rows_total{what="events"} 25.0' in metrics.text().decode()
    assert shop.store.writer.commits - commits == 6, "three of events, one for each other table"
    assert sweeping.swept.forgotten[Kept.EVENTS] == 25


async def test_a_second_sweep_finds_nothing(shop: Workshop) -> None:
    await happened(shop, 100, 0)
    sweeping = sweep(shop)
    first, second = [(await sweeping.sweep())[Kept.EVENTS] for _ in range(2)]

    assert (first, second) == (1, 0)
    assert sweeping.swept.ended_at == shop.clock
