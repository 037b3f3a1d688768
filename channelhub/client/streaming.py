"""The hub's live stream for asyncio programs."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Protocol

import aiohttp

from channelhub.client.calling import Call
from channelhub.client.frames import Frames, Resumption
from channelhub.client.problems import HubProblem, HubUnreachable
from channelhub.client.shapes import EventBody


class AsyncStreaming(Protocol):
    """Who opens streams."""

    def token(self) -> str: ...

    async def open_stream(self, call: Call[object], *, token: str) -> aiohttp.ClientResponse: ...


class AsyncEventStream:
    """`async for event in hub.follow():` What EventStream is, for asyncio programs."""

    def __init__(
        self,
        hub: AsyncStreaming,
        *,
        after: str | int | None = None,
        since: datetime | None = None,
        on_gap: Callable[[str, str], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self._hub = hub
        self._at = Resumption(last_id="" if after is None else str(after), since=since, on_gap=on_gap)
        self._on_wait = on_wait

    @property
    def last_id(self) -> str:
        """What to begin `after` another time; empty until the hub has said where it begins."""
        return self._at.last_id

    async def __aiter__(self) -> AsyncIterator[EventBody]:
        while True:
            token = ""
            try:
                token = self._hub.token()
                async with aclosing(self._connected(token)) as events:
                    async for event in events:
                        yield event
                reason = "the hub ended the stream"
            except HubProblem as exc:
                if not self._at.may_pass(exc, token):
                    raise
                reason = str(exc)
            except HubUnreachable as exc:
                if not self._at.is_known:
                    raise
                reason = str(exc)
            wait_s, is_first = self._at.next_wait()
            if is_first and self._on_wait is not None:
                self._on_wait(reason)
            await asyncio.sleep(wait_s)

    async def _connected(self, token: str) -> AsyncGenerator[EventBody, None]:
        frames = Frames()
        async with await self._hub.open_stream(self._at.call(), token=token) as answer:
            self._at.is_known = True
            while chunk := await _more(answer):
                for frame in frames.feed(chunk):
                    event = self._at.taken(frame)
                    if event is not None:
                        yield event


async def _more(answer: aiohttp.ClientResponse) -> bytes:
    try:
        return await answer.content.readany()
    except (aiohttp.ClientError, TimeoutError) as exc:
        raise HubUnreachable(f"the stream broke: {str(exc) or type(exc).__name__}") from exc
