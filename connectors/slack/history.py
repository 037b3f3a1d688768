"""What a channel's history has, page by page: messages, edits, and the answers in threads."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final

import msgspec

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


async def since(client: SlackClient, channel: str, stamp: str) -> AsyncIterator[list[msgspec.Raw]]:
    """Pages of what was said or edited in a channel after a moment. Raises what `look_up` raises."""
    oldest_us = max(0, microseconds(stamp) - THREADS_BACK // timedelta(microseconds=1))
    threads: list[str] = []
    asked = {"channel": channel, "oldest": f"{oldest_us // 1_000_000}.000000"}
    async for page in _pages(client, "conversations.history", asked):
        peeked = [(_peek(raw), raw) for raw in page]
        threads += [one.ts for one, _ in peeked if one and one.latest_reply and _is_after(one.latest_reply, stamp)]
        yield [raw for one, raw in peeked if one and _is_new(one, stamp)]
    for thread in threads:
        asked = {"channel": channel, "ts": thread, "oldest": stamp}
        async for page in _pages(client, "conversations.replies", asked):
            peeked = [(_peek(raw), raw) for raw in page]
            yield [raw for one, raw in peeked if one and one.ts != thread and _is_new(one, stamp)]


async def _pages(client: SlackClient, method: str, asked: dict[str, str]) -> AsyncIterator[Sequence[msgspec.Raw]]:
    cursor = ""
    for _ in range(MOST_PAGES):
        fields = asked | {"limit": PAGE, "include_all_metadata": "true"} | _at(cursor)
        page = await client.look_up(method, fields, _Page)
        yield page.messages
        cursor = page.response_metadata.next_cursor
        if not cursor:
            return


def _at(cursor: str) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _is_new(one: _Peek, stamp: str) -> bool:
    edited = _edited(one.edited)
    return _is_after(one.ts, stamp) or (bool(edited) and _is_after(edited, stamp))


def _is_after(one: str, stamp: str) -> bool:
    return microseconds(one) > microseconds(stamp)


def _peek(raw: msgspec.Raw) -> _Peek | None:
    try:
        return msgspec.json.decode(raw, type=_Peek)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _edited(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=Edited).ts if bytes(raw) else ""
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
