"""A receiver of webhooks on a local port: compares with the reference library, remembers, and has bad days.

The age of a timestamp is not judged: tests move their clocks.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One post as it came, with what its signature is worth."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    json: Any
    is_verified: bool

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass(slots=True, kw_only=True)
class Mood:
    """How the next posts are answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    hangs: bool = False  # no answer ever
    hangs_in_body: bool = False  # a status, then nothing
    resets: bool = False
    answers_after_s: float = 0.0  # it has taken the post by then


class Endpoints:
    """`{url}/{name}` is one endpoint. `moods[name]` are used up one by one, then `usual[name]` counts."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.asked: Counter[str] = Counter()
        self.asked_ids: dict[str, list[str]] = {}
        self.secrets: dict[str, str] = {}
        self.moods: dict[str, deque[Mood]] = {}
        self.usual: dict[str, Mood] = {}
        self.at_once: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self._stopped = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{name}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=2048).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        assert self._runner is not None
        await self._runner.cleanup()

    def bad(self, name: str, *moods: Mood) -> None:
        self.moods.setdefault(name, deque()).extend(moods)

    def of(self, name: str) -> list[Received]:
        """What an endpoint took, in order."""
        return [one for one in self.received if one.path == f"/{name}"]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked[name] += 1
        self.asked_ids.setdefault(name, []).append(request.headers.get("webhook-id", ""))
        self.at_once[name] += 1
        self.most_at_once[name] = max(self.most_at_once[name], self.at_once[name])
        try:
            return await self._answer(request, name)
        finally:
            self.at_once[name] -= 1

    async def _answer(self, request: web.Request, name: str) -> web.StreamResponse:
        body = await request.read()
        waiting = self.moods.get(name)
        mood = waiting.popleft() if waiting else self.usual.get(name, Mood())
        if mood.hangs:
            await self._stopped.wait()
        if mood.resets:
            assert request.transport is not None
            request.transport.abort()
        if 200 <= mood.status < 300 and not mood.hangs and not mood.resets:
            self.received.append(self._taken(request, name, body))
        if mood.answers_after_s:
            await asyncio.sleep(mood.answers_after_s)
        if mood.hangs_in_body:
            response = web.StreamResponse(status=mood.status, headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"par")
            await self._stopped.wait()
        return web.Response(status=mood.status, headers=mood.headers, text=mood.text)

    def _taken(self, request: web.Request, name: str, body: bytes) -> Received:
        headers = {key.lower(): value for key, value in request.headers.items()}
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signed = (
            Webhook(self.secrets[name]).sign(headers["webhook-id"], at, body.decode()) if name in self.secrets else ""
        )
        is_verified = signed in headers["webhook-signature"].split(" ")
        return Received(path=request.path, headers=headers, body=body, json=json.loads(body), is_verified=is_verified)
