"""The homeserver is asked for news; the place after them is committed with them.

A homeserver gives the newest events of each room only: what lies between them and what we have is read page by page
before the place moves on, so a long absence leaves no hole.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import Unavailable
from connectors.matrix.client import AnswerTooLong, MatrixClient, Refused
from connectors.matrix.config import MatrixConfig
from connectors.matrix.delivery import peek_at
from connectors.matrix.gathering import Gathering
from connectors.matrix.invites import Invites
from connectors.matrix.shapes import Joined, Page, Sync

PAUSE_S = 0.5  # between requests that brought nothing and did not wait for it
MAX_EVENTS = 100  # of a room in one answer
MAX_PAGES = 100  # back into a room
MAX_GAP_BYTES = 48 * 1024 * 1024
CHUNK = 200  # deliveries of one commit
FURTHEST_BACK = timedelta(days=30)  # of what is caught up with
_FIRST_WAITS = 3  # times the usual patience for the first answer: it tells of all rooms
_LOST = frozenset({"M_UNKNOWN", "M_INVALID_PARAM", "M_UNKNOWN_POS"})

#: Changes of rooms, which nobody said. Everything else is asked for, also what was invented after this.
_NOISE = (
    "m.room.member", "m.room.create", "m.room.name", "m.room.topic", "m.room.avatar", "m.room.power_levels",
    "m.room.join_rules", "m.room.history_visibility", "m.room.guest_access", "m.room.canonical_alias", "m.room.aliases",
    "m.room.encryption", "m.room.server_acl", "m.room.pinned_events", "m.room.third_party_invite",
    "m.room.related_groups", "m.space.child", "m.space.parent", "im.vector.modular.widgets", "m.policy.*",
    "org.matrix.room.preview_urls", "m.call.member", "org.matrix.msc3401.call*",
)  # fmt: skip


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where we are in the user's stream: the homeserver's token, since when messages are ours to take (Unix ms), and
    rooms that are still to be joined."""

    since: str
    begun_ms: int = 0
    waiting: tuple[str, ...] = ()


class Receiver:
    """One user's stream."""

    def __init__(self, client: MatrixClient, config: MatrixConfig, context: Context, me: str) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._scope = f"sync:{me}"
        self._gathering = Gathering(client, context.account, me)
        self._invites = Invites(client, config, me, context.log)
        self._limit = MAX_EVENTS

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed, Unavailable and NotCommitted."""
        clock = asyncio.get_running_loop().time
        stored = await self._context.cursor(self._scope)
        while True:
            asked_s = clock()
            before = _read(stored)
            answer = await self._ask(before)
            raws = await self._news(answer, before)
            fresh = self._invites.wanted(answer.rooms.invite)
            after = Place(
                since=answer.next_batch,
                begun_ms=before.begun_ms if before else self._begun_ms(),
                waiting=await self._invites.accept(fresh, before.waiting if before else (), clock_s=clock()),
            )
            if raws or after != before:
                stored = await self._commit(deliver, raws, after, stored)
            self._limit = MAX_EVENTS
            if not raws and clock() - asked_s < PAUSE_S:
                await asyncio.sleep(PAUSE_S)

    async def _ask(self, place: Place | None) -> Sync:
        """What is new since the place; all rooms where there is none, or the homeserver doesn't know it any more."""
        try:
            return await self._sync(place.since if place else "")
        except Refused as exc:
            if place is None or exc.code not in _LOST:
                raise Unavailable(f"the homeserver doesn't tell what is new: {exc}") from exc
        self._context.log.warning("matrix.place_lost")
        try:
            return await self._sync("")
        except Refused as exc:
            raise Unavailable(f"the homeserver doesn't tell what is new: {exc}") from exc

    async def _sync(self, since: str) -> Sync:
        params = {"filter": self._filter(), "set_presence": "offline"}
        wait_s = self._config.poll_timeout_s if since else (_FIRST_WAITS - 1) * self._config.request_timeout_s
        if since:
            params |= {"since": since, "timeout": str(self._config.poll_timeout_s * 1000)}
        try:
            return await self._client.get("sync", Sync, params=params, wait_s=wait_s)
        except AnswerTooLong as exc:
            raise self._in_smaller_portions() from exc

    def _in_smaller_portions(self) -> Unavailable:
        """From now on, until what is waiting is taken."""
        self._limit = max(1, self._limit // 10)
        return Unavailable("the homeserver's answer is too large: it is asked for in smaller portions")

    def _filter(self) -> str:
        return msgspec.json.encode(
            {
                "room": {
                    "timeline": _wanted(self._limit),
                    "state": _wanted(1000) | {"types": ["m.room.member"], "not_types": []},
                    "ephemeral": {"types": []},
                    "account_data": {"types": []},
                },
                "presence": {"types": []},
                "account_data": {"types": []},
            }
        ).decode()

    async def _news(self, answer: Sync, place: Place | None) -> list[RawMessage]:
        """The deliveries of all rooms. At the first start only what is as young as the configuration says."""
        now, found = self._context.now(), []
        floor_ms = self._begun_ms() if place is None else max(place.begun_ms, _ms(now - FURTHEST_BACK))
        for room, joined in answer.rooms.join.items():
            events, state = list(joined.timeline.events), list(joined.state.events)
            if joined.timeline.limited and joined.timeline.prev_batch and (place or self._config.history_days):
                earlier, members = await self._earlier(room, joined, floor_ms)
                events, state = [*earlier, *events], [*members, *state]
            if place is None:
                events = [event for event in events if peek_at(event).origin_server_ts >= floor_ms]
            found += await self._gathering.gather(room, events, state, now)
        return found

    async def _earlier(self, room: str, joined: Joined, floor_ms: int) -> tuple[list[msgspec.Raw], list[msgspec.Raw]]:
        """What was said between the events that we have and those of the answer, oldest first, and who said it."""
        start, size = joined.timeline.prev_batch, 0
        pages: list[list[msgspec.Raw]] = []
        state: list[msgspec.Raw] = []
        for _ in range(MAX_PAGES):
            page = await self._page(room, start)
            pages.append(page.chunk)
            state += page.state
            size += sum(len(bytes(event)) for event in page.chunk)
            if await self._is_enough(page, floor_ms):
                break
            if size > MAX_GAP_BYTES:
                self._context.log.warning("matrix.gap_left", pages=len(pages), bytes=size)
                break
            start = page.end
        else:
            self._context.log.warning("matrix.gap_left", pages=len(pages), bytes=size)
        newest_first = [event for page in pages for event in page]
        return newest_first[::-1], state

    async def _page(self, room: str, start: str) -> Page:
        params = {
            "from": start,
            "dir": "b",
            "limit": str(self._limit),
            "filter": msgspec.json.encode(_wanted(self._limit)).decode(),
        }
        try:
            return await self._client.get(f"rooms/{quote(room, safe='')}/messages", Page, params=params)
        except Refused:
            return Page()  # we were put out of the room: what was said before is no longer ours to read
        except AnswerTooLong as exc:
            raise self._in_smaller_portions() from exc

    async def _is_enough(self, page: Page, floor_ms: int) -> bool:
        """Whether nothing earlier is missing: we hold something of this page, or all of it is too old."""
        if not page.end:
            return True
        peeks = [peek_at(event) for event in page.chunk]
        if peeks and all(0 < peek.origin_server_ts < floor_ms for peek in peeks):
            return True
        names = [peek.event_id for peek in peeks if peek.event_id]
        return bool(names) and bool(await self._context.held(names))

    async def _commit(self, deliver: Deliver, raws: Sequence[RawMessage], place: Place, stored: str | None) -> str:
        """In portions, the place with the last of them."""
        last = max(0, (len(raws) - 1) // CHUNK * CHUNK)
        for start in range(0, last, CHUNK):
            await deliver(raws[start : start + CHUNK])
        following = msgspec.json.encode(place).decode()
        await deliver(raws[last:], Cursor(scope=self._scope, value=following, expected=stored))
        return following

    def _begun_ms(self) -> int:
        return max(0, _ms(self._context.now()) - self._config.history_days * 86_400_000)


def _wanted(limit: int) -> dict[str, object]:
    """Of a room's events those that somebody said, with the names of who said them."""
    return {
        "limit": limit,
        "not_types": list(_NOISE),
        "lazy_load_members": True,
        "include_redundant_members": True,
    }


def _read(stored: str | None) -> Place | None:
    """None where nothing is stored, or something that this never wrote."""
    try:
        return msgspec.json.decode(stored, type=Place) if stored else None
    except msgspec.MsgspecError:
        return None


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
