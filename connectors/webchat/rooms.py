"""Who has the chat open now, and what waits to be told to them. Nothing here outlives the process: all of it is read
again from the hub when a browser comes back."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from channelhub.sdk.hooks import Refused
from connectors.webchat.config import WebchatConfig
from connectors.webchat.visitors import Visitor

MAX_WAITING = 500  # frames of one page
MAX_WAITING_BYTES = 4 * 2**20
BROWSER_CONNECTIONS = 12  # pages of one browser, and what is left of those it closed without a word
AGAIN_S = 30.0


class Outgoing:
    """Frames on their way to one page, numbered from 1. One that is too far behind is closed: it comes again and reads
    the conversation anew."""

    def __init__(self) -> None:
        self.is_closed = False
        self.last = 0
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()

    @property
    def waiting(self) -> list[bytes]:
        """The frames that the page has not confirmed."""
        return list(self._frames)

    def put(self, frame: bytes) -> None:
        if self.is_closed:
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self.last += 1
        if len(self._frames) > MAX_WAITING or self._bytes > MAX_WAITING_BYTES:
            self.close()
        self._changed.set()

    def close(self) -> None:
        self.is_closed = True
        self._frames.clear()
        self._changed.set()

    async def after(self, got: int, *, timeout_s: float | None = None) -> list[bytes]:
        """Drop the frames up to this number, and give the others; waits for one, the end, or until the time is over."""
        self._drop(got)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not self._frames and not self.is_closed:
                    self._changed.clear()
                    await self._changed.wait()
        return self.waiting

    def _drop(self, got: int) -> None:
        while self._frames and self.last - len(self._frames) < got:
            self._bytes -= len(self._frames.popleft())


@dataclass(slots=True, kw_only=True, eq=False)
class Tab:
    """One open page. `heard_s` is the loop's time at which a browser without WebSocket last posted."""

    visitor: Visitor
    network: str
    peer: str
    site: str
    outgoing: Outgoing = field(default_factory=Outgoing)
    heard_s: float = 0.0


class Rooms:
    """The open pages of an account, by the conversation that each shows."""

    def __init__(self, config: WebchatConfig) -> None:
        self._config = config
        self._tabs: dict[str, set[Tab]] = {}
        self._open = 0
        self._by_network: Counter[str] = Counter()
        self._by_browser: Counter[str] = Counter()

    def enter(self, tab: Tab) -> None:
        """Raises Refused (429 and 503) where there is no room."""
        if self._open >= self._config.max_connections:
            raise Refused(503, "Too many pages have this chat open.", retry_after_s=AGAIN_S)
        if self._by_network[tab.network] >= self._config.network_connections:
            raise Refused(429, "Too many pages of your network have this chat open.", retry_after_s=AGAIN_S)
        if self._by_browser[tab.visitor.browser] >= BROWSER_CONNECTIONS:
            raise Refused(429, "Too many of your pages have this chat open.", retry_after_s=AGAIN_S)
        self._open += 1
        self._by_network[tab.network] += 1
        self._by_browser[tab.visitor.browser] += 1
        self._tabs.setdefault(tab.visitor.place, set()).add(tab)

    def leave(self, tab: Tab) -> None:
        tab.outgoing.close()
        here = self._tabs.get(tab.visitor.place, set())
        if tab not in here:
            return
        here.discard(tab)
        if not here:
            del self._tabs[tab.visitor.place]
        self._open -= 1
        for counted, key in ((self._by_network, tab.network), (self._by_browser, tab.visitor.browser)):
            counted[key] -= 1
            if not counted[key]:
                del counted[key]

    def tell(self, place: str, frame: bytes, *, but: Tab | None = None) -> None:
        """Tell every page that shows this conversation, but the one that said it."""
        for tab in self._tabs.get(place, ()):
            if tab is not but:
                tab.outgoing.put(frame)

    @contextlib.contextmanager
    def inside(self, tab: Tab) -> Iterator[None]:
        """Raises Refused as `enter` does."""
        self.enter(tab)
        try:
            yield
        finally:
            self.leave(tab)

    def close(self) -> None:
        """Every page hears that the connection is over, and comes again."""
        for tab in list(chain.from_iterable(self._tabs.values())):
            tab.outgoing.close()
