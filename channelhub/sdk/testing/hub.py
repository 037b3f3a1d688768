"""An in-memory stand-in for the core's side of the contract."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import MAX_HELD_ASKED, Completeness, Context, Cursor, Handler, Mount, Receipt
from channelhub.sdk.errors import CursorMoved, NotCommitted
from channelhub.sdk.media import MediaHost, MediaSource
from channelhub.sdk.media_fetching import MediaFetcher
from channelhub.sdk.testing.addressed import AddressedFiles, card_url
from channelhub.sdk.testing.log import RecordingLog
from channelhub.sdk.testing.spooled import SpooledBodies

EARLY_2026 = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MAX_ID_CHARS = 998  # a mail header line's bound (RFC 5322 §2.1.1): ids longer than this are digested by their connector
MOUNT_WAIT_S = 2.0
ACCEPT_TURNS = 5  # of the loop, until a connection just accepted is known to the server and closed with it
MAX_BODY_BYTES = 64 * 1024 * 1024


class Mood(StrEnum):
    """What `deliver` does with a call that holds messages or a cursor."""

    COMMITS = "commits"
    HOLDS_BEFORE = "holds before the commit"
    HOLDS_AFTER = "holds after the commit, before it returns"
    REFUSES = "refuses"


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of `deliver` as it came in, and what became of it."""

    raws: tuple[RawMessage, ...]
    cursor: Cursor | None
    is_committed: bool = False
    refusal: NotCommitted | None = None
    receipts: tuple[Receipt, ...] = field(default=())


class MemoryHub:
    """Takes deliveries the way the core does, and misbehaves when told to.

    Use it as `async with MemoryHub() as hub`. It dedupes by (account, delivery_id), moves a cursor in the call of its
    messages or not at all, raises CursorMoved when `expected` is not what is stored, and raises ValueError for what
    the core's tables can't hold (an empty or endless delivery id, a naive time). One hub has one set of cursors, so
    give each account that polls a hub of its own. What was committed survives `crash`.
    """

    def __init__(self, *, now: datetime = EARLY_2026) -> None:
        self.now = now
        self.log = RecordingLog()
        self.calls: list[Call] = []  # every call of deliver, in order
        self.stored: dict[tuple[str, str], RawMessage] = {}  # first comer of each (account, delivery_id), in order
        self.cursors: dict[str, str] = {}
        self.comparisons: list[Completeness] = []  # what the connector found, in order
        self.addressed = AddressedFiles()
        self.spooled = SpooledBodies()
        self._inbox_ids: dict[tuple[str, str], int] = {}
        self._mood = Mood.COMMITS
        self._refusal: NotCommitted | None = None
        self._commits_before_mood = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._handlers: dict[str, Handler] = {}
        self._mounts: dict[str, asyncio.Event] = {}
        self._requests: set[asyncio.Task[web.StreamResponse]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self._base_url = ""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        self.addressed.add_to(app.router)
        app.router.add_route("*", "/{prefix:hooks|forms|chat}/{account}", self._serve)
        app.router.add_route("*", "/{prefix:hooks|forms|chat}/{account}/{rest:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crash()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            for site in list(self._runner.sites):
                await site.stop()
            for _ in range(ACCEPT_TURNS):
                await asyncio.sleep(0)
            await self._runner.cleanup()

    # What a connector is given

    def context(self, account: str, **overrides: Any) -> Context:
        """The connector's side: a client session, this hub's clock, cursors, log and mount. `overrides` replace any."""
        if self._session is None:
            raise RuntimeError("enter the hub first: async with MemoryHub() as hub")

        def mount(handler: Handler) -> None:
            self._handlers[account] = handler
            self._mounts.setdefault(account, asyncio.Event()).set()

        context = Context(
            account=account,
            log=self.log,
            http=self._session,
            now=lambda: self.now,
            cursor=self._stored_cursor,
            mount=mount,
            held=partial(self._held, account),
            compared=self.comparisons.append,
            public_url=self._base_url,
            file_url=partial(self.addressed.url, self._base_url),
            card_url=partial(card_url, self._base_url),
            spool=self.spooled.open,
        )
        return replace(context, **overrides)

    def url(self, account: str, mount: Mount = Mount.HOOKS) -> str:
        """Where the handler that this account mounted is served; a request waits two seconds for it, then hears 503."""
        return f"{self._base_url}/{mount.value}/{account}"

    async def download(
        self,
        source: MediaSource,
        file: MediaReference,
        hosts: Sequence[MediaHost],
        *,
        max_bytes: int = MAX_BODY_BYTES,
        silence_s: float = 5.0,
    ) -> bytes:
        """A file that a message only names, fetched as the core does, with the plugin's `media_hosts`.

        Raises what the connector's `media` and channelhub.sdk.media_fetching raise.
        """
        pieces: list[bytes] = []

        async def sink(piece: bytes) -> None:
            pieces.append(piece)

        request = await source.media(file)
        async with MediaFetcher(now=lambda: self.now, silence_s=silence_s) as fetcher:
            await fetcher.fetch(request, hosts, max_bytes=max_bytes, sink=sink)
        return b"".join(pieces)

    async def deliver(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        """The contract's `Deliver`: returns after the commit, raises NotCommitted with nothing stored."""
        call = Call(raws=tuple(_checked(self.spooled.whole(raw)) for raw in raws), cursor=cursor)
        self.calls.append(call)
        mood = self._take_mood()
        if mood is Mood.HOLDS_BEFORE:
            await self._wait()
            mood = self._mood
        if mood is Mood.REFUSES and self._refusal is not None:
            call.refusal = self._refusal
            raise type(self._refusal)(str(self._refusal), retry_after_s=self._refusal.retry_after_s)
        self._commit(call)
        if mood is Mood.HOLDS_AFTER:
            await self._wait()
        return call.receipts

    # What a test switches

    def refuse(self, refusal: NotCommitted) -> None:
        """From now on every call raises this and stores nothing (HubBusy, DiskFull)."""
        self._mood, self._refusal, self._commits_before_mood = Mood.REFUSES, refusal, 0

    def hold(self, *, after_commit: bool = False, skip: int = 0) -> None:
        """After `skip` ordinary calls, every call waits for `accept` or `crash`, before or after its commit."""
        self._mood = Mood.HOLDS_AFTER if after_commit else Mood.HOLDS_BEFORE
        self._commits_before_mood = skip

    def accept(self) -> None:
        """Commit again, held calls first."""
        self._mood, self._refusal = Mood.COMMITS, None
        for waiting in list(self._waiting):
            if not waiting.done():
                waiting.set_result(None)

    def crash(self) -> None:
        """The process is gone: held calls never return, requests lose their connection, nothing is mounted.

        Committed messages and cursors stay, as they would on disk. The next calls commit again.
        """
        self._handlers.clear()
        self._mounts.clear()
        for request in list(self._requests):
            request.cancel()
        for waiting in list(self._waiting):
            waiting.cancel()
        self._mood, self._refusal = Mood.COMMITS, None

    # What a test looks at

    @property
    def is_holding(self) -> bool:
        """A call of deliver is waiting inside."""
        return bool(self._waiting)

    @property
    def refusals(self) -> int:
        return sum(call.refusal is not None for call in self.calls)

    @property
    def raws(self) -> list[RawMessage]:
        """Every message of every committed call in order, duplicates included."""
        return [raw for call in self.calls if call.is_committed for raw in call.raws]

    def _take_mood(self) -> Mood:
        if self._mood in (Mood.HOLDS_BEFORE, Mood.HOLDS_AFTER) and self._commits_before_mood > 0:
            self._commits_before_mood -= 1
            return Mood.COMMITS
        return self._mood

    async def _wait(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    def _commit(self, call: Call) -> None:
        cursor = call.cursor
        if cursor is not None and self.cursors.get(cursor.scope) != cursor.expected:
            call.refusal = CursorMoved(
                f"cursor {cursor.scope!r} is {self.cursors.get(cursor.scope)!r}, expected {cursor.expected!r}"
            )
            raise call.refusal
        receipts = []
        for raw in call.raws:
            key = (raw.account, raw.delivery_id)
            is_duplicate = key in self.stored
            self.stored.setdefault(key, replace(raw, settings=b""))  # they come from the configuration each time
            inbox_id = self._inbox_ids.setdefault(key, len(self.stored))
            receipts.append(Receipt(inbox_id=inbox_id, is_duplicate=is_duplicate))
        if cursor is not None:
            self.cursors[cursor.scope] = cursor.value
        call.receipts = tuple(receipts)
        call.is_committed = True

    async def _held(self, account: str, delivery_ids: Sequence[str]) -> frozenset[str]:
        if len(delivery_ids) > MAX_HELD_ASKED:
            raise ValueError(f"asked for {len(delivery_ids)} delivery ids at once: at most {MAX_HELD_ASKED}")
        return frozenset(one for one in delivery_ids if (account, one) in self.stored)

    async def _stored_cursor(self, scope: str) -> str | None:
        return self.cursors.get(scope)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        handler = await self._mounted(request.match_info["account"])
        if handler is None:
            return web.Response(status=503, headers={"Retry-After": "1"}, text="nothing is mounted here")
        task = asyncio.ensure_future(_answer(handler, request))
        self._requests.add(task)
        try:
            return await task
        finally:
            self._requests.discard(task)

    async def _mounted(self, account: str) -> Handler | None:
        if account not in self._handlers:
            waiting = self._mounts.setdefault(account, asyncio.Event())
            with suppress(TimeoutError):
                await asyncio.wait_for(waiting.wait(), MOUNT_WAIT_S)
        return self._handlers.get(account)


async def _answer(handler: Handler, request: web.Request) -> web.StreamResponse:
    return await handler(request)


def _checked(raw: RawMessage) -> RawMessage:
    if not raw.account or not raw.delivery_id:
        raise ValueError("a raw message needs its account and a delivery id")
    if len(raw.delivery_id) > MAX_ID_CHARS:
        raise ValueError(f"delivery id of {len(raw.delivery_id)} characters: more than {MAX_ID_CHARS}, digest it")
    if len(raw.body) > MAX_BODY_BYTES:
        raise ValueError(f"body of {len(raw.body)} bytes: more than {MAX_BODY_BYTES}, refuse it at the channel")
    if raw.channel_time is not None and raw.channel_time.tzinfo is None:
        raise ValueError("channel_time has no timezone")
    return raw
