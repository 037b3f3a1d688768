"""Long Poll: the place in VK's stream moves in the transaction of the events before it."""

import asyncio
from typing import Final

import msgspec

from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import NotCommitted, Unavailable
from connectors.vk.client import VERSION, Refusal, Unclear, VkClient, decoded
from connectors.vk.config import VkConfig
from connectors.vk.delivery import IGNORED, peek_at, person_in, to_raw
from connectors.vk.history import History
from connectors.vk.names import Names
from connectors.vk.parse import EVENTS
from connectors.vk.rights import without_right

SCOPE: Final = "longpoll"
PAUSE_S: Final = 0.5  # between requests that brought nothing new and did not wait for it
_SWITCH_ON: Final = "switch it on in the community, Manage, API usage, Long Poll API"
_EVENTS_LOST, _KEY_ENDED = (1, 3), 2


class Server(msgspec.Struct):
    """Where and as whom to ask, and since when."""

    server: str
    key: str
    ts: str | int


class _News(msgspec.Struct):
    ts: str | int = ""
    updates: list[msgspec.Raw] = []
    failed: int = 0


async def prepare(client: VkClient, context: Context) -> None:
    """Switch Long Poll on, with the events that we want. A token that may not do this works where a person has.

    Raises AuthFailed and Unavailable.
    """
    wanted = dict.fromkeys(EVENTS, 1) | dict.fromkeys(IGNORED, 0)
    asked = {"group_id": client.group_id, "enabled": 1, "api_version": VERSION} | wanted
    try:
        await client.ask("groups.setLongPollSettings", int, asked)
    except Refusal as exc:
        if not exc.is_of_rights:
            raise Unavailable(str(exc)) from exc
        context.log.warning("vk.long_poll_not_set", code=exc.code)
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc


async def server_of(client: VkClient) -> Server:
    """Raises AuthFailed and Unavailable."""
    try:
        found = await client.ask("groups.getLongPollServer", Server, {"group_id": client.group_id})
    except Refusal as exc:
        if exc.is_of_rights:
            raise without_right(exc, "manage") from exc
        raise Unavailable(f"{exc}. Long Poll is off for this community: {_SWITCH_ON}") from exc
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc
    return found


class Poller:
    """Asks for one community's events, and keeps them."""

    def __init__(self, client: VkClient, config: VkConfig, context: Context, *, history: History, names: Names) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._history = history
        self._names = names

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable.

        VK keeps a community's events for a while, numbered: what we ask with is what is committed. What it no longer
        has is read from the conversations before the place moves past it.
        """
        await prepare(self._client, self._context)
        await self._history.begin(deliver)
        await self._history.catch_up(deliver)
        server = await server_of(self._client)
        scope = f"{SCOPE}:{self._config.group_id}"  # another community under the same account's name counts by itself
        stored = await self._context.cursor(scope)
        if stored is None:
            stored = await self._keep([], deliver, Cursor(scope=scope, value=str(server.ts)))
        loop = asyncio.get_running_loop()
        while True:
            asked_s = loop.time()
            news = await _ask(self._client, server, stored, self._config.poll_timeout_s)
            following = str(news.ts) or stored
            if news.failed:
                server = await server_of(self._client)
                following = await self._after_failure(news, server, stored, deliver)
            cursor = Cursor(scope=scope, value=following, expected=stored)
            is_new = bool(news.updates) or following != stored
            stored = await self._keep(news.updates, deliver, cursor) if is_new else stored
            if not is_new and loop.time() - asked_s < PAUSE_S:
                await asyncio.sleep(PAUSE_S)  # a server that doesn't wait shall not be asked a thousand times a second

    async def _after_failure(self, news: _News, server: Server, stored: str, deliver: Deliver) -> str:
        """From where to ask on: VK no longer has events that we didn't hear, or only the key has ended."""
        if news.failed == _KEY_ENDED:
            return stored
        if news.failed not in _EVENTS_LOST:
            raise Unavailable(f"Long Poll: VK answers with an unknown failure ({news.failed})")
        self._context.log.warning("vk.events_lost", failed=news.failed)
        await self._history.miss(deliver)
        await self._history.catch_up(deliver)
        return str(news.ts or server.ts)

    async def _keep(self, updates: list[msgspec.Raw], deliver: Deliver, cursor: Cursor) -> str:
        """Commit events and place together; the place to ask with next."""
        bodies = [body for body in map(bytes, updates) if not _is_ignored(body)]
        now, account = self._context.now(), self._context.account
        raws = [to_raw(body, account=account, now=now) for body in bodies]
        try:
            await deliver(raws, cursor)
        except NotCommitted as exc:
            raise Unavailable(f"the events stay at VK: {exc}", retry_after_s=exc.retry_after_s) from exc
        for body in bodies:
            self._names.meet(person_in(body))
        return cursor.value


async def _ask(client: VkClient, server: Server, ts: str, wait_s: int) -> _News:
    address = server.server if "://" in server.server else f"https://{server.server}"
    try:
        return decoded("Long Poll", await client.news(address, key=server.key, ts=ts, wait_s=wait_s), _News)
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc


def _is_ignored(body: bytes) -> bool:
    peek = peek_at(body)
    return peek is not None and peek.type in IGNORED
