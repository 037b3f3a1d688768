"""A channel's file server on a local port: files by name, moods for its bad days, and a count of what it gave."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web


@dataclass(slots=True, kw_only=True)
class Mood:
    """How one request is answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False  # no answer ever
    hangs_in_body: bool = False  # half of the file, then nothing
    is_cut: bool = False  # half of the file, then the connection ends
    has_length: bool = True
    body: bytes | None = None  # instead of the file


class FileServer:
    """`{url}/{name}` gives `files[name]`. `moods[name]` are used up one by one."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.moods: dict[str, deque[Mood]] = {}
        self.asked: Counter[str] = Counter()
        self.given: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.pause_s = 0.0
        self.under_way = 0
        self.most_under_way = 0
        self.port = 0
        self._stopped = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def bad(self, name: str, *moods: Mood) -> None:
        self.moods[name] = deque(moods)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{name:.*}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked[name] += 1
        self.headers.append(dict(request.headers))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.pause_s:
                await asyncio.sleep(self.pause_s)
            return await self._answer(request, name)
        finally:
            self.under_way -= 1

    async def _answer(self, request: web.Request, name: str) -> web.StreamResponse:
        moods = self.moods.get(name)
        mood = moods.popleft() if moods else Mood()
        if mood.hangs:
            await self._stopped.wait()
        if mood.status != 200:
            return web.Response(status=mood.status, headers=mood.headers, body=mood.body)
        content = self.files.get(name) if mood.body is None else mood.body
        if content is None:
            return web.Response(status=404)
        response = web.StreamResponse(headers=mood.headers)
        if mood.has_length:
            response.content_length = len(content)
        else:
            response.enable_chunked_encoding()
        await response.prepare(request)
        if mood.hangs_in_body or mood.is_cut:
            await response.write(content[: len(content) // 2])
            if mood.hangs_in_body:
                await self._stopped.wait()
            assert request.transport is not None
            request.transport.close()
            return response
        for start in range(0, len(content), 64 * 1024):
            await response.write(content[start : start + 64 * 1024])
        await response.write_eof()
        self.given[name] += 1
        return response
