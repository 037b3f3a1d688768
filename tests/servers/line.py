"""LINE's Messaging API for tests: keeps retry keys, signs what it posts, gives files to who has the token.

Faithful: 401 for a wrong token, 409 with what was sent for a retry key that was taken before, 400 for what a push must
not be, 202 for files that are still converted. Files of a
push are fetched before it is answered; LINE does that later. Not modelled: that retry keys are forgotten after a day.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

TOKEN = "Xy7AccessTokenOfATestChannel"
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
MAX_UNITS, MAX_MESSAGES = 5000, 5


def signature(body: bytes, secret: str = SECRET) -> str:
    """As documented: HMAC-SHA256 of the body under the channel secret, in Base64."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@dataclass(kw_only=True)
class LineServer(VendorServer):
    """`async with LineServer() as server:` serves at `server.url`."""

    webhook: str = ""
    is_hooked: asyncio.Event = field(default_factory=asyncio.Event)  # a webhook was taken
    is_active: bool = True  # "Use webhook" in the console
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # path → status and its words
    drops_answers: bool = False  # takes a message and breaks the connection
    sent: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # retry key → what was sent under it
    files: dict[str, bytes] = field(default_factory=dict)  # message id → content
    takes: int = 1000  # pushes, then it refuses each
    fetched: list[tuple[str, bytes]] = field(default_factory=list)  # pictures and films: type and bytes
    converting: set[str] = field(default_factory=set)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/v2/bot/message/{id}/content", self._file)
        router.add_route("*", "/v2/bot/{path:.*}", self._call)

    async def tell(self, *events: dict[str, Any]) -> int:
        """Post events to the webhook; the status of the answer."""
        body = json.dumps({"destination": "U0aa11bb22cc33dd44ee55ff6677889900", "events": events}).encode()
        headers = {"X-Line-Signature": signature(body), "Content-Type": "application/json; charset=utf-8"}
        async with aiohttp.ClientSession() as session, session.post(self.webhook, data=body, headers=headers) as answer:
            return answer.status

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if not _is_ours(request):
            return _fault(401, "Authentication failed")
        if name in self.converting:
            return web.Response(status=202)
        return web.Response(body=self.files[name]) if name in self.files else _fault(404, "Not found")

    async def _call(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if not _is_ours(request):
            return _fault(401, "Authentication failed. Confirm that the access token is valid.")
        if path in self.refusals:
            return _fault(*self.refusals[path])
        match request.method, path:
            case "GET", "info":
                return web.json_response(
                    {"userId": "U0aa", "basicId": "@216ru", "displayName": "ランプ", "chatMode": "bot"}
                )
            case "GET", "channel/webhook/endpoint":
                if not self.webhook:
                    return _fault(404, "Not found")
                return web.json_response({"endpoint": self.webhook, "active": self.is_active})
            case "PUT", "channel/webhook/endpoint":
                self.webhook = (await request.json())["endpoint"]
                self.is_hooked.set()
                return web.json_response({})
            case "POST", "message/push":
                return await self._push(request)
        return _fault(404, "Not found")

    async def _push(self, request: web.Request) -> web.Response:
        key, asked = request.headers["X-Line-Retry-Key"], await request.json()
        if key in self.taken:
            return web.json_response(
                {"message": "The retry key is already accepted", "sentMessages": self.taken[key]},
                status=409,
                headers={"X-Line-Accepted-Request-Id": "a-request-before"},
            )
        messages = asked["messages"]
        faults = [fault for one in messages if (fault := await self._fault_of(one))]
        if faults or not 0 < len(messages) <= MAX_MESSAGES or self.takes == 0:
            return _fault(400, f"The request body has {len(faults) or 1} error(s) {faults}")
        self.takes -= 1
        self.sent.append(asked)
        self.taken[key] = [{"id": f"46124676211426{len(self.sent):04}{number}"} for number in range(len(messages))]
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"sentMessages": self.taken[key]})

    async def _fault_of(self, message: dict[str, Any]) -> str:
        """What a message must not be; its files are fetched for that."""
        if message["type"] == "text":
            return "" if 0 < _units(message["text"]) <= MAX_UNITS else "text"
        what = await self._fetch(message["originalContentUrl"])
        if what is None or what[0] not in _TYPES[message["type"]]:
            return "originalContentUrl"
        if message["type"] == "audio":
            return "" if message["duration"] > 0 else "duration"
        small = await self._fetch(message["previewImageUrl"])
        if small is None or small[0] not in _TYPES["image"] or len(small[1]) > 1_000_000:
            return "previewImageUrl"
        self.fetched.append(what)
        return ""

    async def _fetch(self, url: str) -> tuple[str, bytes] | None:
        """Type and bytes of what is there."""
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return (answer.content_type, await answer.read()) if answer.status == 200 else None


_TYPES = {
    "image": ("image/jpeg", "image/png"),
    "video": ("video/mp4",),
    "audio": ("audio/mp4", "audio/x-m4a", "audio/mpeg"),
}


def _is_ours(request: web.Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _fault(status: int, words: str) -> web.Response:
    return web.json_response({"message": words, "details": []}, status=status)
