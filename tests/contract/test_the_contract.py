"""The suite rejects planted bad connectors, each by the tests that are meant for its fault."""

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
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
from tests.contract.planted import Bad, failures, parsed, pulled, pushed
from tests.contract.pulled import Pulled, PullRig
from tests.contract.pushed import Pushed, parse

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
FILE_ONCE = "test_sends_a_file_with_its_words_once"
SURELY_NOT = "test_unavailable_when_the_channel_surely_did_not_take_it"
PERHAPS = "test_not_unavailable_when_the_channel_may_have_taken_it"
MANIFEST = "test_manifest_is_complete"
INHERITS = "test_inherits_the_suite_for_what_it_can_do"
RECEIVING = (ACKNOWLEDGES, BUSY, FULL, REDELIVERY, CLOCK, CRASH_BEFORE, CRASH_AFTER, CHECK, LETS_GO, LOG)

PORTS: list[asyncio.Server] = []  # what a planted connector leaves open, for closing after its test


class AnswersOkThoughRefused(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        assert self.deliver is not None
        raw = self.raw(body)
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

    async def take(self, body: bytes) -> web.StreamResponse:
        assert self.deliver is not None
        task = asyncio.ensure_future(self._store(self.deliver, self.raw(body)))
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

    async def take(self, body: bytes) -> web.StreamResponse:
        answer = await super().take(body)
        self.done.set()
        return answer


class LogsText(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        self.context.log.info("message.received", body=body.decode())
        return await super().take(body)


class LogsAddress(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        self.context.log.bind(user=msgspec.json.decode(body)["user"]).info("message.received")
        return await super().take(body)


class CursorBeforeDeliver(Pulled):
    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        await deliver([], cursor)
        await deliver(raws)


class Hasty(Pulled):
    async def confirm(self, offset: str) -> None:
        """Ask from there on, as one who has everything below it."""
        with suppress(ClientError):
            await self.context.http.get(f"{self.url}/updates", params={"offset": offset, "wait_s": "0"})


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


class ForgetsFiles(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        return await super().send(replace(message, attachments=()))


class SendsFilesOnly(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        return await super().send(replace(message, text="") if message.attachments else message)


class RepeatsTheWords(Pulled):
    """Once alone, and once more with the file."""

    async def send(self, message: Outbound) -> SendReceipt:
        if message.attachments:
            await super().send(replace(message, attachments=()))
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
    return [replace(item, **changes) if isinstance(item, NewMessage) else item for item in parse(raw)]


def parse_counting(raw: RawMessage) -> Sequence[Inbound]:
    return _with(raw, external_id=f"m{next(_parsed)}")


def parse_in_local_time(raw: RawMessage) -> Sequence[Inbound]:
    return _with(raw, sent_at=datetime(2026, 1, 2, 3, 4).astimezone())


def parse_naive_time(raw: RawMessage) -> Sequence[Inbound]:
    return _with(raw, sent_at=datetime(2026, 1, 2, 3, 4))  # noqa: DTZ001 - the fault


def parse_dropping(raw: RawMessage) -> Sequence[Inbound]:
    return [item for item in parse(raw) if not isinstance(item, NewMessage) or item.content.text]


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
    pulled(SendsTwice, SENDS_ONCE, FILE_ONCE),
    pulled(ForgetsFiles, FILE_ONCE),
    pulled(SendsFilesOnly, FILE_ONCE),
    pulled(RepeatsTheWords, FILE_ONCE),
    pulled(BreaksOnRefusedConnection, SURELY_NOT),
    parsed(parse_leaking, UNPARSEABLE),
    parsed(parse_counting, REPEATABLE),
    parsed(parse_in_local_time, REPEATABLE),
    parsed(parse_naive_time, VALUES),
    parsed(parse_dropping, VALUES),
    Bad("sender tested as a receiver", PullRig, frozenset({INHERITS})),
]


#: Of the other tests of the suite test_the_contract_on_bad_days.py has the planted connectors.
TRIED = frozenset(
    {
        *RECEIVING,
        VALUES,
        REPEATABLE,
        UNPARSEABLE,
        SENDS_ONCE,
        FILE_ONCE,
        SURELY_NOT,
        PERHAPS,
        INHERITS,
        "test_manifest_is_complete",
    }
)


@pytest.mark.parametrize("bad", PLANTED, ids=lambda bad: bad.name)
async def test_suite_rejects_by_the_tests_meant_for_the_fault(bad: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = await failures(bad, TRIED, monkeypatch)
    while PORTS:
        PORTS.pop().close()

    assert bad.fails <= set(reasons) <= bad.fails | bad.may_fail, reasons
