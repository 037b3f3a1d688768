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

from channelhub.sdk.testing import VendorServer

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Taken:
    """One post whose signature was right."""

    id: str
    data: dict[str, Any]
    body: bytes


@dataclass(kw_only=True)
class ShopApp(VendorServer):
    """`status` and `headers` are its next answers; `is_mute`: it takes the message and breaks the connection."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    is_mute: bool = False
    hangs: bool = False
    taken: list[Taken] = field(default_factory=list)
    heads: int = 0
    refused: int = 0
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{super().url}/messages"

    @property
    def port(self) -> int:
        return int(self.plain_url.rpartition(":")[2])

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/{path:.*}", self.answer)

    async def answer(self, request: web.Request) -> web.Response:
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


@asynccontextmanager
async def shop_app() -> AsyncIterator[ShopApp]:
    async with ShopApp() as app:
        yield app
