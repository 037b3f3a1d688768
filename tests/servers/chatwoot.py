"""Chatwoot's API for tests: conversations by their last activity, their messages backwards, files, and what it posts.

Faithful: 401 for wrong credentials, pages by number that shift as conversations move to the top, messages before an id,
in the order of their ids, times as numbers where posts have text. Not modelled: its limits by themselves.
"""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

ACCOUNT = 1
TOKEN = "an-access-token-of-a-test"
SECRET = "s3cret-of-a-chatwoot"
BASE = "/desk"  # not a hub's own addresses


def headers(body: bytes, *, at_s: float, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at_s))
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Chatwoot-Timestamp": stamp,
        "X-Chatwoot-Signature": f"sha256={mac}",
        "X-Chatwoot-Delivery": "a-delivery",
    }


@dataclass(kw_only=True)
class ChatwootServer(VendorServer):
    """`async with ChatwootServer() as server:` serves at `server.url`."""

    is_asked: asyncio.Event = field(default_factory=asyncio.Event)  # the list was answered
    asked: list[str] = field(default_factory=list)  # paths with their queries, in order
    talks: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # by their conversation, oldest first
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)  # a file → where it is instead
    page_size: int = 25

    @property
    def address(self) -> str:
        """What the configuration calls it by."""
        return self.url + BASE

    def routes(self, router: web.UrlDispatcher) -> None:
        root = f"{BASE}/api/v1/accounts/{ACCOUNT}/conversations"
        router.add_get(f"{BASE}/api/v1/profile", self._profile)
        router.add_get(root, self._talks)
        router.add_get(f"{root}/{{talk}}/messages", self._messages)
        router.add_get("/rails/blobs/{name}", self._file)

    def say(self, talk: dict[str, Any], *messages: dict[str, Any]) -> None:
        """Messages are added to a conversation."""
        self.talks[talk["id"]] = talk
        self.messages.setdefault(talk["id"], []).extend(messages)

    async def tell(self, url: str, event: dict[str, Any], *, at_s: float, secret: str = SECRET) -> int:
        """Post an event to the webhook; the status of the answer."""
        body = json.dumps(event).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers(body, at_s=at_s, secret=secret)) as answer,
        ):
            return answer.status

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.asked.append(request.path_qs)
        if request.headers.get("api_access_token") != TOKEN:
            return web.json_response({"error": "Invalid Access Token"}, status=401)
        return None

    async def _profile(self, request: web.Request) -> web.Response:
        return self._refusal(request) or web.json_response({"id": 7, "name": "Олена", "accounts": [{"id": ACCOUNT}]})

    async def _talks(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.is_asked.set()
        latest = sorted(self.talks.values(), key=lambda one: one["last_activity_at"], reverse=True)
        start = (int(request.query["page"]) - 1) * self.page_size
        return web.json_response({"data": {"meta": {}, "payload": latest[start : start + self.page_size]}})

    async def _messages(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        before = int(request.query.get("before", 2**60))
        found = [one for one in self.messages[int(request.match_info["talk"])] if (one["id"] or 0) < before]
        return web.json_response({"meta": {}, "payload": found[-20:]})

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[name]})
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)
