"""A real server on a free port, over a real store, with an API account to post to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import structlog

from channelhub.domain.addresses import ListenAddress
from channelhub.ingest.floor import DiskFloor
from channelhub.ingest.inbox import Inbox
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.expiring import Expiry
from channelhub.pipeline.looks import LookBook
from channelhub.pipeline.retention import RetentionSweep
from channelhub.pipeline.rulebook import AccountFacts, Rulebook, Wording
from channelhub.pipeline.similarity import Similarity
from channelhub.sdk.contract import Mount
from channelhub.settings.retention import RetentionSettings
from channelhub.store import tokens as token_store
from channelhub.store.opening import Store
from channelhub.store.places import DATABASE_FILE
from channelhub.telemetry.metrics import Metrics
from channelhub.web import tokens
from channelhub.web.connection import Deadlines
from channelhub.web.mounts import Mounts
from channelhub.web.parts import AccountView, WebParts
from channelhub.web.server import WebServer
from tests.emptystore import open_store
from tests.eventshapes import assert_described

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Hub:
    """The running server and what a test needs to reach it."""

    server: WebServer
    store: Store
    parts: WebParts
    mounts: Mounts
    http: aiohttp.ClientSession
    local_token: str
    accounts: list[AccountView]
    clock: list[datetime] = field(default_factory=lambda: [BEGAN])
    pipeline_alive: list[bool] = field(default_factory=lambda: [True])
    kept: list[RetentionSettings] = field(default_factory=lambda: [RetentionSettings()])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.local_token}"}

    async def token(self, role: str, account: str = "") -> dict[str, str]:
        """The header of a new token."""
        token = tokens.mint()
        await self.store.writer.command(
            lambda session: token_store.add(
                session, name=f"{role} of a test", role=role, account=account, digest=tokens.digest(token), at=BEGAN
            )
        )
        return {"Authorization": f"Bearer {token}"}

    def committed(self) -> None:
        self.parts.acting.written.ring()


BOOK = Rulebook(
    accounts={
        "shop": AccountFacts(name="shop", kind="api", channel="api"),
        "kiosk": AccountFacts(name="kiosk", kind="api", channel="api"),
        "bot": AccountFacts(name="bot", kind="telegram", channel="telegram", can_send=True),
    },
    default_region="UA",
    secret=b"of a test",
    is_acknowledging=False,
    acknowledgement=lambda language, number, subject: Wording(subject=subject, text=number),
)


def account(name: str, kind: str = "api", **more: object) -> AccountView:
    return AccountView(name=name, kind=kind, title=name, state="ok", detail="", since=BEGAN, **more)  # type: ignore[arg-type]


@pytest.fixture
def deadlines() -> Deadlines:
    return Deadlines()


@pytest.fixture
def settings() -> dict[str, object]:
    """Overrides of WebParts."""
    return {}


@pytest.fixture
async def hub(tmp_path: Path, deadlines: Deadlines, settings: dict[str, object]) -> AsyncIterator[Hub]:
    async with running(tmp_path, deadlines, settings) as made:
        yield made


@asynccontextmanager
async def running(tmp_path: Path, deadlines: Deadlines, settings: dict[str, object]) -> AsyncIterator[Hub]:
    """A hub in a folder, until the end of the block."""
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda exc: None)
    writing = asyncio.create_task(store.writer.run())
    clock, alive, kept = [BEGAN], [True], [RetentionSettings()]
    inbox = Inbox(store, DiskFloor(tmp_path, 0), now=lambda: clock[0], on_commit=lambda: None, metrics=Metrics())
    accounts = [
        account("shop", trust="verified"),
        account("kiosk", trust="claimed"),
        account("mail", "smtp"),
        account("site-form", "webform", mount=Mount.FORMS),
        account("bot", "telegram", mount=Mount.HOOKS),
    ]
    acting = Acting(store=store, book=lambda: BOOK, now=lambda: clock[0], written=Bell())
    values: dict[str, object] = {
        "acting": acting,
        "listen": ListenAddress(host="127.0.0.1", port=0),
        "state_dir": tmp_path,
        "public_url": "http://127.0.0.1:8080",
        "log": structlog.get_logger(),
        "accounts": lambda: accounts,
        "deliver_for": inbox.deliver_for,
        "offer": inbox.offer,
        "arrived": Bell(),
        "is_pipeline_alive": lambda: alive[0],
        "metrics": lambda: b"channelhub_up 1\n",
        "retention": RetentionSweep(
            store, lambda: kept[0], lambda what, rows: None, now=lambda: clock[0], log=structlog.get_logger()
        ),
        "expiry": Expiry(
            store,
            lambda: kept[0],
            lambda: {"shop": "api"},
            asked=Bell(),
            now=lambda: clock[0],
            log=structlog.get_logger(),
        ),
        "similar": Similarity(store, processed=Bell()),
        "looks": LookBook(
            store, default_region=lambda: "UA", now=lambda: clock[0], on_lost=lambda _: None, log=structlog.get_logger()
        ),
    }
    parts = WebParts(**(values | settings))  # type: ignore[arg-type]
    mounts = Mounts()
    local_token = tokens.write_local_token(tmp_path)
    server = WebServer(parts, mounts=mounts, local_token=local_token, deadlines=deadlines)
    await server.start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield Hub(server, store, parts, mounts, http, local_token, accounts, clock, alive, kept)
    finally:
        await server.stop()
        await store.writer.stop()
        await writing
        await store.close()
        assert_described(tmp_path / DATABASE_FILE)
