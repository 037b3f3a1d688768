"""What the hub does with a browser's frames, however they came."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import Refused, store
from channelhub.sdk.origins import Buckets
from channelhub.sdk.transcript import Said, SaidFile
from connectors.webchat.config import WebchatConfig
from connectors.webchat.delivery import fault, to_raw
from connectors.webchat.frames import Contact, Earlier, FrameError, Message, Ping, Seen, read_frame, shown, write
from connectors.webchat.rooms import Rooms, Tab
from connectors.webchat.visitors import Visitor

PAGE = 40  # messages shown at once
AT_ONCE = 16  # deliveries of an account under way: the others wait, and other accounts don't
_READS_PER_MINUTE = 120  # pages of the conversation, and reports, by one browser


class Talk:
    """Answers frames. A message is acknowledged on the line after its commit, and on no other."""

    def __init__(self, config: WebchatConfig, context: Context, rooms: Rooms) -> None:
        self.deliver: Deliver | None = None
        self._config = config
        self._context = context
        self._rooms = rooms
        self._storing = asyncio.Semaphore(AT_ONCE)
        self._by_browser = Buckets(config.rate_per_minute)
        self._by_network = Buckets(config.network_rate_per_minute)
        self._by_account = Buckets(config.account_rate_per_minute)
        self._bytes = Buckets(config.network_bytes_per_minute)
        self._reads = Buckets(_READS_PER_MINUTE)

    async def welcome(self, tab: Tab) -> None:
        """What a page is told first: its token, and the newest of its conversation. The page must be in its room
        already, so that nothing comes between."""
        said = await self._page(tab)
        tab.outgoing.put(
            write(
                "welcome",
                visitor=tab.visitor.token,
                place=tab.visitor.place,
                signed=tab.visitor.signed is not None,
                knows_email=bool(tab.visitor.signed and tab.visitor.signed.email),
                refused=tab.visitor.refused,
                items=[shown(one) for one in said],
                before=said[0].place if len(said) == PAGE else "",
            )
        )

    async def take(self, tab: Tab, body: bytes) -> None:
        """Do what one frame asks; what it is answered waits in `tab.outgoing`.

        Raises Refused: 400 for what is no frame, 503 where nothing could be stored: the browser sends it again.
        """
        try:
            frame = read_frame(body)
        except FrameError as exc:
            raise Refused(400, f"No frame: {exc}") from exc
        if isinstance(frame, Message | Contact):
            await self._keep(tab, frame, body)
        elif isinstance(frame, Seen):
            await self._report(tab, frame, body)
        elif isinstance(frame, Earlier):
            await self._show_earlier(tab, frame)
        elif isinstance(frame, Ping):
            tab.outgoing.put(write("pong"))
        else:
            raise Refused(400, "Say hello once.")

    async def _keep(self, tab: Tab, frame: Message | Contact, body: bytes) -> None:
        if why_not := fault(frame, self._config):
            tab.outgoing.put(write("refused", id=frame.id[:64], why=why_not))
            return
        if wait_s := self._wait_s(tab, len(body)):
            tab.outgoing.put(write("refused", id=frame.id, why="wait", retry_ms=int(wait_s * 1000) + 1))
            return
        raw = self._raw(tab, frame, body)
        await self._store(raw)
        at_ms = int(self._context.now().timestamp() * 1000)
        tab.outgoing.put(write("ack", id=frame.id, at=at_ms))
        if isinstance(frame, Message):
            self._context.log.info("chat.received", account=self._context.account)
            files = [{"name": one.name, "size": len(one.content)} for one in frame.files]
            item = {"id": raw.delivery_id, "ours": False, "text": frame.text, "at": at_ms, "files": files, "kept": True}
            self._rooms.tell(tab.visitor.place, write("item", item=item), but=tab)

    async def _report(self, tab: Tab, frame: Seen, body: bytes) -> None:
        if not frame.ids or self._reads.wait_s(tab.visitor.browser, self._now_s):
            return  # the state of a message is news, no message: it is told again with the next one
        await self._store(self._raw(tab, frame, body))
        self._rooms.tell(tab.visitor.place, write("seen", ids=frame.ids, read=frame.read), but=tab)

    async def _show_earlier(self, tab: Tab, frame: Earlier) -> None:
        if wait_s := self._reads.wait_s(tab.visitor.browser, self._now_s):
            tab.outgoing.put(write("refused", why="wait", retry_ms=int(wait_s * 1000) + 1))
            return
        said = await self._page(tab, before=frame.before)
        before = said[0].place if len(said) == PAGE else ""
        tab.outgoing.put(write("earlier", items=[shown(one) for one in said], before=before))

    async def file(self, visitor: Visitor, said_id: str, number: int) -> SaidFile | None:
        """A file of the visitor's own conversation. Raises Refused (429)."""
        if wait_s := self._reads.wait_s(visitor.browser, self._now_s):
            raise Refused(429, "Too many files at once.", retry_after_s=wait_s)
        return await self._context.transcript.file(visitor.place, said_id, number, since=self._since)

    async def _page(self, tab: Tab, *, before: str = "") -> Sequence[Said]:
        return await self._context.transcript.page(tab.visitor.place, since=self._since, before=before, limit=PAGE)

    @property
    def _since(self) -> datetime:
        return self._context.now() - timedelta(days=self._config.remember_days)

    async def _store(self, raw: RawMessage) -> None:
        async with self._storing:
            await store(self.deliver, [raw])

    def _raw(self, tab: Tab, frame: Message | Contact | Seen, body: bytes) -> RawMessage:
        return to_raw(frame, body, tab.visitor, account=self._context.account, peer=tab.peer, site=tab.site)

    def _wait_s(self, tab: Tab, size: int) -> float:
        """How long the visitor has to wait; 0: not at all."""
        now_s = self._now_s
        return (
            self._by_browser.wait_s(tab.visitor.browser, now_s)
            or self._by_network.wait_s(tab.network, now_s)
            or self._bytes.wait_s(tab.network, now_s, cost=size)
            or self._by_account.wait_s("", now_s)
        )

    @property
    def _now_s(self) -> float:
        return self._context.now().timestamp()
