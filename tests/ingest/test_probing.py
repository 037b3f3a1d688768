"""Channels that only post to us are asked how they are; what they answer is told, and believed the second time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import structlog

from channelhub.ingest.probing import Prober
from channelhub.ingest.supervisor import AccountStatus, Supervisor
from channelhub.sdk.contract import Deliver, Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.telemetry.metrics import Metrics
from channelhub.telemetry.vitals import VitalsBook

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELL = HealthReport(health=Health.OK, detail="Лампи", backlog=3)
EXPIRED = HealthReport(health=Health.AUTH_FAILED, detail="the token expired: make a new one")


class Hooked:
    """A channel that posts to us: its run never says anything."""

    def __init__(self) -> None:
        self.answer: HealthReport | Exception = WELL
        self.asked = 0

    async def run(self, deliver: Deliver) -> None:
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Ward:
    """A supervisor with one account that runs, and a prober."""

    def __init__(self) -> None:
        self.changes: list[AccountStatus] = []
        self.connector = Hooked()
        self.supervisor = Supervisor(
            now=lambda: NOW, log=structlog.get_logger(), on_change=self.changes.append, first_backoff_s=0.001
        )
        self.vitals = VitalsBook(Metrics())
        self.every_s = 0.001
        self.running: dict[str, Hooked] = {"page": self.connector}
        self.prober = Prober(
            connectors=lambda: dict(self.running),
            pushed=lambda: ["page"],
            supervisor=self.supervisor,
            vitals=self.vitals,
            every_s=lambda: self.every_s,
            now=lambda: NOW,
            first_after_s=0.0,
        )

    @property
    def state(self) -> tuple[str, str]:
        [status] = self.supervisor.statuses()
        return str(status.state), status.detail

    async def until(self, state: str) -> None:
        async with asyncio.timeout(5):
            while self.state[0] != state:
                await asyncio.sleep(0.001)


async def nothing(*_args: object) -> list[object]:
    return []


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    made = Ward()
    made.supervisor.start("page", kind="page", title="Page", connector=made.connector, deliver=nothing)  # type: ignore[arg-type]
    await made.until("ok")
    yield made
    await made.supervisor.stop_all()


async def test_a_good_answer_is_told_with_what_waits(ward: Ward) -> None:
    await ward.prober.probe_all()
    found = ward.vitals.of("page")

    assert (found.probe, found.probe_detail, found.backlog, found.last_success) == ("ok", "Лампи", 3, NOW)
    assert ward.state == ("ok", "")


async def test_one_bad_answer_is_told_and_the_second_makes_the_account_unwell_until_a_good_one(ward: Ward) -> None:
    ward.connector.answer = EXPIRED
    await ward.prober.probe_all()
    once = (ward.state, ward.vitals.of("page").probe_detail)
    await ward.prober.probe_all()
    twice = ward.state
    ward.connector.answer = WELL
    await ward.prober.probe_all()

    assert once == (("ok", ""), "the token expired: make a new one")
    assert twice == ("auth-failed", "the token expired: make a new one")
    assert ward.state == ("ok", "")
    assert [str(one.state) for one in ward.changes] == ["ok", "auth-failed", "ok"]
    assert [one.restarts for one in ward.changes] == [0, 0, 0]


async def test_good_answers_between_bad_ones_are_forgiven(ward: Ward) -> None:
    for answer in (EXPIRED, WELL, EXPIRED, WELL, EXPIRED):
        ward.connector.answer = answer
        await ward.prober.probe_all()

    assert ward.state == ("ok", "")


@pytest.mark.parametrize(
    ("failure", "state", "detail"),
    [
        (AuthFailed("no permission"), "auth-failed", "no permission"),
        (Unavailable("no route"), "down", "no route"),
        (KeyError("x"), "down", "its connector failed: KeyError: 'x'"),
    ],
)
async def test_whatever_a_probe_raises_is_an_answer(ward: Ward, failure: Exception, state: str, detail: str) -> None:
    ward.connector.answer = failure
    await ward.prober.probe_all()
    await ward.prober.probe_all()

    assert ward.state == (state, detail)


async def test_it_is_asked_again_and_again_by_itself_unless_switched_off(ward: Ward) -> None:
    ward.connector.answer = EXPIRED
    running = asyncio.create_task(ward.prober.run())
    await ward.until("auth-failed")
    ward.connector.answer = WELL
    await ward.until("ok")
    ward.every_s = 0
    async with asyncio.timeout(5):
        before = -1
        while before != ward.connector.asked:
            before = ward.connector.asked
            await asyncio.sleep(0.02)
    running.cancel()

    assert ward.state == ("ok", "")


async def test_an_answer_of_what_was_stopped_meanwhile_is_nothing(ward: Ward) -> None:
    class Leaving(Hooked):
        async def check(self) -> HealthReport:
            ward.running = {}
            return EXPIRED

    ward.running = {"page": Leaving()}
    await ward.prober.probe_all()

    assert ward.vitals.of("page").probe == ""


def test_refused_posts_are_counted_until_a_good_one() -> None:
    vitals = VitalsBook(Metrics())
    for is_refused in (True, True):
        vitals.posted("page", NOW, is_refused=is_refused)
    before = vitals.of("page")
    vitals.posted("page", NOW, is_refused=False)

    assert (before.refused, before.refused_at) == (2, NOW)
    assert vitals.of("page").refused == 0


def test_lag_is_that_of_the_newest_message_and_never_negative() -> None:
    vitals = VitalsBook(Metrics())
    vitals.delivered("page", NOW, lag_s=90.0)
    vitals.delivered("page", NOW, lag_s=None)
    told = vitals.of("page").lag_s
    vitals.delivered("page", NOW, lag_s=-5.0)

    assert (told, vitals.of("page").lag_s) == (90.0, 0.0)
