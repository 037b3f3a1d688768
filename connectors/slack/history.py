"""What a channel's history has, page by page: messages, edits, and the answers in threads."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import msgspec

from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.client import SlackClient
from connectors.slack.moments import microseconds
from connectors.slack.shapes import NOTHING, Edited, Stamp

PAGE: Final = "200"
MOST_PAGES: Final = 50  # of one channel or thread
MOST_CHANNELS: Final = 2000
THREADS_BACK: Final = timedelta(hours=24)  # older threads with new answers are not found
#: Which conversations can be listed and read, by the scopes that both want.
_TYPES: Final = {
    "im": {"im:read", "im:history"},
    "mpim": {"mpim:read", "mpim:history"},
    "public_channel": {"channels:read", "channels:history"},
    "private_channel": {"groups:read", "groups:history"},
}


class _Next(msgspec.Struct, frozen=True):
    next_cursor: str = ""


class Channel(msgspec.Struct, frozen=True):
    """A conversation that the app is in."""

    id: str
    is_im: bool = False
    is_mpim: bool = False
    is_private: bool = False

    @property
    def kind(self) -> str:
        """As events call it."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"


class _Channels(msgspec.Struct, frozen=True):
    channels: tuple[Channel, ...] = ()
    response_metadata: _Next = _Next()


class _Page(msgspec.Struct, frozen=True):
    messages: tuple[msgspec.Raw, ...] = ()
    response_metadata: _Next = _Next()


class _Peek(msgspec.Struct, frozen=True):
    ts: Stamp
    thread_ts: Stamp | None = None
    latest_reply: Stamp | None = None
    edited: msgspec.Raw = NOTHING


def types_of(scopes: frozenset[str]) -> list[str]:
    """The kinds of conversations that the token's scopes let us read; private chats where they are unknown."""
    return [kind for kind, needed in _TYPES.items() if needed <= scopes] or ([] if scopes else ["im"])


async def channels(client: SlackClient) -> Sequence[Channel]:
    """The conversations that the app is in. Raises what `look_up` raises."""
    kinds = types_of(client.scopes)
    found: list[Channel] = []
    cursor = ""
    while kinds and len(found) < MOST_CHANNELS:
        asked = {"types": ",".join(kinds), "limit": PAGE, "exclude_archived": "true"}
        page = await client.look_up("users.conversations", asked | _at(cursor), _Channels)
        found += page.channels
        cursor = page.response_metadata.next_cursor
        if not cursor:
            break
    return found[:MOST_CHANNELS]


@dataclass(slots=True, kw_only=True)
class Reading:
    """How far a channel is read: goes on where a limit, or anything else, stopped it."""

    channel: str
    stamp: str  # since when
    cursor: str = ""
    pages: int = 0
    is_listed: bool = False
    threads: list[str] = field(default_factory=list)


async def pages(client: SlackClient, reading: Reading) -> AsyncIterator[list[msgspec.Raw]]:
    """What was said or edited in a channel since then, in threads last. A page counts as read once the next one is
    asked for. Raises what `look_up` raises."""
    stamp = reading.stamp
    oldest_us = max(0, microseconds(stamp) - THREADS_BACK // timedelta(microseconds=1))
    while not reading.is_listed:
        asked = {"channel": reading.channel, "oldest": f"{oldest_us // 1_000_000}.000000"}
        page = await _page(client, "conversations.history", asked, reading)
        peeked = [(_peek(raw), raw) for raw in page.messages]
        yield [raw for one, raw in peeked if one is None or _is_new(one, stamp)]
        found = [one.ts for one, _ in peeked if one and one.latest_reply and _is_after(one.latest_reply, stamp)]
        reading.threads += found
        reading.is_listed = _is_last(reading, page)
    while reading.threads:
        thread = reading.threads[0]
        asked = {"channel": reading.channel, "ts": thread, "oldest": stamp}
        page = await _page(client, "conversations.replies", asked, reading)
        peeked = [(_peek(raw), raw) for raw in page.messages]
        yield [raw for one, raw in peeked if one is None or (one.ts != thread and _is_new(one, stamp))]
        if _is_last(reading, page):
            reading.threads.pop(0)


async def _page(client: SlackClient, method: str, asked: dict[str, str], reading: Reading) -> _Page:
    fields = asked | {"limit": PAGE, "include_all_metadata": "true"} | _at(reading.cursor)
    return await client.look_up(method, fields, _Page)


def _is_last(reading: Reading, page: _Page) -> bool:
    """Go on to the next page; whether there is none, or none that is wanted."""
    reading.cursor = page.response_metadata.next_cursor
    reading.pages += 1
    if reading.cursor and reading.pages < MOST_PAGES:
        return False
    reading.cursor, reading.pages = "", 0
    return True


def _at(cursor: str) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _is_new(one: _Peek, stamp: str) -> bool:
    edited = _edited(one.edited)
    return _is_after(one.ts, stamp) or (bool(edited) and _is_after(edited, stamp))


def _is_after(one: str, stamp: str) -> bool:
    return microseconds(one) > microseconds(stamp)


def _peek(raw: msgspec.Raw) -> _Peek | None:
    """None for what isn't in the documented shape: it is kept, and parked."""
    try:
        return msgspec.json.decode(raw, type=_Peek)
    except UNREADABLE:
        return None


def _edited(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=Edited).ts if bytes(raw) else ""
    except UNREADABLE:
        return ""
