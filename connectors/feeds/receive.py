"""A feed is looked at now and then. What it showed is kept with the place, so that what is new or changed is known."""

import asyncio
import hashlib
from datetime import datetime, timedelta

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import Unavailable
from connectors.feeds.config import FeedConfig
from connectors.feeds.fetch import MAX_REST_S, Answer, fetch
from connectors.feeds.parse import GONE, KEY, LANGUAGE, REVISION
from connectors.feeds.splitting import Feed, Item, NotAFeed, split

BACKFILL_AFTER = timedelta(hours=24)
MAX_DAYS = 20_000
MOST_KNOWN = 1500  # items of a window are at most 1,000


class Shown(msgspec.Struct, frozen=True):
    """What the feed showed so far: what its items say, as digests by their keys, the latest MOST_KNOWN; what it is
    asked with; since when items are ours to take (Unix ms)."""

    items: dict[str, str]
    begun_ms: int = 0
    etag: str = ""
    modified: str = ""


class Receiver:
    """One feed."""

    def __init__(self, config: FeedConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._feed = hashlib.sha256(config.url.encode()).hexdigest()[:12]
        self._scope = f"feed:{self._feed}"

    async def run(self, deliver: Deliver) -> None:
        """Look until cancelled. Raises AuthFailed, Unavailable and NotCommitted."""
        while True:
            rest_s = await self._look(deliver)
            await asyncio.sleep(max(self._config.poll_s, rest_s))

    async def _look(self, deliver: Deliver) -> float:
        """Take what is new; how long the feed asks to be left alone, in seconds."""
        stored = await self._context.cursor(self._scope)
        before = _read(stored)
        answer = await fetch(
            self._config,
            self._context.http,
            self._context.now,
            etag=before.etag if before else "",
            modified=before.modified if before else "",
        )
        if answer is None:
            return 0.0
        feed = await self.taken_apart(answer)
        if before and before.items and feed.items and not any(one.key in before.items for one in feed.items):
            self._context.log.warning("feed.gap_left", items=len(feed.items))
        raws = await self._news(feed, before)
        after = self._shown(feed, before, answer)
        if raws or after != before:
            following = msgspec.json.encode(after).decode()
            await deliver(raws, Cursor(scope=self._scope, value=following, expected=stored))
        return min(max(answer.rest_s, feed.ttl_s), MAX_REST_S)

    async def taken_apart(self, answer: Answer) -> Feed:
        """Beside the loop: a feed may be five megabytes. Raises Unavailable for what is no feed."""
        try:
            return await asyncio.to_thread(split, answer.body, answer.charset)
        except NotAFeed as exc:
            raise Unavailable(f"there is no feed at url: {exc}") from exc

    async def _news(self, feed: Feed, before: Shown | None) -> list[RawMessage]:
        """Items that were not there and those that read otherwise now, in turned order: feeds begin with the newest."""
        now, known = self._context.now(), before.items if before else {}
        floor_ms = before.begun_ms if before else self._begun_ms()
        gone = [self._name(one.key) for one in feed.items if one.is_gone]
        held = await self._context.held(gone) if gone else frozenset()
        found = []
        for item in reversed(feed.items):
            known_says = known.get(item.key)
            if known_says == item.says:
                continue
            if known_says is not None or self._name(item.key) in held:
                found.append(self._raw(item, feed, now, is_change=True))
            elif not item.is_gone and self._is_wanted(item, floor_ms, is_first=before is None):
                found.append(self._raw(item, feed, now, is_change=False))
        return found

    def _is_wanted(self, item: Item, floor_ms: int, *, is_first: bool) -> bool:
        """Whether an item that was never seen came since the first look, or is history that is wanted. Of one without
        a date only the look tells."""
        if item.at is None:
            return not is_first or self._config.history_days > 0
        return item.at.timestamp() * 1000 >= floor_ms

    def _shown(self, feed: Feed, before: Shown | None, answer: Answer) -> Shown:
        """What is known from now on. Items that left the window are: a feed that is empty for once shows them again."""
        present = {one.key: one.says for one in feed.items}
        past = {key: says for key, says in (before.items if before else {}).items() if key not in present}
        room = max(0, MOST_KNOWN - len(present))
        return Shown(
            items=dict(list(past.items())[len(past) - room if len(past) > room else 0 :]) | present,
            begun_ms=before.begun_ms if before else self._begun_ms(),
            etag=answer.etag,
            modified=answer.modified,
        )

    def _begun_ms(self) -> int:
        days = min(self._config.history_days, MAX_DAYS)
        return max(0, int((self._context.now() - timedelta(days=days)).timestamp() * 1000))

    def _raw(self, item: Item, feed: Feed, now: datetime, *, is_change: bool) -> RawMessage:
        """A change is named by what the item says since, and ordered by when we saw it: few feeds tell."""
        told = {KEY: item.key, LANGUAGE: self._config.language, GONE: "yes" if item.is_gone else ""}
        if is_change and not item.is_gone:
            told[REVISION] = str(int(now.timestamp() * 1000))
        return RawMessage(
            account=self._context.account,
            delivery_id=self._name(item.key) + (f":{item.says}" if is_change else ""),
            body=item.body,
            content_type=feed.content_type,
            envelope=Envelope(extra={name: value for name, value in told.items() if value}),
            channel_time=item.at,
            is_backfill=item.at is not None and now - item.at > BACKFILL_AFTER,
        )

    def _name(self, key: str) -> str:
        return f"{self._feed}:{key}"


def _read(stored: str | None) -> Shown | None:
    """None where nothing is stored, or something that this never wrote."""
    try:
        return msgspec.json.decode(stored, type=Shown) if stored else None
    except msgspec.MsgspecError:
        return None
