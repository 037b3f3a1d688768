"""A help desk's conversations from a day in its past to now, and on: what the hub doesn't hold is fetched.

The place moves in a commit of its own after all of a page is on disk, so a crash costs the questions of one page and no
message. What is fetched twice has the same delivery ids.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Completeness, Context, Cursor, Deliver
from channelhub.sdk.errors import AuthFailed, CursorMoved, NotCommitted, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.client import Refused

L = TypeVar("L")

SCOPE: Final = "history"
AMENDS: Final = "amends"  # of the envelope: its post came before, without the files


class Place(msgspec.Struct, frozen=True):
    """`at` is what the help desk's list calls the place, empty at the beginning; nothing before `since_s` is taken."""

    since_s: int
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation(Generic[L]):
    """One line of the list, as the help desk's source reads it."""

    id: str
    line: L
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[L]):
    """Some conversations, where the list goes on, and whether there is nothing more for now."""

    conversations: Sequence[Conversation[L]]
    following: str
    is_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A message of a conversation. `posted_id` is the delivery id that its post has, with which it may have come
    before; `has_more` that the post then lacked something."""

    raw: RawMessage
    posted_id: str
    has_more: bool = False


class Source(Protocol[L]):
    """How one help desk is asked. Both raise Unavailable, AuthFailed and Refused."""

    async def page(self, place: Place) -> Page[L]: ...

    def messages(self, conversation: Conversation[L], since: datetime) -> AsyncIterator[list[Listed]]:
        """All of them since then, a page at a time."""


@dataclass(slots=True, kw_only=True)
class _Open(Generic[L]):
    """A page that is being taken: it outlives failures, so that each try gets further."""

    place: Place
    page: Page[L]
    left: deque[Conversation[L]]


class Follower(Generic[L]):
    """One account's place in its list."""

    def __init__(self, source: Source[L], context: Context, *, history_days: int, poll_s: float) -> None:
        self._source = source
        self._context = context
        self._history = timedelta(days=history_days)
        self._poll_s = poll_s
        self._open: _Open[L] | None = None
        self._listed = 0  # messages, since the end was told last
        self._skipped = 0
        self.progress = ""  # how far it has come, until it has come to the end once

    async def run(self, deliver: Deliver) -> None:
        """Fetch until cancelled. Raises Unavailable and AuthFailed; the next call goes on where this one stopped."""
        try:
            while True:
                while not await self._take_page(deliver):
                    pass
                await asyncio.sleep(self._poll_s)
        except CursorMoved as exc:
            self._open = None
            raise Unavailable(f"somebody else moved the place: {exc}", retry_after_s=exc.retry_after_s) from exc
        except NotCommitted as exc:
            raise Unavailable(f"messages stay at the help desk: {exc}", retry_after_s=exc.retry_after_s) from exc

    async def _take_page(self, deliver: Deliver) -> bool:
        """Whether this was the last page for now."""
        self._open = self._open or await self._next(deliver)
        place, page, left = self._open.place, self._open.page, self._open.left
        while left:
            await self._take(deliver, left[0], datetime.fromtimestamp(place.since_s, UTC))
            left.popleft()
        if page.following != place.at:
            after = Place(since_s=place.since_s, at=page.following)
            await deliver([], Cursor(scope=SCOPE, value=_text(after), expected=_text(place)))
        self._open = None
        self._tell(page)
        return page.is_end

    async def _next(self, deliver: Deliver) -> _Open[L]:
        place = await self._place(deliver)
        try:
            page = await self._source.page(place)
        except Refused as exc:
            if exc.status == 403:
                raise AuthFailed(f"{exc} to the list of conversations: give the credentials the right to read") from exc
            raise Unavailable(f"{exc} to the list of conversations: is the address right?") from exc
        return _Open(place=place, page=page, left=deque(page.conversations))

    async def _place(self, deliver: Deliver) -> Place:
        """The stored one; at the first start the beginning, which is stored so that it doesn't move."""
        stored = await self._context.cursor(SCOPE)
        if stored is not None:
            try:
                return msgspec.json.decode(stored, type=Place)
            except UNREADABLE as exc:
                raise AuthFailed("the stored place in the list can't be read: was the account's name reused?") from exc
        place = Place(since_s=max(0, int((self._context.now() - self._history).timestamp())))
        await deliver([], Cursor(scope=SCOPE, value=_text(place)))
        return place

    async def _take(self, deliver: Deliver, conversation: Conversation[L], since: datetime) -> None:
        count = 0
        try:
            async for listed in self._source.messages(conversation, since):
                await self._keep(deliver, listed)
                count += len(listed)
        except Refused as exc:  # deleted meanwhile, or hidden from our credentials
            self._skipped += 1
            self._context.log.warning("helpdesk.conversation_refused", conversation=conversation.id, status=exc.status)
        self._listed += count

    async def _keep(self, deliver: Deliver, listed: Sequence[Listed]) -> None:
        names = {one.raw.delivery_id for one in listed} | {one.posted_id for one in listed}
        held = await self._context.held(sorted(names)) if names else frozenset()
        missing: list[RawMessage] = []
        for one in listed:
            if one.raw.delivery_id in held:
                continue
            if one.posted_id not in held:
                missing.append(one.raw)
            elif one.has_more:
                extra = one.raw.envelope.extra | {AMENDS: "yes"}
                missing.append(replace(one.raw, envelope=replace(one.raw.envelope, extra=extra)))
        if missing:
            await deliver(missing)

    def _tell(self, page: Page[L]) -> None:
        """How far it is, for the administrator."""
        if page.is_end:
            self.progress = ""
            note = f"conversations that can't be read with these credentials: {self._skipped}" if self._skipped else ""
            self._context.compared(Completeness(listed=self._listed, missing=0, note=note, level=NoteLevel.INFO))
            self._listed = 0
        elif changed := [one.changed_at for one in page.conversations if one.changed_at is not None]:
            self.progress = f"its past is being read, now {max(changed):%Y-%m-%d %H:%M} UTC"


def _text(place: Place) -> str:
    return msgspec.json.encode(place).decode()
