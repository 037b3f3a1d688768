"""Zammad's API for tests: the search of tickets by a condition, their articles, its users and files, and what it posts.

Faithful: 401 for a wrong token, tickets from a moment on, that one included, in the order asked for and by pages as
they stand at each question; articles with login names, posts with whole people; pictures of a text only in it. Not
modelled: groups, and the search by words.
"""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

TOKEN = "an-access-token-of-a-test"
SECRET = "s3cret-of-a-zammad"
BASE = "/desk"  # not a hub's own addresses
TOO_LONG = b"[" + b" " * (32 * 1024 * 1024) + b"]"
Json = dict[str, Any]


def headers(body: bytes, *, secret: str = SECRET) -> dict[str, str]:
    mac = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Zammad User Agent",
        "X-Zammad-Trigger": "channelhub",
        "X-Zammad-Delivery": "4a0f9a5e-6d6b-4a55-9d0f-1a2b3c4d5e6f",
        "X-Hub-Signature": f"sha1={mac}",
    }


@dataclass(kw_only=True)
class ZammadServer(VendorServer):
    """`async with ZammadServer() as server:` serves at `server.url`."""

    is_asked: asyncio.Event = field(default_factory=asyncio.Event)  # the list was answered
    asked: list[str] = field(default_factory=list)  # paths with their queries, in order
    tickets: dict[int, Json] = field(default_factory=dict)
    articles: dict[int, list[Json]] = field(default_factory=dict)  # by their ticket
    users: list[Json] = field(default_factory=list)
    me: Json = field(default_factory=lambda: {"id": 7, "firstname": "Олена", "lastname": "", "roles": ["Agent"]})
    refused: dict[str, int] = field(default_factory=dict)  # what paths end in → status they are refused with
    long: set[int] = field(default_factory=set)  # tickets with more articles than an answer of ours may hold
    files: dict[str, bytes] = field(default_factory=dict)  # "ticket/article/file" → its bytes
    redirects: dict[str, str] = field(default_factory=dict)  # a file → where it is instead
    keeps_conditions: bool = True  # a version that doesn't know the condition passes over it
    moving: list[Json] = field(default_factory=list)  # changes that befall tickets, one after each page of the list

    @property
    def address(self) -> str:
        """What the configuration calls it by."""
        return self.url + BASE

    def routes(self, router: web.UrlDispatcher) -> None:
        root = f"{BASE}/api/v1"
        router.add_get(f"{root}/users/me", self._me)
        router.add_get(f"{root}/users/{{user}}", self._user)
        router.add_get(f"{root}/tickets/search", self._search)
        router.add_get(f"{root}/ticket_articles/by_ticket/{{ticket}}", self._of_ticket)
        router.add_get(f"{root}/ticket_articles/{{article}}", self._article)
        router.add_get(f"{root}/ticket_attachment/{{file:.+}}", self._file)

    def say(self, ticket: Json, *articles: Json) -> None:
        """Articles are added to a ticket."""
        of_it = self.articles.setdefault(ticket["id"], [])
        of_it.extend(one | {"ticket_id": ticket["id"]} for one in articles)
        self.tickets[ticket["id"]] = ticket | {
            "article_ids": [one["id"] for one in of_it if isinstance(one["id"], int)]
        }

    async def tell(self, url: str, event: Json, *, secret: str = SECRET) -> int:
        """Post an event to the webhook; the status of the answer."""
        body = json.dumps(event).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers(body, secret=secret)) as answer,
        ):
            return answer.status

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.asked.append(request.path_qs)
        if request.headers.get("Authorization") != f"Token token={TOKEN}":
            return web.json_response({"error": "Can't find User for Token"}, status=401)
        status = next((status for end, status in self.refused.items() if request.path.endswith(end)), 0)
        return web.json_response({"error": "Not authorized"}, status=status) if status else None

    async def _me(self, request: web.Request) -> web.Response:
        return self._refusal(request) or web.json_response(self.me)

    async def _user(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        found = [one for one in self.users if one["id"] == int(request.match_info["user"])]
        return web.json_response(found[0]) if found else web.json_response({"error": "Couldn't find User"}, status=404)

    async def _search(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.is_asked.set()
        asked = request.query
        assert asked["condition[ticket.updated_at][operator]"] == "after (absolute)"
        assert (asked["sort_by"], asked["order_by"], asked["expand"]) == ("updated_at,id", "asc,asc", "true")
        begin = datetime.fromisoformat(asked["condition[ticket.updated_at][value]"])
        tickets = self.tickets.values()
        fits = [
            one for one in tickets if datetime.fromisoformat(one["updated_at"]) >= begin or not self.keeps_conditions
        ]
        fits.sort(key=lambda one: (one["updated_at"], one["id"]))
        size = min(int(asked["per_page"]), 200)
        start = (int(asked["page"]) - 1) * size
        answer = web.json_response(fits[start : start + size])
        if self.moving and len(fits) > size:
            moved = self.moving.pop(0)
            self.tickets[moved["id"]] |= moved
        return answer

    async def _of_ticket(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        ticket = int(request.match_info["ticket"])
        if ticket in self.long:
            return web.Response(body=TOO_LONG, content_type="application/json")
        return web.json_response(self.articles[ticket])

    async def _article(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        wanted = int(request.match_info["article"])
        return web.json_response(next(one for of in self.articles.values() for one in of if one["id"] == wanted))

    async def _file(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        name = request.match_info["file"]
        if name in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[name]})
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)
