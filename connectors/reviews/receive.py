"""Looks at an app's reviews now and then; what is new or reads otherwise is stored together with what is known then."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from connectors.reviews.delivery import Entry, entries, to_raw
from connectors.reviews.known import Known, Words, read_known, read_words, with_room
from connectors.reviews.review import Reader, Store, What, same_words

MAX_DAYS: Final = 20_000
LATE: Final = timedelta(days=3)  # stores show reviews hours after they were written
_AT_ONCE: Final = 200
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Receiver:
    """One app's reviews. `app` names it in the cursor's scope: another app begins anew."""

    def __init__(
        self, store: Store, read: Reader, context: Context, *, app: str, poll_s: float, history_days: int
    ) -> None:
        self._store = store
        self._read = read
        self._context = context
        self._scope = f"reviews:{app}"
        self._poll_s = poll_s
        self._history = timedelta(days=min(history_days, MAX_DAYS))

    async def run(self, deliver: Deliver) -> None:
        """Look until cancelled. Raises AuthFailed, Unavailable and NotCommitted."""
        while True:
            await self._look(deliver)
            await asyncio.sleep(self._poll_s)

    async def _look(self, deliver: Deliver) -> None:
        stored = await self._context.cursor(self._scope)
        before = read_known(stored)
        floor = self._floor(before)
        seen: dict[str, Entry] = {}
        async for page in self._store.pages(now=self._context.now()):
            for body in page:
                seen |= {one.name: one for one in entries(self._read, body) if one.name not in seen}
        known = _listed_last(before.words if before else {}, seen)
        news = [one for one in seen.values() if self._is_news(one, known)]
        wanted = [one for one in news if one.name in known or self._is_wanted(one, floor, is_first=before is None)]
        chosen = {one.name for one in wanted}
        known |= {one.name: str(Words(version=one.version)) for one in news if one.name not in chosen}
        begun_ms = before.begun_ms if before else int(floor.timestamp() * 1000)
        wanted.sort(key=_moment)
        for first in range(0, max(len(wanted), 1), _AT_ONCE):
            batch = wanted[first : first + _AT_ONCE]
            forgotten = await self._context.held([one.name for one in batch if one.name not in known])
            raws = [raw for one in batch if (raw := await self._raw(one, known, forgotten)) is not None]
            following = msgspec.json.encode(Known(words=with_room(known), begun_ms=begun_ms)).decode()
            if following != stored:
                await deliver(raws, Cursor(scope=self._scope, value=following, expected=stored))
                stored = following

    def _floor(self, before: Known | None) -> datetime:
        """What was written before is history that nobody asked for."""
        if before is None:
            return self._context.now() - self._history
        return datetime.fromtimestamp(before.begun_ms / 1000, UTC)

    def _is_news(self, entry: Entry, known: dict[str, str]) -> bool:
        words = read_words(known.get(entry.name))
        if words is None or words.version != entry.version:
            return True
        return words.is_pending and entry.is_published

    def _is_wanted(self, entry: Entry, floor: datetime, *, is_first: bool) -> bool:
        """Whether one that was never seen is recent. The first look has told what was there before it, so that later
        ones can take what the store shows late."""
        if entry.at is None:
            return not is_first or self._history > timedelta(0)
        return entry.at >= (floor if is_first else floor - LATE)

    async def _raw(self, entry: Entry, known: dict[str, str], forgotten: frozenset[str]) -> RawMessage | None:
        """The delivery, and what is known with it; None for our own answer that is as we know it. What is stored
        although nothing is known of it any more, changed since."""
        before = read_words(known.pop(entry.name, None))
        token = await self._token(entry) if entry.what is What.REPLY else ""
        is_same = before is not None and before.version == entry.version
        changes = int(entry.name in forgotten) if before is None else before.changes + (not is_same)
        words = Words(version=entry.version, changes=changes, is_pending=bool(token) and not entry.is_published)
        known[entry.name] = str(words)
        if is_same and not token:
            return None
        return to_raw(self._context.account, entry, words, self._context.now(), token=token)

    async def _token(self, entry: Entry) -> str:
        """The token of the hub's own answer with these words; empty where a colleague answered in the store."""
        said = await self._context.transcript.page(entry.id, since=_LONG_AGO)
        return next((one.id for one in reversed(said) if one.is_ours and same_words(one.text, entry.text)), "")


def _listed_last(words: dict[str, str], seen: dict[str, Entry]) -> dict[str, str]:
    """What is known, in the order in which it may be forgotten: what the store no longer lists before the rest."""
    gone = {name: said for name, said in words.items() if name not in seen}
    return gone | {name: words[name] for name in reversed(seen) if name in words}


def _moment(entry: Entry) -> tuple[datetime, bool]:
    """The oldest first; of one moment the review before its reply."""
    return entry.changed_at or entry.at or _LONG_AGO, entry.what is What.REPLY
