"""From events to what people read: each once or summed up, whatever a receiver does and however often the hub stops."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.app.event_wording import EventWording
from channelhub.app.oncall import OnCall, OnCallParts
from channelhub.dispatch import alerts as sending
from channelhub.dispatch.worker import Outlet
from channelhub.domain.events.accounts import ConnectorDown, ConnectorUp
from channelhub.domain.events.incidents import IncidentOpened
from channelhub.domain.events.outages import entered
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline import alerting
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.event_alerts import queueing
from channelhub.pipeline.outage_events import event as outage_event
from channelhub.settings.alerts import AlertTarget
from channelhub.settings.models import HttpSettings, Settings
from channelhub.store import alerts, events, hub, outages
from channelhub.store.alerts import AlertDelivery
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.outages import Outage
from connectors.email.relay_config import RelayConfig
from connectors.email.send import Relay
from tests.connectors.email.relay import Keeper, relay
from tests.dispatch.targets.configurations import target
from tests.pipeline.workshop import Workshop, at, identity_of, words, workshop
from tests.servers.receivers import BadDay, Receivers, until

pytestmark = pytest.mark.slow

PUBLIC = "https://support.example.com"


class Office:
    """A hub's whole telling: both stages, the sender, and the receivers."""

    def __init__(self, shop: Workshop, server: Receivers) -> None:
        self.shop = shop
        self.server = server
        self.bell = Bell()
        self.outlets: dict[str, Outlet] = {}
        self.settings = Settings(http=HttpSettings(public_url=PUBLIC))

    def add(self, kind: str, name: str = "", **changes: Any) -> None:
        made: AlertTarget = target(kind, self.server, name=name, **changes)
        self.settings = Settings(http=self.settings.http, alerts={**self.settings.alerts, made.name: made})

    async def happens(self, *data: Any, account: str = "", identity_id: int | None = None, **more: Any) -> None:
        """Events, in one commit."""
        new = [NewEvent(at=self.shop.clock, account=account, identity_id=identity_id, data=one, **more) for one in data]
        await self.shop.store.writer.batch(lambda session: events.append(session, new))
        self.bell.ring()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All of it at work; leaving kills it where it is."""
        async with aiohttp.ClientSession() as http:
            parts = OnCallParts(
                settings=lambda: self.settings,
                wording=lambda: EventWording(self.settings, config_file=None),
                outlets=lambda: self.outlets,
                own_addresses=lambda _settings: {"help@example.org"},
            )
            on_call = OnCall(self.shop.store, parts, http=http, written=self.bell, now=lambda: self.shop.clock)
            tasks = [asyncio.create_task(stage()) for stage in on_call.stages.values()]
            try:
                await until(self._is_listening)
                yield
            finally:
                for task in tasks:
                    task.cancel()
                for task in tasks:
                    with suppress(asyncio.CancelledError):
                        await task

    async def _is_listening(self) -> bool:
        """Every target of events has its place: what happens from now on is for it."""
        listening = {name for name, one in self.settings.alerts.items() if one.events}
        return listening == {row["target"] for row in await self.shop.rows("SELECT target FROM alert_readers")}

    async def rows(self) -> list[AlertDelivery]:
        async with self.shop.store.readers.read() as session:
            return (await alerts.page(session, before=1 << 62, limit=2000))[::-1]

    async def told(self, kind: str, count: int) -> list[str]:
        """Wait until a receiver has taken so many messages; their titles."""
        try:
            await until(lambda: len(self.server.of(kind)) >= count)
        except TimeoutError:
            raise AssertionError([(str(one.state), one.event_type, one.error) for one in await self.rows()]) from None
        return [_title(one.body) for one in self.server.of(kind)]


def _title(body: Any) -> str:
    return str(body.get("title") or body.get("text", "").partition("\n")[0])


def down(account: str = "mail") -> ConnectorDown:
    return ConnectorDown(account=account, kind="imap", state="down", detail="it hung up")


def up(account: str = "mail") -> ConnectorUp:
    return ConnectorUp(account=account, kind="imap", state="ok", detail="")


def opened(number: int = 1, priority: Priority = Priority.NORMAL) -> IncidentOpened:
    return IncidentOpened(
        incident_id="40963", number=number, customer_id="7215", state=IncidentState.NEW, priority=priority,
        assignee="", version=1,
    )  # fmt: skip


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    for stage in (sending, alerting, queueing):
        monkeypatch.setattr(stage, "LOOK_AGAIN_S", 0.05)
        monkeypatch.setattr(stage, "PAUSE_S", 0.0)
    async with workshop(tmp_path) as shop, Receivers() as server:
        yield Office(shop, server)


async def test_a_target_is_told_of_the_events_it_names_and_of_no_others(office: Office) -> None:
    office.add("ntfy", events=("connector.*", "incident.opened"))
    async with office.running():
        await office.happens(down(), outage_of(OutageState.SUSPECTED), opened(7), up())
        titles = await office.told("ntfy", 3)

    assert titles == ["mail (imap) doesn’t work", "New incident #7, priority normal", "mail (imap) works"]
    assert [one.body["click"] for one in office.server.of("ntfy")] == [
        f"{PUBLIC}/accounts", f"{PUBLIC}/customers/7215", f"{PUBLIC}/accounts",
    ]  # fmt: skip


async def test_filters_choose_by_account_and_by_priority_where_there_is_one(office: Office) -> None:
    office.add("ntfy", events=("*",), priorities=("high", "critical"))
    office.add("telegram", events=("*",), accounts=("bot",))
    async with office.running():
        await office.happens(opened(1), opened(2, Priority.HIGH))
        await office.happens(down("mail"), account="mail")
        await office.happens(down("bot"), account="bot")
        await office.told("ntfy", 3)
        await office.told("telegram", 1)

    assert len(office.server.of("ntfy")) == 3
    assert [_title(one.body) for one in office.server.of("telegram")] == ["bot (imap) doesn’t work"]


async def test_filters_choose_by_the_class_of_the_customer(office: Office) -> None:
    office.add("ntfy", events=("message.received",), segments=("VIP",))
    async with office.running():
        for name, segment in (("bob", "basic"), ("ann", " vip "), ("eve", "")):
            said = words(f"m-{name}", f"email:{name}@example.com", extra={"segment": segment})
            await office.shop.take("mail", said)
        office.bell.ring()
        await office.told("ntfy", 1)
        await office.shop.take("mail", words("m-2", "email:ann@example.com", extra={"segment": "vip"}))
        office.bell.ring()
        await office.told("ntfy", 2)
    ann = identity_of("email:ann@example.com")

    assert {one.body["click"] for one in office.server.of("ntfy")} == {f"{PUBLIC}/customers/{ann}"}


async def test_history_that_is_read_again_is_not_told(office: Office) -> None:
    office.add("ntfy", events=("*",))
    async with office.running():
        await office.happens(opened(1), is_replayed=True)
        await office.happens(opened(2))
        titles = await office.told("ntfy", 1)

    assert titles == ["New incident #2, priority normal"]


async def test_a_new_target_hears_of_what_comes_after_it(office: Office) -> None:
    await office.happens(opened(1))
    office.add("ntfy", events=("*",))
    async with office.running():
        await office.happens(opened(2))
        titles = await office.told("ntfy", 1)

    assert titles == ["New incident #2, priority normal"]


async def test_a_target_without_events_is_told_of_outages_as_before(office: Office) -> None:
    office.add("pagerduty")
    office.add("ntfy", events=("outage.*",), language="uk")
    async with office.running():
        await open_outage(office)
        await until(lambda: bool(office.server.of("pagerduty")) and bool(office.server.of("ntfy")))

    assert office.server.of("pagerduty")[0].body["event_action"] == "trigger"
    assert _title(office.server.of("ntfy")[0].body) == "Підозра на збій: оплат"
    assert {(one.target, one.event_type) for one in await office.rows()} == {
        ("pagerduty", ""), ("ntfy", "outage.suspected"),
    }  # fmt: skip


async def test_a_burst_of_a_thousand_is_a_few_messages_and_a_summary(office: Office) -> None:
    office.add("ntfy", events=("*",), per_minute=5)
    async with office.running():
        await office.happens(*[opened() for _ in range(990)], *[down() for _ in range(10)])
        await office.told("ntfy", 4)
        office.shop.clock += timedelta(minutes=1)
        office.bell.ring()
        titles = await office.told("ntfy", 5)
    last = office.server.of("ntfy")[-1].body

    assert titles[4] == "996 more events"
    assert last["message"].splitlines()[:2] == ["incident.opened: 986", "connector.down: 10"]
    assert len(await office.rows()) == 5


async def test_a_dead_target_delays_no_other_and_no_alert_of_an_outage(office: Office) -> None:
    office.add("pagerduty")
    office.add("ntfy", events=("*",))
    office.add("telegram", events=("*",))
    office.server.bad("ntfy", *[BadDay(hangs=True) for _ in range(50)])
    async with office.running():
        await office.happens(*[down() for _ in range(15)])
        await until(lambda: "ntfy" in office.server.asked)
        await office.told("telegram", 15)
        await open_outage(office)
        await until(lambda: bool(office.server.of("pagerduty")))

    assert not office.server.of("ntfy")


async def test_what_comes_while_a_target_is_down_is_summed_up_when_it_is_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "REMEMBER_EVERY", 1)
    office.add("ntfy", events=("*",), per_minute=2)
    office.server.bad("ntfy", *[BadDay(status=503) for _ in range(1000)])
    async with office.running():
        for number in range(2):
            await office.happens(opened(number + 1))
            await until(lambda number=number: _has_rows(office, number + 1))
            office.shop.clock += timedelta(hours=1)
        await office.happens(*[opened() for _ in range(100)])
        await until(lambda: _holds(office, {"incident.opened": 100}))
        office.server.bad_days.clear()

        async def all_told() -> bool:
            office.shop.clock += timedelta(minutes=10)  # a try may have failed as late as now
            office.bell.ring()
            return len(office.server.of("ntfy")) >= 3

        await until(all_told)
        titles = await office.told("ntfy", 3)

    assert titles == ["New incident #1, priority normal", "New incident #2, priority normal", "100 more events"]


async def _has_rows(office: Office, count: int) -> bool:
    return len(await office.rows()) == count


async def _holds(office: Office, counts: dict[str, int]) -> bool:
    (row,) = await office.shop.rows("SELECT held FROM alert_readers")
    return bool(json.loads(row["held"]) == counts)


async def test_retry_after_is_kept_to(office: Office) -> None:
    office.add("ntfy", events=("*",))
    office.server.bad("ntfy", BadDay(status=429, headers={"Retry-After": "900"}))
    async with office.running():
        await office.happens(down())
        await until(lambda: _has_error(office))
        (row,) = await office.rows()

    assert row.due_us == to_us(office.shop.clock) + 900_000_000


async def _has_error(office: Office) -> bool:
    return any(one.error for one in await office.rows())


async def test_a_restart_loses_nothing_and_tells_nothing_twice(office: Office) -> None:
    office.add("ntfy", events=("*",), per_minute=600)
    count = 0
    for _ in range(5):
        async with office.running():
            await office.happens(*[opened() for _ in range(10)])
            await until(lambda: bool(office.server.of("ntfy")))
        await office.happens(opened())
        count += 11
    async with office.running():
        await until(lambda: len(_keys(office)) == count)

    assert len(await office.rows()) == count
    assert len(office.server.of("ntfy")) <= count + 5  # what was just being told when it stopped is told again


def _keys(office: Office) -> set[str]:
    return {one.body["sequence_id"] for one in office.server.of("ntfy")}


async def test_a_kill_in_mid_call_tells_it_again_under_its_key_and_says_so(office: Office) -> None:
    office.add("ntfy", events=("*",))
    office.server.bad("ntfy", BadDay(hangs=True, takes=True))
    async with office.running():
        await office.happens(down())
        await until(lambda: len(office.server.of("ntfy")) == 1)
    async with office.running():
        await office.told("ntfy", 2)
    first, second = (one.body for one in office.server.of("ntfy"))

    assert first["sequence_id"] == second["sequence_id"]
    assert "This may be a repetition" in second["message"]


async def test_what_is_held_for_a_summary_outlives_a_restart(office: Office) -> None:
    office.add("ntfy", events=("*",), per_minute=2)
    async with office.running():
        await office.happens(*[opened() for _ in range(5)])
        await office.told("ntfy", 1)
    office.shop.clock += timedelta(minutes=2)
    async with office.running():
        titles = await office.told("ntfy", 2)

    assert titles[1] == "4 more events"


async def test_nothing_is_told_while_sending_is_paused(office: Office) -> None:
    office.add("ntfy", events=("*",))
    await office.shop.store.writer.batch(lambda session: hub.set_fact(session, hub.SENDING_PAUSED, "yes"))
    async with office.running():
        await office.happens(down())
        await until(lambda: _has_rows(office, 1))
        await office.shop.store.writer.batch(lambda session: hub.remove_fact(session, hub.SENDING_PAUSED))
        assert not office.server.asked
        office.bell.ring()
        await office.told("ntfy", 1)


async def test_a_target_that_became_one_of_outages_ends_what_waits(office: Office) -> None:
    office.add("ntfy", name="phone", events=("*",))
    office.server.bad("ntfy", BadDay(status=503))
    async with office.running():
        await office.happens(down())
        await until(lambda: _has_error(office))
        office.add("pagerduty", name="phone")
        office.shop.clock += timedelta(minutes=1)
        office.bell.ring()
        await until(lambda: _is_failed(office))
        (row,) = await office.rows()

    assert "can't be told of events" in row.error


async def _is_failed(office: Office) -> bool:
    return [str(one.state) for one in await office.rows()] == ["failed"]


async def test_mail_goes_to_the_configured_address_and_starts_no_loop(office: Office) -> None:
    office.add("email", events=("*",), language="uk")
    async with relay(Keeper()) as keeper, office.running():
        office.outlets = {"mail": Outlet(sender=_relay(keeper.port), is_repeat_safe=True)}
        await office.happens(opened(3), identity_id=identity_of("email:help@example.org"))
        await office.happens(opened(4), identity_id=identity_of("email:on-call@example.com"))
        await office.happens(opened(5), identity_id=identity_of("email:ann@example.com"))
        await until(lambda: len(keeper.mails) == 1)
        assert [one.event_type for one in await office.rows()] == ["incident.opened"]
    ((return_path, recipients, content),) = keeper.mails
    mail = content.decode()

    assert recipients == ["on-call@example.com"]
    assert return_path == "null@return.path"
    assert "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All" in mail
    assert "ann@example.com" not in mail
    assert keeper.texts()[0].endswith(f"{PUBLIC}/customers/7215")


async def test_mail_that_may_have_been_taken_is_sent_again_under_its_message_id(office: Office) -> None:
    office.add("email", events=("*",))
    async with relay(Keeper(is_mute=True)) as keeper, office.running():
        office.outlets = {"mail": Outlet(sender=_relay(keeper.port), is_repeat_safe=True)}
        await office.happens(down())
        await until(lambda: _has_error(office))
        keeper.is_mute = False
        office.shop.clock += timedelta(minutes=1)
        office.bell.ring()
        await until(lambda: len(keeper.mails) == 2)
    ids = {_header(content, "Message-ID") for _, _, content in keeper.mails}

    assert len(ids) == 1
    assert "This may be a repetition" in keeper.texts()[1]


async def test_outages_by_mail_stand_in_one_thread(office: Office) -> None:
    office.add("email")
    async with relay(Keeper()) as keeper, office.running():
        office.outlets = {"mail": Outlet(sender=_relay(keeper.port), is_repeat_safe=True)}
        await open_outage(office)
        await until(lambda: len(keeper.mails) == 1)
        await open_outage(office, OutageState.RESOLVED)
        await until(lambda: len(keeper.mails) == 2)
    (_, _, first), (_, _, second) = keeper.mails

    assert _header(second, "References") == _header(first, "Message-ID") != _header(second, "Message-ID")


def _header(mail: bytes, name: str) -> str:
    return next(line.partition(": ")[2] for line in mail.decode().split("\r\n") if line.startswith(f"{name}: "))


def _relay(port: int) -> Relay:
    config = RelayConfig(
        from_address="help@example.org", relay_host="127.0.0.1", relay_port=port, relay_tls="none", relay_timeout_s=5.0
    )
    return Relay(config, account="mail", hostname="hub.example.org", now=lambda: at(0))


def outage_of(state: OutageState) -> Any:
    return outage_event(entered(state), _outage(state)).data


def _outage(state: OutageState) -> Outage:
    return Outage(
        id=5120, state=state, version=1 if state.is_open else 2, title="не проходить оплата", terms=("оплат",),
        reasons=(), began_us=to_us(at(0)), opened_us=to_us(at(0)), changed_us=to_us(at(0)), level="",
        closed_us=None if state.is_open else to_us(at(9)),
    )  # fmt: skip


async def open_outage(office: Office, state: OutageState = OutageState.SUSPECTED) -> None:
    async def write(session: Session) -> None:
        await outages.save(session, [_outage(state)])
        await events.append(session, [outage_event(entered(state), _outage(state))])

    await office.shop.store.writer.batch(write)
    office.bell.ring()
