"""From an outage's rows to what receivers hear: once, in order, through bad days and crashes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from channelhub.dispatch import alerts as sending
from channelhub.dispatch.alerts import AlertSender
from channelhub.dispatch.targets.contract import Message
from channelhub.domain.events.outages import entered
from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline import alerting
from channelhub.pipeline.alerting import AlertingStage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import alerts as commands
from channelhub.pipeline.outage_events import event
from channelhub.settings.alerts import AlertTarget
from channelhub.store import alerts, events, hub, outages
from channelhub.store.alerts import AlertDelivery
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage
from tests.dispatch.targets.configurations import target
from tests.pipeline.workshop import Workshop, at, identity_of, words, workshop
from tests.servers.receivers import KEY, BadDay, Receivers, until

OUTAGE = 5120
PUBLIC = "https://support.example.com"
log = structlog.get_logger()


def untold(one: AlertDelivery, _language: str) -> Message:
    """Nothing here is told of events."""
    raise AssertionError(one)


class Desk:
    """A hub's alerting half: the stage, the sender and the receivers."""

    def __init__(self, shop: Workshop, server: Receivers) -> None:
        self.shop = shop
        self.server = server
        self.targets: dict[str, AlertTarget] = {}
        self.bell = Bell()

    def add(self, kind: str, name: str = "", **changes: Any) -> None:
        made = target(kind, self.server, name=name, **changes)
        self.targets = {**self.targets, made.name: made}

    async def outage(self, state: OutageState, *, customers: int = 5, level: str = "", is_told: bool = True) -> None:
        """The outage is so now."""
        async with self.shop.store.readers.read() as session:
            known = await outages.get(session, OUTAGE)
            counts = await outages.counts(session, [OUTAGE])
        have = counts[OUTAGE].customers if OUTAGE in counts else 0
        ids = [await self._report(number) for number in range(have, customers)]
        changed = Outage(
            id=OUTAGE,
            state=state,
            version=1 + (known.version if known else 0),
            title="не проходить оплата",
            terms=("оплат",),
            reasons=(),
            began_us=to_us(at(0)),
            opened_us=to_us(at(0)),
            changed_us=to_us(at(0)),
            level=level,
            closed_us=None if state.is_open else to_us(at(9)),
        )

        async def write(session: Session) -> None:
            await outages.save(session, [changed])
            await outages.add_members(session, OUTAGE, ids)
            if is_told:
                await events.append(session, [event(entered(state), changed)])

        await self.shop.store.writer.batch(write)
        self.bell.ring()

    async def _report(self, number: int) -> Member:
        sender = f"email:c{number}@example.com"
        message_id = await self.shop.take("mail", words(f"m{number}@x", sender, "оплата"))
        return Member(
            message_id=message_id, identity_id=identity_of(sender), weight=1.0, reasons=(), at_us=to_us(at(0))
        )

    @asynccontextmanager
    async def running(self, public_url: str = PUBLIC) -> AsyncIterator[None]:
        """Both halves at work; leaving kills them where they are."""
        async with aiohttp.ClientSession() as http:
            stage = AlertingStage(
                self.shop.store, targets=lambda: self.targets, public_url=public_url, changed=self.bell, told=self.bell,
                now=lambda: self.shop.clock, log=log,
            )  # fmt: skip
            sender = AlertSender(
                self.shop.store, targets=lambda: self.targets, http=http, senders=lambda _account: None,
                message=untold, queued=self.bell, settled=self.bell, now=lambda: self.shop.clock, log=log,
            )  # fmt: skip
            tasks = [asyncio.create_task(stage.run()), asyncio.create_task(sender.run())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                for task in tasks:
                    with suppress(asyncio.CancelledError):
                        await task

    async def rows(self) -> list[AlertDelivery]:
        async with self.shop.store.readers.read() as session:
            return (await alerts.page(session, before=1 << 62, limit=100))[::-1]

    async def until_states(self, *states: str) -> list[AlertDelivery]:
        """Wait until the deliveries, in their order, have these states."""
        found: list[AlertDelivery] = []

        async def have() -> bool:
            nonlocal found
            found = await self.rows()
            return [str(one.state) for one in found] == list(states)

        try:
            await until(have)
        except TimeoutError:
            raise AssertionError(f"wanted {states}, have {[(str(o.action), str(o.state)) for o in found]}") from None
        return found

    def actions(self, kind: str = "pagerduty") -> list[str]:
        return [one.body["event_action"] for one in self.server.of(kind)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with workshop(tmp_path) as shop, Receivers() as server:
        yield Desk(shop, server)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon: what is slow here is only how often the stages look."""
    for stage in (sending, alerting):
        monkeypatch.setattr(stage, "LOOK_AGAIN_S", 0.05)
        monkeypatch.setattr(stage, "PAUSE_S", 0.0)


@contextmanager
def pressing() -> Iterator[None]:
    """Tries follow each other at once."""
    before = sending.SCHEDULE_S
    sending.SCHEDULE_S = (0.0,)
    try:
        yield
    finally:
        sending.SCHEDULE_S = before


async def test_an_outage_is_opened_changed_and_closed_at_every_target(desk: Desk) -> None:
    desk.add("pagerduty")
    desk.add("telegram")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await desk.until_states(*["sent"] * 2)
        await desk.outage(OutageState.CONFIRMED)
        await desk.until_states(*["sent"] * 4)
        await desk.outage(OutageState.RESOLVED)
        await desk.until_states(*["sent"] * 6)

    assert desk.actions() == ["trigger", "trigger", "resolve"]
    assert len({one.body["dedup_key"] for one in desk.server.of("pagerduty")}) == 1
    assert [one.path.rpartition("/")[2] for one in desk.server.of("telegram")] == [
        "sendMessage", "editMessageText", "sendMessage", "editMessageText", "sendMessage",
    ]  # fmt: skip


async def test_it_says_how_many_customers_and_no_address_of_any(desk: Desk) -> None:
    desk.add("pagerduty")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED, customers=4)
        await desk.until_states("sent")
        await desk.outage(OutageState.SUSPECTED, customers=9)
        await desk.until_states("sent", "sent")
    first, second = (one.body["payload"]["custom_details"] for one in desk.server.of("pagerduty"))

    assert (first["Customers"], second["Customers"]) == ("4", "9 (were 4)")
    assert second["Channels"] == "email 9"
    assert "example.com" not in str([one.body["payload"] for one in desk.server.of("pagerduty")])


async def test_an_escalation_makes_it_critical(desk: Desk) -> None:
    desk.add("pagerduty")
    async with desk.running():
        await desk.outage(OutageState.CONFIRMED)
        await desk.until_states("sent")
        await desk.outage(OutageState.CONFIRMED, level="major")
        await desk.until_states("sent", "sent")
    first, second = (one.body["payload"] for one in desk.server.of("pagerduty"))

    assert (first["severity"], second["severity"]) == ("error", "critical")
    assert second["custom_details"]["Level"] == "major"


async def test_an_end_that_no_event_tells_of_is_noticed_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "LOOK_AT_ALL_S", 0.05)
    desk.add("pagerduty")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await desk.until_states("sent")
        await desk.outage(OutageState.DISMISSED, is_told=False)
        await desk.until_states("sent", "sent")

    assert desk.actions() == ["trigger", "resolve"]


async def test_a_target_that_is_added_hears_of_what_is_open(desk: Desk) -> None:
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        desk.add("pagerduty")
        await desk.until_states("sent")


async def test_another_public_address_keeps_the_key_of_what_is_open(desk: Desk) -> None:
    desk.add("pagerduty")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await desk.until_states("sent")
    async with desk.running(public_url="https://elsewhere.example.com"):
        await desk.outage(OutageState.RESOLVED)
        await desk.until_states("sent", "sent")

    assert len({one.body["dedup_key"] for one in desk.server.of("pagerduty")}) == 1


async def test_a_restart_tells_nothing_twice(desk: Desk) -> None:
    desk.add("pagerduty")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await desk.until_states("sent")
    async with desk.running():
        await desk.outage(OutageState.CONFIRMED)
        await desk.until_states("sent", "sent")

    assert desk.actions() == ["trigger", "trigger"]


@pytest.mark.parametrize("day", [BadDay(status=500), BadDay(status=429), BadDay(resets=True), BadDay(status=401)])
async def test_a_bad_day_passes(desk: Desk, day: BadDay) -> None:
    desk.add("pagerduty")
    desk.server.bad("pagerduty", *[replace(day) for _ in range(3)])
    with pressing():
        async with desk.running():
            await desk.outage(OutageState.SUSPECTED)
            (row,) = await desk.until_states("sent")

    assert (row.attempts, row.error) == (4, "")


async def test_a_refusal_is_shown_and_retried_by_hand(desk: Desk) -> None:
    desk.add("pagerduty")
    desk.server.bad("pagerduty", BadDay(status=400, text='{"status":"invalid event"}'))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        (row,) = await desk.until_states("failed")
        assert "400" in row.error
        assert "invalid event" in row.error

        await commands.retry(desk.shop.acting, "ann", row.id)
        desk.bell.ring()
        await desk.until_states("sent")


async def test_retry_after_is_kept_to(desk: Desk) -> None:
    desk.add("pagerduty")
    desk.server.bad("pagerduty", BadDay(status=429, headers={"Retry-After": "900"}))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await until(lambda: _has_error(desk))
        (row,) = await desk.rows()

        assert row.due_us == to_us(desk.shop.clock) + 900_000_000


async def _has_error(desk: Desk) -> bool:
    return any(one.error for one in await desk.rows())


async def test_a_slow_target_delays_no_other(desk: Desk) -> None:
    desk.add("pagerduty")
    desk.add("ntfy")
    desk.server.bad("ntfy", BadDay(hangs=True))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await until(lambda: len(desk.server.of("pagerduty")) == 1)
        await desk.outage(OutageState.RESOLVED)
        await until(lambda: desk.actions() == ["trigger", "resolve"])

    assert not desk.server.of("ntfy")


async def test_a_target_with_very_much_to_hear_leaves_room_for_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "AT_ONCE", 2)
    desk.add("ntfy")
    desk.server.bad("ntfy", BadDay(hangs=True))
    for _ in range(5):
        desk.shop.clock += _step()
        await commands.test(desk.shop.acting, "ann", "ntfy", link=PUBLIC)
    async with desk.running():
        await until(lambda: "ntfy" in desk.server.asked)
        desk.add("pagerduty")
        await commands.test(desk.shop.acting, "ann", "pagerduty", link=PUBLIC)
        desk.bell.ring()
        await until(lambda: desk.actions() == ["trigger", "resolve"])


async def test_an_end_never_overtakes_its_beginning(desk: Desk) -> None:
    desk.add("pagerduty")
    desk.server.bad("pagerduty", BadDay(status=503, headers={"Retry-After": "900"}))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await until(lambda: _has_error(desk))
        await desk.outage(OutageState.RESOLVED)
        await desk.until_states("queued", "queued")
        await commands.test(desk.shop.acting, "ann", "pagerduty", link=PUBLIC)
        desk.bell.ring()
        await desk.until_states("queued", "queued", "sent", "sent")
        desk.shop.clock += _step()
        await desk.until_states(*["sent"] * 4)
    of_outage = [one.body for one in desk.server.of("pagerduty") if "-test-" not in one.body["dedup_key"]]

    assert [one["event_action"] for one in of_outage] == ["trigger", "resolve"]


def _step() -> Any:
    return at(60) - at(0)


async def test_of_changes_that_wait_only_the_last_is_told(desk: Desk) -> None:
    desk.add("pagerduty")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED, customers=4)
        await desk.until_states("sent")
        desk.server.bad("pagerduty", BadDay(status=503))
        await desk.outage(OutageState.SUSPECTED, customers=8)
        await until(lambda: _has_error(desk))
        await desk.outage(OutageState.SUSPECTED, customers=16)
        await desk.until_states("sent", "queued", "sent")
        desk.shop.clock += _step()
        await desk.until_states("sent", "skipped", "sent")

    assert [one.body["payload"]["custom_details"]["Customers"] for one in desk.server.of("pagerduty")] == [
        "4", "16 (were 8)",
    ]  # fmt: skip


async def test_what_was_never_told_needs_no_end(desk: Desk) -> None:
    desk.add("pagerduty")
    await desk.shop.store.writer.batch(lambda session: hub.set_fact(session, hub.SENDING_PAUSED, "yes"))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await desk.until_states("queued")
        await desk.outage(OutageState.RESOLVED)
        await desk.until_states("queued", "queued")
        await desk.shop.store.writer.batch(lambda session: hub.remove_fact(session, hub.SENDING_PAUSED))
        desk.bell.ring()
        await desk.until_states("skipped", "skipped")

    assert not desk.server.asked


async def test_a_kill_in_the_middle_of_a_call_loses_nothing_and_keeps_the_key(desk: Desk) -> None:
    """The receiver has it, its answer never came, the process dies: it is told again under the same key."""
    desk.add("pagerduty")
    desk.add("slack")
    for kind in ("pagerduty", "slack"):
        desk.server.bad(kind, BadDay(hangs=True, takes=True))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await until(lambda: len(desk.server.calls) == 2)
        await desk.until_states("sending", "sending")
    async with desk.running():
        await desk.until_states("sent", "sent")
        first, second = desk.server.of("pagerduty")
        _, again = desk.server.of("slack")

        assert first.body["dedup_key"] == second.body["dedup_key"]
        assert "may be a repetition" in str(again.body)


async def test_alertmanager_hears_of_an_open_outage_again_and_again_and_then_its_end(desk: Desk) -> None:
    desk.add("alertmanager")
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await desk.until_states("sent")
        for heard in (2, 3):
            desk.shop.clock += _step()
            await until(lambda heard=heard: len(desk.server.of("alertmanager")) == heard)  # type: ignore[misc]
        await desk.outage(OutageState.RESOLVED)
        await desk.until_states("sent", "sent")
        desk.shop.clock += _step()
        await asyncio.sleep(0.2)
    sent = [one.body[0] for one in desk.server.of("alertmanager")]

    assert len(sent) == 4
    assert sent[0]["labels"] == sent[-1]["labels"]
    assert sent[-1]["endsAt"] < sent[0]["endsAt"] or sent[-1]["endsAt"] <= (desk.shop.clock).isoformat()


async def test_an_outage_that_comes_back_opens_a_new_message(desk: Desk) -> None:
    desk.add("slack")
    async with desk.running():
        for state in (OutageState.CONFIRMED, OutageState.RESOLVED, OutageState.CONFIRMED):
            await desk.outage(state)
            await until(lambda state=state: _told(desk, state))  # type: ignore[misc]
    methods = [one.path.removeprefix("/api/") for one in desk.server.of("slack")]

    assert methods == ["chat.postMessage", "chat.update", "chat.postMessage", "chat.postMessage"]
    assert "thread_ts" not in desk.server.of("slack")[-1].body


async def _told(desk: Desk, state: OutageState) -> bool:
    rows = await desk.rows()
    return bool(rows) and rows[-1].content.state == state and str(rows[-1].state) == "sent"


async def test_a_test_is_marked_told_and_over(desk: Desk) -> None:
    desk.add("pagerduty")
    async with desk.running():
        await commands.test(desk.shop.acting, "ann", "pagerduty", link=PUBLIC)
        desk.bell.ring()
        await desk.until_states("sent", "sent")
    opened, closed = (one.body for one in desk.server.of("pagerduty"))

    assert "nothing has happened" in opened["payload"]["summary"]
    assert opened["dedup_key"] == closed["dedup_key"]
    assert closed["event_action"] == "resolve"


async def test_a_target_that_is_gone_ends_its_deliveries(desk: Desk) -> None:
    desk.add("pagerduty")
    desk.server.bad("pagerduty", BadDay(status=503))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await until(lambda: _has_error(desk))
        desk.targets = {}
        desk.shop.clock += _step()
        (row,) = await desk.until_states("failed")

    assert "no target of this name" in row.error


async def test_no_secret_is_kept_with_an_error(desk: Desk) -> None:
    desk.add("telegram")
    desk.server.bad("telegram", BadDay(status=500, text=f"bot{KEY} is ill"))
    async with desk.running():
        await desk.outage(OutageState.SUSPECTED)
        await until(lambda: _has_error(desk))

    assert KEY not in str(await desk.shop.rows("SELECT * FROM alert_deliveries"))
