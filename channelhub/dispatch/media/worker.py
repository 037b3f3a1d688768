"""The media worker: files that messages only name come from their channels, and what became of each is written down.

Nothing is marked before a download: after a crash it is made once more, and gives the same file under the same name.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from channelhub.dispatch.media.download import MediaOutlet, download
from channelhub.dispatch.schedule import next_try_s
from channelhub.domain.media import MediaReason, MediaState
from channelhub.domain.times import to_us
from channelhub.pipeline import fetching
from channelhub.pipeline.bell import Bell
from channelhub.rules.media import MediaLimits, is_last_try, refusal
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import AuthFailed, ConnectorError, NotCommitted, Unavailable
from channelhub.sdk.media import MediaDamaged, MediaGone, MediaRefused
from channelhub.sdk.media_fetching import MediaFetcher
from channelhub.store import media
from channelhub.store.database import Session
from channelhub.store.incoming import clear_incoming
from channelhub.store.media import MediaItem
from channelhub.store.opening import Store

AT_ONCE = 3  # downloads of one account; accounts don't wait for each other
LOOK_AGAIN_S = 5.0
RETRY_S = 1.0
PAUSE_S = 0.1  # between two looks, however much is committed meanwhile
_FAILURES = (MediaGone, MediaDamaged, AuthFailed, Unavailable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a try. `retry_s`: it is made again after so many seconds."""

    state: MediaState
    reason: MediaReason = MediaReason.NONE
    detail: str = ""
    sha256: str = ""
    size: int = 0
    tries: int = 0
    retry_s: float | None = None


class MediaWorker:
    """Fetches what is due until cancelled. `on_settled` is told the state or reason, and the bytes that were stored."""

    def __init__(
        self,
        store: Store,
        *,
        outlet_of: Callable[[str], MediaOutlet | None],
        limits_of: Callable[[str], MediaLimits],
        fetcher: MediaFetcher,
        has_room: Callable[[], bool],
        queued: Bell,
        settled: Bell,
        now: Callable[[], datetime],
        log: Logger,
        on_settled: Callable[[str, int], None] = lambda _result, _size: None,
    ) -> None:
        self._store = store
        self._outlet_of = outlet_of
        self._limits_of = limits_of
        self._fetcher = fetcher
        self._has_room = has_room
        self._queued = queued
        self._settled = settled
        self._now = now
        self._log = log
        self._on_settled = on_settled
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._quiet_until_s: dict[str, float] = {}  # accounts whose channel, or our disk, asked us to wait

    async def run(self) -> None:
        await asyncio.to_thread(clear_incoming, self._store.blobs)
        try:
            while True:
                heard = self._queued.rings
                for account in await self._due_accounts():
                    if account not in self._busy and not self._is_quiet(account):
                        self._busy[account] = asyncio.create_task(self._fetch_due(account), name=f"media {account}")
                await self._queued.wait(heard, timeout_s=LOOK_AGAIN_S)
                await asyncio.sleep(PAUSE_S)
        finally:
            fetching = list(self._busy.values())
            for task in fetching:
                task.cancel()
            await asyncio.gather(*fetching, return_exceptions=True)

    async def _due_accounts(self) -> list[str]:
        if not self._has_room():
            return []
        async with self._store.readers.read() as session:
            return await media.due_accounts(session, now_us=to_us(self._now()))

    async def _fetch_due(self, account: str) -> None:
        """Fetch what is due on one account, a few at once, until nothing is."""
        under_way: dict[asyncio.Task[None], tuple[int, int]] = {}
        try:
            while True:
                for item in await self._due(account, frozenset(under_way.values())):
                    under_way[asyncio.create_task(self._fetch_one(item), name=f"media {account} {item.key}")] = item.key
                if not under_way:
                    return
                ended, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    del under_way[task]
                    task.result()
        except NotCommitted as exc:
            self._wait(account, LOOK_AGAIN_S)
            self._log.warning("media.waits", account=account, reason=str(exc))
        except Exception:  # noqa: BLE001 - one account's trouble must not stop the others; looked at again soon
            self._wait(account, LOOK_AGAIN_S)
            self._log.exception("media.failed", account=account)
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            del self._busy[account]

    async def _due(self, account: str, under_way: frozenset[tuple[int, int]]) -> list[MediaItem]:
        room = AT_ONCE - len(under_way)
        if room <= 0 or self._is_quiet(account) or not self._has_room():
            return []
        async with self._store.readers.read() as session:
            oldest = await media.due(session, account=account, now_us=to_us(self._now()), limit=AT_ONCE)
        return [one for one in oldest if one.key not in under_way][:room]

    async def _fetch_one(self, item: MediaItem) -> None:
        outcome = await self._try(item)
        if not await self._write_surely(item, outcome):
            return
        self._settled.ring()
        result = str(outcome.reason or outcome.state)
        self._on_settled(result, outcome.size)
        self._log.info("media.settled", account=item.account, message_id=item.message_id, n=item.n, result=result)

    async def _try(self, item: MediaItem) -> Settled:
        """Raises NotCommitted when our own disk refuses: then nothing was tried."""
        outlet, limits = self._outlet_of(item.account), self._limits_of(item.account)
        if outlet is not None and not outlet.hosts:
            return _refused(item, MediaReason.UNSUPPORTED, "this kind of account can't fetch files")
        async with self._store.readers.read() as session:
            totals = await media.totals(session)
        mine, all_bytes = totals.get(item.account, 0), sum(totals.values())
        if found := refusal(item.file, limits, account_bytes=mine, hub_bytes=all_bytes):
            return _refused(item, *found)
        try:
            got = await download(
                item, outlet or MediaOutlet(source=None, hosts=()), limits,
                fetcher=self._fetcher, blobs=self._store.blobs, has_room=self._has_room,
            )  # fmt: skip
        except MediaRefused as exc:
            return _refused(item, exc.reason, str(exc))
        except _FAILURES as exc:
            return self._after(item, exc)
        return Settled(state=MediaState.STORED, sha256=got.sha256, size=got.size, tries=item.tries)

    def _after(self, item: MediaItem, failure: ConnectorError) -> Settled:
        """When it is tried again, or that it isn't."""
        reason, tries = _reason_of(failure), item.tries + 1
        asked_s = getattr(failure, "retry_after_s", None)
        if asked_s:
            self._wait(item.account, asked_s)  # what a channel says of one request holds for the next one, too
        is_over = is_last_try(reason, tries)
        return Settled(
            state=MediaState.FAILED if is_over else MediaState.PENDING,
            reason=reason,
            detail=str(failure),
            tries=tries,
            retry_s=None if is_over else next_try_s(item.tries, asked_s=asked_s),
        )

    async def _write_surely(self, item: MediaItem, outcome: Settled) -> bool:
        """Tried until it is written, so that a full disk doesn't cost a second download. False: it was moot by then."""
        while True:
            try:
                return await self._store.writer.batch(lambda session: self._write(session, item, outcome))
            except NotCommitted as exc:
                self._log.warning("media.waits", account=item.account, reason=str(exc))
                await asyncio.sleep(RETRY_S)

    async def _write(self, session: Session, item: MediaItem, outcome: Settled) -> bool:
        now = self._now()
        if await fetching.is_moot(session, item):
            return False
        if outcome.state is MediaState.STORED:
            await fetching.stored(session, item, sha256=outcome.sha256, size=outcome.size, now=now)
        elif outcome.retry_s is None:
            await fetching.given_up(
                session, item, state=outcome.state, reason=outcome.reason, detail=outcome.detail, tries=outcome.tries,
                now=now,
            )  # fmt: skip
        else:
            due_us = to_us(now) + int(outcome.retry_s * 1_000_000)
            await media.settle(
                session, item, state=MediaState.PENDING, reason=outcome.reason, detail=outcome.detail,
                tries=outcome.tries, at_us=to_us(now), due_us=due_us,
            )  # fmt: skip
        return True

    def _is_quiet(self, account: str) -> bool:
        return monotonic() < self._quiet_until_s.get(account, 0.0)

    def _wait(self, account: str, wait_s: float) -> None:
        self._quiet_until_s[account] = max(self._quiet_until_s.get(account, 0.0), monotonic() + wait_s)


def _refused(item: MediaItem, reason: MediaReason, detail: str) -> Settled:
    return Settled(state=MediaState.REFUSED, reason=reason, detail=detail, tries=item.tries)


def _reason_of(failure: ConnectorError) -> MediaReason:
    """The word for a try that failed."""
    if isinstance(failure, MediaGone):
        return MediaReason.EXPIRED
    if isinstance(failure, MediaDamaged):
        return MediaReason.DAMAGED
    return MediaReason.UNAUTHORIZED if isinstance(failure, AuthFailed) else MediaReason.UNREACHABLE
