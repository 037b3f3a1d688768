"""Zendesk's API for tests: the incremental export of tickets, their comments, its files, and what it posts.

Faithful: 401 for wrong credentials, the export in the order of changes with a cursor that stays at the end, comments
in pages, users beside both, files behind a redirect. Not modelled: the limit of ten pages in a minute by itself.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

EMAIL = "desk@shop.example"
TOKEN = "an-api-token-of-a-test"
SECRET = "s3cret-of-a-webhook"
BASE = "/desk"  # not a hub's own addresses
STAMP = "2026-01-15T12:00:00Z"
AUTHORIZATION = "Basic " + base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()


def signature(body: bytes, *, secret: str = SECRET, stamp: str = STAMP) -> str:
    """As documented: the timestamp as it is written, then the body."""
    return base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()


def headers(body: bytes, **signed: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Zendesk-Webhook-Id": "01JHOOK",
        "X-Zendesk-Account-Id": "112233",
        "X-Zendesk-Webhook-Signature-Timestamp": signed.get("stamp", STAMP),
        "X-Zendesk-Webhook-Signature": signature(body, **signed),
    }


@dataclass(kw_only=True)
class ZendeskServer(VendorServer):
    """`async with ZendeskServer() as server:` serves at `server.url`."""

    hook: str = ""  # where it posts to
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)  # the export was answered
    asked: list[str] = field(default_factory=list)  # paths with their queries, in order
    tickets: list[dict[str, Any]] = field(default_factory=list)  # as they last changed, oldest first
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by their ticket
    users: list[dict[str, Any]] = field(default_factory=list)
    me: dict[str, Any] = field(default_factory=lambda: {"id": 1, "name": "Олена", "role": "agent"})
    hidden: dict[str, int] = field(default_factory=dict)  # ticket → status that its comments are refused with
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)  # a file → where it is instead
    page_size: int = 100

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{BASE}/api/v2/users/me.json", self._me)
        router.add_get(f"{BASE}/api/v2/incremental/tickets/cursor.json", self._export)
        router.add_get(f"{BASE}/api/v2/tickets/{{ticket}}/comments.json", self._comments)
        router.add_get("/attachments/token/{name}/", self._file)

    @property
    def address(self) -> str:
        """What the configuration calls it by."""
        return self.url + BASE

    def say(self, ticket: dict[str, Any], *comments: dict[str, Any]) -> None:
        """Comments are added to a ticket, which thereby is the last one of the export."""
        self.tickets = [one for one in self.tickets if one["id"] != ticket["id"]] + [ticket]
        self.comments.setdefault(str(ticket["id"]), []).extend(comments)

    async def tell(self, event: dict[str, Any] | bytes) -> int:
        """Post an event to the webhook; the status of the answer."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.hook, data=body, headers=headers(body)) as answer,
        ):
            return answer.status

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.asked.append(request.path_qs)
        if request.headers.get("Authorization") != AUTHORIZATION:
            return web.json_response({"error": "Couldn't authenticate you"}, status=401)
        return None

    async def _me(self, request: web.Request) -> web.Response:
        return self._refusal(request) or web.json_response({"user": self.me})

    async def _export(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.is_asked.set()
        after = request.query.get("cursor")
        if after is None:
            begin = datetime.fromtimestamp(int(request.query["start_time"]), UTC)
            fits = [one for one in self.tickets if datetime.fromisoformat(one["updated_at"]) >= begin]
        else:
            fits = [one for one in self.tickets if one["updated_at"] > after]
        page = fits[: self.page_size]
        return web.json_response(
            {
                "tickets": page,
                "users": self.users,
                "after_cursor": page[-1]["updated_at"] if page else after or "1970-01-01T00:00:00Z",
                "after_url": "",
                "end_of_stream": len(page) == len(fits),
            }
        )

    async def _comments(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        ticket = request.match_info["ticket"]
        if ticket in self.hidden:
            return web.json_response({"error": "RecordNotFound"}, status=self.hidden[ticket])
        start = int(request.query.get("page[after]", "0"))
        found = self.comments.get(ticket, [])
        size = min(int(request.query["page[size]"]), self.page_size)
        more = start + size < len(found)
        meta = {"has_more": more, "after_cursor": str(start + size) if more else None}
        return web.json_response({"comments": found[start : start + size], "users": self.users, "meta": meta})

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[name]})
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)
