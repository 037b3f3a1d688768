"""What was said while VK could not tell us: read from the conversations, and kept.

That something was missed is written down before VK is told to go on, so that it is made good after a crash, too.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Completeness, Context, Cursor, Deliver
from channelhub.sdk.errors import NotCommitted, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.vk.client import Refusal, Unclear, VkClient
from connectors.vk.config import VkConfig
from connectors.vk.delivery import from_history
from connectors.vk.names import Names
from connectors.vk.shapes import FIRST_CHAT, Seconds

SCOPE: Final = "history"
PAGE: Final = 200  # the most that VK gives at once
MOST_PAGES: Final = 50  # of conversations, and of the messages of one
_BEHIND: Final = "!"


class _Dated(msgspec.Struct):
    date: Seconds = 0


class _Peer(msgspec.Struct):
    id: int


class _Conversation(msgspec.Struct):
    peer: _Peer


class _Item(msgspec.Struct):
    conversation: _Conversation
    last_message: msgspec.Raw


class _Conversations(msgspec.Struct):
    items: list[_Item] = []


class _Messages(msgspec.Struct):
    items: list[msgspec.Raw] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """From when on (Unix seconds) something may be missing, and whether it is."""

    at_s: int
    is_behind: bool = False

    def __str__(self) -> str:
        return f"{self.at_s}{_BEHIND if self.is_behind else ''}"


class History:
    """Of one community. Nothing of what was said before the account ran first is read."""

    def __init__(self, client: VkClient, config: VkConfig, context: Context, names: Names) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._names = names
        self._scope = f"{SCOPE}:{config.group_id}"

    async def begin(self, deliver: Deliver) -> None:
        """Note when the account ran first. Raises Unavailable."""
        if await self._context.cursor(self._scope) is None:
            await self._move(deliver, None, _Mark(at_s=self._now_s()))

    async def miss(self, deliver: Deliver) -> None:
        """Note that something was missed. Raises Unavailable."""
        mark = await self._mark()
        if not mark.is_behind:
            await self._move(deliver, mark, _Mark(at_s=mark.at_s, is_behind=True))

    async def catch_up(self, deliver: Deliver) -> None:
        """Keep what was missed, if anything was. Raises AuthFailed and Unavailable; what was read stays read."""
        mark, began_s = await self._mark(), self._now_s()
        if not mark.is_behind:
            return
        since_s = max(mark.at_s, began_s - self._config.backfill_hours * 3600)
        try:
            listed = await self._read(deliver, since_s) if self._config.backfill_hours else 0
        except Refusal as exc:
            self._context.compared(Completeness(listed=0, missing=0, note=f"conversations can't be read: {exc}"))
            self._context.log.warning("vk.history_refused", code=exc.code)
        except Unclear as exc:
            raise Unavailable(str(exc)) from exc
        else:
            self._context.compared(Completeness(listed=listed, missing=0))
            self._context.log.info("vk.history_read", messages=listed)
        await self._move(deliver, mark, _Mark(at_s=began_s))

    async def _read(self, deliver: Deliver, since_s: int) -> int:
        """Keep what we don't hold of all conversations since then; how many messages they have."""
        listed = 0
        async for peer in self._conversations(since_s):
            async for page in self._messages(peer, since_s):
                listed += len(page)
                await self._keep(deliver, page, listed)
            self._names.meet(peer)
        return listed

    async def _conversations(self, since_s: int) -> AsyncIterator[int]:
        """Those in which something was said since then, the latest first, as VK lists them."""
        for number in range(MOST_PAGES):
            asked = {"group_id": self._client.group_id, "count": PAGE, "offset": number * PAGE, "filter": "all"}
            items = (await self._client.ask("messages.getConversations", _Conversations, asked)).items
            for item in items:
                if _is_before(item.last_message, since_s):
                    return
                if self._config.chats or item.conversation.peer.id < FIRST_CHAT:
                    yield item.conversation.peer.id
            if len(items) < PAGE:
                return

    async def _messages(self, peer: int, since_s: int) -> AsyncIterator[list[msgspec.Raw]]:
        """What was said there since then, the latest first. Nothing of a conversation that we are no longer in."""
        for number in range(MOST_PAGES):
            asked = {"group_id": self._client.group_id, "peer_id": peer, "count": PAGE, "offset": number * PAGE}
            try:
                items = (await self._client.ask("messages.getHistory", _Messages, asked)).items
            except Refusal as exc:
                self._context.log.warning("vk.conversation_refused", code=exc.code)
                return
            recent = [one for one in items if not _is_before(one, since_s)]
            if recent:
                yield recent
            if len(recent) < PAGE:
                return

    async def _keep(self, deliver: Deliver, page: Sequence[msgspec.Raw], listed: int) -> None:
        raws = [
            from_history(one, group_id=self._client.group_id, account=self._context.account, now=self._context.now())
            for one in page
        ]
        held = await self._context.held([raw.delivery_id for raw in raws])
        missing = [raw for raw in raws if raw.delivery_id not in held]
        if missing:
            self._context.compared(Completeness(listed=listed, missing=len(missing)))
            await self._deliver(deliver, missing[::-1], None)

    async def _mark(self) -> _Mark:
        text = await self._context.cursor(self._scope) or str(self._now_s())
        return _Mark(at_s=int(text.removesuffix(_BEHIND)), is_behind=text.endswith(_BEHIND))

    async def _move(self, deliver: Deliver, before: _Mark | None, after: _Mark) -> None:
        expected = None if before is None else str(before)
        await self._deliver(deliver, [], Cursor(scope=self._scope, value=str(after), expected=expected))

    async def _deliver(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor | None) -> None:
        try:
            await deliver(raws, cursor)
        except NotCommitted as exc:
            raise Unavailable(f"what was missed stays at VK: {exc}", retry_after_s=exc.retry_after_s) from exc

    def _now_s(self) -> int:
        return int(self._context.now().timestamp())


def _is_before(message: msgspec.Raw, since_s: int) -> bool:
    """Whether it was said before. What doesn't say when is taken for news, and parked if it is none."""
    try:
        return msgspec.json.decode(message, type=_Dated).date < since_s
    except UNREADABLE:
        return False
