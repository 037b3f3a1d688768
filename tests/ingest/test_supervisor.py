"""One broken account never stops the others, and each says how it is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.raw import RawMessage
from channelhub.ingest.supervisor import MAX_BACKOFF_S, AccountState, AccountStatus, Supervisor, jittered
from channelhub.sdk.contract import Cursor, Deliver, HealthReport, Receipt
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.testing import RecordingLog

BACKOFF_S = 0.02


async def deliver(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
    return ()


class Scripted:
    """A connector whose runs end as told; the last one receives until cancelled."""

    def __init__(self, *endings: BaseException | None) -> None:
        self.endings = list(endings)
        self.runs = 0
        self.cancelled = False

    async def run(self, deliver: Deliver) -> None:
        self.runs += 1
        if self.endings:
            ending = self.endings.pop(0)
            if ending is not None:
                raise ending
            return
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise

    async def check(self) -> HealthReport:
        raise AssertionError("the supervisor doesn't probe")


class Hanging(Scripted):
    """Each try hangs for a while and then fails; after so many tries the channel answers."""

    def __init__(self, ending: BaseException, *, tries: int, hangs_s: float) -> None:
        super().__init__(*[ending] * tries)
        self.hangs_s = hangs_s
        self.answers = asyncio.Event()

    async def run(self, deliver: Deliver) -> None:
        if self.endings:
            await asyncio.sleep(self.hangs_s)
        else:
            self.answers.set()
        await super().run(deliver)


class Watched(Supervisor):
    def __init__(self) -> None:
        self.changes: list[AccountStatus] = []
        self.recorded = RecordingLog()
        super().__init__(
            now=lambda: datetime.now(UTC),
            log=self.recorded,
            on_change=self.changes.append,
            first_backoff_s=BACKOFF_S,
        )

    def of(self, name: str) -> AccountStatus:
        return next(status for status in self.statuses() if status.name == name)

    async def until(self, name: str, state: AccountState) -> AccountStatus:
        async with asyncio.timeout(60):
            while self.of(name).state is not state:
                await asyncio.sleep(0.002)
        return self.of(name)


@pytest.fixture
async def supervisor() -> AsyncIterator[Watched]:
    watched = Watched()
    yield watched
    await watched.stop_all()


def start(supervisor: Watched, name: str, connector: Scripted) -> None:
    supervisor.start(name, kind="test", title="Test", connector=connector, deliver=deliver)


async def test_an_unavailable_channel_is_tried_again_until_it_is_back(supervisor: Watched) -> None:
    connector = Scripted(Unavailable("no route"), Unavailable("no route"))
    start(supervisor, "shop", connector)

    down = await supervisor.until("shop", AccountState.DOWN)
    up = await supervisor.until("shop", AccountState.OK)

    assert down.detail == "no route"
    assert down.retry_at is not None
    assert connector.runs == 3
    assert up.restarts == 2


@pytest.mark.slow
async def test_a_channel_that_hangs_before_it_fails_is_not_told_as_up_again_and_again(supervisor: Watched) -> None:
    connector = Hanging(Unavailable("timeout"), tries=8, hangs_s=2.5 * BACKOFF_S)
    start(supervisor, "shop", connector)

    async with asyncio.timeout(60):
        await connector.answers.wait()
    told = [change.state for change in supervisor.changes]
    up = await supervisor.until("shop", AccountState.OK)

    assert told[:2] == [AccountState.OK, AccountState.DOWN]
    assert told.count(AccountState.OK) <= 3  # one, but for a machine that stands still now and then
    assert up.restarts == 8


async def test_waits_as_long_as_the_channel_asks(supervisor: Watched) -> None:
    connector = Scripted(Unavailable("slow down", retry_after_s=3600))
    start(supervisor, "shop", connector)

    down = await supervisor.until("shop", AccountState.DOWN)

    assert down.retry_at is not None
    assert (down.retry_at - datetime.now(UTC)).total_seconds() > 2000


async def test_after_a_good_while_the_first_pause_is_short_again(
    supervisor: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []

    def watch(backoff_s: float, asked_s: float) -> float:
        paused.append(backoff_s)
        return jittered(backoff_s, asked_s)

    monkeypatch.setattr("channelhub.ingest.supervisor.jittered", watch)
    monkeypatch.setattr("channelhub.ingest.supervisor.HEALTHY_AFTER_S", 0.0)  # every run counts as a good while
    connector = Scripted(*[Unavailable("gone")] * 4)
    start(supervisor, "mail", connector)
    async with asyncio.timeout(60):
        while connector.runs < 5:
            await asyncio.sleep(0.002)

    assert paused == [BACKOFF_S] * 4


@given(st.floats(0.01, MAX_BACKOFF_S), st.floats(0, 3600))
def test_a_pause_is_as_long_as_asked_and_else_below_a_minute(backoff_s: float, asked_s: float) -> None:
    pause_s = jittered(backoff_s, asked_s)

    assert pause_s >= asked_s
    assert pause_s <= max(59.0, asked_s * 1.2)


async def test_refused_credentials_wait_for_a_person(supervisor: Watched) -> None:
    connector = Scripted(AuthFailed("the token is wrong: make a new one"))
    start(supervisor, "shop", connector)

    stopped = await supervisor.until("shop", AccountState.AUTH_FAILED)
    await asyncio.wait_for(supervisor.until("shop", AccountState.AUTH_FAILED), 1)

    assert connector.runs == 1
    assert "make a new one" in stopped.detail
    assert [change.state for change in supervisor.changes] == [AccountState.AUTH_FAILED]


async def test_an_account_that_cannot_be_built_is_told_of(supervisor: Watched) -> None:
    supervisor.refuse("shop", kind="test", title="Test", detail="its connector can't be built")

    assert [(change.name, change.state) for change in supervisor.changes] == [("shop", AccountState.DOWN)]
    assert supervisor.of("shop").detail == "its connector can't be built"


@pytest.mark.parametrize("ending", [ValueError("a defect"), None])
async def test_a_defect_or_an_unasked_end_is_restarted_and_told(
    supervisor: Watched, ending: BaseException | None
) -> None:
    connector = Scripted(ending)
    start(supervisor, "shop", connector)

    down = await supervisor.until("shop", AccountState.DOWN)
    await supervisor.until("shop", AccountState.OK)

    assert down.detail
    assert connector.runs == 2


async def test_a_broken_account_does_not_stop_the_others(supervisor: Watched) -> None:
    healthy = Scripted()
    start(supervisor, "broken", Scripted(*[ValueError("again")] * 50))
    start(supervisor, "healthy", healthy)

    await supervisor.until("broken", AccountState.DOWN)
    await supervisor.until("healthy", AccountState.OK)

    assert healthy.runs == 1


async def test_stopping_one_account_leaves_the_others_running(supervisor: Watched) -> None:
    gone, kept = Scripted(), Scripted()
    start(supervisor, "gone", gone)
    start(supervisor, "kept", kept)
    await supervisor.until("gone", AccountState.OK)
    await supervisor.until("kept", AccountState.OK)

    await supervisor.stop("gone")

    assert gone.cancelled
    assert not kept.cancelled
    assert [status.name for status in supervisor.statuses()] == ["kept"]
