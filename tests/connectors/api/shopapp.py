"""A shop's app that takes what we write to its customers: checks each signature by itself, and has bad days."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Taken:
    """One post whose signature was right."""

    id: str
    data: dict[str, Any]
    body: bytes


@dataclass
class ShopApp:
    """`status` and `headers` are its next answers; `is_mute`: it takes the message and breaks the connection."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    is_mute: bool = False
    hangs: bool = False
    taken: list[Taken] = field(default_factory=list)
    heads: int = 0
    refused: int = 0
    port: int = 0
    paths: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.paths.append(request.path)
        if request.method == "HEAD":
            self.heads += 1
            return web.Response(status=405)
        body = await request.read()
        name, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        digest = hmac.new(KEY, b".".join((name.encode(), timestamp.encode(), body)), hashlib.sha256).digest()
        if request.headers["webhook-signature"] != f"v1,{base64.b64encode(digest).decode()}":
            self.refused += 1
            return web.Response(status=401)
        if self.status < 300 and name not in [one.id for one in self.taken]:
            self.taken.append(Taken(id=name, data=json.loads(body)["data"], body=body))
        if self.hangs:
            await asyncio.Event().wait()
        if self.is_mute:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=self.status, headers=self.headers)

    async def close(self) -> None:
        """From now on connections are refused."""
        if self._server is not None:
            self._server.close()


@asynccontextmanager
async def shop_app() -> AsyncIterator[ShopApp]:
    app = ShopApp()
    server = web.Server(app.answer, handler_cancellation=True)  # type: ignore[arg-type]
    app._server = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    app.port = int(app._server.sockets[0].getsockname()[1])
    try:
        yield app
    finally:
        await app.close()
        await server.shutdown(0.1)
