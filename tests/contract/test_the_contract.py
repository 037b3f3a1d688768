"""The suite rejects planted bad connectors, each by the tests that are meant for its fault."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import pytest
from aiohttp import ClientError, web

from channelhub.domain.inbound import Inbound, NewMessage
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Cursor, Deliver, HealthReport
from channelhub.sdk.errors import NotCommitted, Unavailable
from channelhub.sdk.testing import ConnectorContract, Rig, SenderContract
from tests.contract.pulled import Pulled, PullRig
from tests.contract.pushed import Pushed, PushRig, parse

ACKNOWLEDGES = "test_acknowledges_only_after_deliver_returned"
BUSY = "test_refused_message_stays_on_the_channel_while_the_hub_is_busy"
FULL = "test_refused_message_stays_on_the_channel_while_the_disk_is_full"
REDELIVERY = "test_redelivery_is_acknowledged_and_stored_once"
CLOCK = "test_delivery_id_does_not_depend_on_the_clock"
CRASH_BEFORE = "test_crash_before_the_commit_loses_nothing"
CRASH_AFTER = "test_crash_between_commit_and_acknowledgement_doubles_nothing"
CHECK = "test_check_consumes_nothing"
LETS_GO = "test_lets_go_of_tasks_and_sockets_when_cancelled"
LOG = "test_log_shows_no_text_and_no_address"
VALUES = "test_parse_gives_values_the_core_can_store"
REPEATABLE = "test_parse_is_repeatable"
UNPARSEABLE = "test_parse_raises_unparseable_only"
SENDS_ONCE = "test_sends_once_what_it_is_given"
SURELY_NOT = "test_unavailable_when_the_channel_surely_did_not_take_it"
PERHAPS = "test_not_unavailable_when_the_channel_may_have_taken_it"
INHERITS = "test_inherits_the_suite_for_what_it_can_do"
RECEIVING = (ACKNOWLEDGES, BUSY, FULL, REDELIVERY, CLOCK, CRASH_BEFORE, CRASH_AFTER, CHECK, LETS_GO, LOG)

PORTS: list[asyncio.Server] = []  # what a planted connector leaves open, for closing after its test


class AnswersOkThoughRefused(Pushed):
    async def receive(self, request: web.Request) -> web.Response:
        assert self.deliver is not None
        raw = self.raw(await request.read())
        try:
            await self.deliver([raw])
        except NotCommitted:
            self.context.log.warning("message.refused", delivery_id=raw.delivery_id)
        return web.Response(status=204)


class AnswersBeforeDeliver(Pushed):
    later: set[asyncio.Task[object]]

    async def run(self, deliver: Deliver) -> None:
        self.later = set()
        try:
            await super().run(deliver)
        finally:
            for task in self.later:
                task.cancel()

    async def receive(self, request: web.Request) -> web.Response:
        assert self.deliver is not None
        task = asyncio.ensure_future(self._store(self.deliver, self.raw(await request.read())))
        self.later.add(task)
        return web.Response(status=204)

    async def _store(self, deliver: Deliver, raw: RawMessage) -> None:
        try:
            await deliver([raw])
        except NotCommitted:
            self.context.log.warning("message.refused", delivery_id=raw.delivery_id)


class IdFromClock(Pushed):
    def raw(self, body: bytes) -> RawMessage:
        raw = super().raw(body)
        return replace(raw, delivery_id=f"{self.context.now().isoformat()}-{raw.delivery_id}")


_arrivals = itertools.count()


class IdFromCounter(Pushed):
    def raw(self, body: bytes) -> RawMessage:
        return replace(super().raw(body), delivery_id=f"arrival-{next(_arrivals)}")


class LeaksTask(Pushed):
    async def run(self, deliver: Deliver) -> None:
        self.heartbeat = asyncio.ensure_future(asyncio.Event().wait())
        await super().run(deliver)


class LeaksPort(Pushed):
    async def run(self, deliver: Deliver) -> None:
        self.port = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
        PORTS.append(self.port)
        await super().run(deliver)


class EndsByItself(Pushed):
    async def run(self, deliver: Deliver) -> None:
        self.done = asyncio.Event()
        self.deliver = deliver
        self.context.mount(self.receive)
        await self.done.wait()

    async def receive(self, request: web.Request) -> web.Response:
        answer = await super().receive(request)
        self.done.set()
        return answer


class LogsText(Pushed):
    async def receive(self, request: web.Request) -> web.Response:
        self.context.log.info("message.received", body=(await request.read()).decode())
        return await super().receive(request)


class LogsAddress(Pushed):
    async def receive(self, request: web.Request) -> web.Response:
        self.context.log.bind(user=msgspec.json.decode(await request.read())["user"]).info("message.received")
        return await super().receive(request)


class CursorBeforeDeliver(Pulled):
    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        await deliver([], cursor)
        await deliver(raws)


class Hasty(Pulled):
    async def confirm(self, offset: str) -> None:
        """Ask from there on, as one who has everything below it."""
        asking = asyncio.ensure_future(self.ask(offset))
        await asyncio.wait({asking}, timeout=0.1)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


class ConfirmsBeforeDeliver(Hasty):
    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        await self.confirm(cursor.value)
        await super().take(deliver, raws, cursor)


class CheckConfirms(Hasty):
    async def check(self) -> HealthReport:
        await self.confirm("1")
        return await super().check()


class RepeatsPerhaps(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        try:
            return await super().send(message)
        except ClientError as exc:
            raise Unavailable("no answer") from exc


class SendsTwice(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        await super().send(message)
        return await super().send(message)


class BreaksOnRefusedConnection(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        try:
            return await super().send(message)
        except Unavailable as exc:
            raise OSError(str(exc)) from exc


def parse_leaking(raw: RawMessage) -> Sequence[Inbound]:
    msgspec.json.decode(raw.body)
    return parse(raw)


_parsed = itertools.count()


def _with(raw: RawMessage, **changes: Any) -> Sequence[Inbound]:
    return [replace(item, **changes) for item in parse(raw) if isinstance(item, NewMessage)]


def parse_counting(raw: RawMessage) -> Sequence[Inbound]:
    return _with(raw, external_id=f"m{next(_parsed)}")


def parse_in_local_time(raw: RawMessage) -> Sequence[Inbound]:
    return _with(raw, sent_at=datetime(2026, 1, 2, 3, 4).astimezone())


def parse_naive_time(raw: RawMessage) -> Sequence[Inbound]:
    return _with(raw, sent_at=datetime(2026, 1, 2, 3, 4))  # noqa: DTZ001 - the fault


def parse_dropping(raw: RawMessage) -> Sequence[Inbound]:
    return [item for item in parse(raw) if isinstance(item, NewMessage) and item.content.text]


@dataclass(frozen=True)
class Bad:
    """A planted connector, the tests that have to fail for it, and those that may, by the order of events."""

    name: str
    rig: Callable[[], Rig]
    fails: frozenset[str]
    suite: type[ConnectorContract] = ConnectorContract
    may_fail: frozenset[str] = frozenset()


def pushed(connector: type[Pushed], *fails: str, may_fail: AbstractSet[str] = frozenset()) -> Bad:
    class PlantedRig(PushRig):
        plugin = replace(PushRig.plugin, build=lambda _config, context: connector(context))

    return Bad(connector.__name__, PlantedRig, frozenset(fails), may_fail=frozenset(may_fail))


def pulled(connector: type[Pulled], *fails: str, may_fail: AbstractSet[str] = frozenset()) -> Bad:
    class PlantedRig(PullRig):
        plugin = replace(PullRig.plugin, build=lambda config, context: connector(context, config.url))

    return Bad(connector.__name__, PlantedRig, frozenset(fails), SenderContract, frozenset(may_fail))


def parsed(parser: Callable[[RawMessage], Sequence[Inbound]], *fails: str) -> Bad:
    class PlantedRig(PushRig):
        plugin = replace(PushRig.plugin, parse=parser)

    return Bad(parser.__name__, PlantedRig, frozenset(fails))


PLANTED = [
    pushed(AnswersOkThoughRefused, BUSY, FULL),
    pushed(AnswersBeforeDeliver, ACKNOWLEDGES, BUSY, FULL, CRASH_BEFORE),
    pushed(IdFromClock, CLOCK),
    pushed(IdFromCounter, CLOCK, REDELIVERY, may_fail={CRASH_BEFORE, CRASH_AFTER, CHECK}),
    pushed(LeaksTask, LETS_GO),
    pushed(LeaksPort, LETS_GO),
    pushed(EndsByItself, *RECEIVING),
    pushed(LogsText, LOG),
    pushed(LogsAddress, LOG),
    pulled(CursorBeforeDeliver, CRASH_BEFORE, CRASH_AFTER),
    pulled(ConfirmsBeforeDeliver, ACKNOWLEDGES, BUSY, FULL, CRASH_BEFORE, may_fail={CRASH_AFTER, CLOCK, CHECK}),
    pulled(CheckConfirms, CHECK),
    pulled(RepeatsPerhaps, PERHAPS),
    pulled(SendsTwice, SENDS_ONCE),
    pulled(BreaksOnRefusedConnection, SURELY_NOT),
    parsed(parse_leaking, UNPARSEABLE),
    parsed(parse_counting, REPEATABLE),
    parsed(parse_in_local_time, REPEATABLE),
    parsed(parse_naive_time, VALUES),
    parsed(parse_dropping, VALUES),
    Bad("sender tested as a receiver", PullRig, frozenset({INHERITS})),
]


async def failures(bad: Bad) -> dict[str, str]:
    """The suite's tests that fail for it, each with its reason."""
    suite = type("Suite", (bad.suite,), {"rig": bad.rig})
    reasons = {}
    for name in dir(suite):
        if name.startswith("test_"):
            try:
                await getattr(suite(), name)()
            except (Exception, pytest.fail.Exception) as exc:
                reasons[name] = repr(exc)
    return reasons


@pytest.mark.parametrize("bad", PLANTED, ids=lambda bad: bad.name)
async def test_suite_rejects_by_the_tests_meant_for_the_fault(bad: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.sdk.testing.supervised.DEADLINE_S", 3.0)
    monkeypatch.setattr("channelhub.sdk.testing.contract.CANCEL_DEADLINE_S", 1.0)
    reasons = await failures(bad)
    while PORTS:
        PORTS.pop().close()

    assert bad.fails <= set(reasons) <= bad.fails | bad.may_fail, reasons
