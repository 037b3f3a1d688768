"""Intercom's API for tests: the search for conversations, each one with its parts, its files, and what it posts.

Faithful: 401 for a wrong token, the search by an index that may lag behind, its order and pages as asked for, cursors
that stand for a record, the latest 500 parts with the number of all, limits by X-RateLimit-Reset, addresses of files
that end. Not modelled: its limits by themselves.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

TOKEN = "an-access-token-of-a-test"
SECRET = "s3cret-of-an-app"
BASE = "/desk"  # not a hub's own addresses
MOST_PARTS = 500


def headers(body: bytes, *, secret: str = SECRET) -> dict[str, str]:
    mac = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "intercom-parrot-service-client/1.0",
        "X-Hub-Signature": f"sha1={mac}",
    }


@dataclass(kw_only=True)
class IntercomServer(VendorServer):
    """`async with IntercomServer() as server:` serves at `server.url`."""

    is_asked: asyncio.Event = field(default_factory=asyncio.Event)  # the search was answered
    asked: list[str] = field(default_factory=list)  # paths in order
    talks: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by their conversation, oldest first
    index: dict[str, int] = field(default_factory=dict)  # what the search knows: a conversation's last change
    me: dict[str, Any] = field(
        default_factory=lambda: {
            "type": "admin",
            "id": "7",
            "name": "Олена",
            "app": {"type": "app", "name": "Крамниця"},
        }
    )
    hidden: set[str] = field(default_factory=set)  # conversations that were deleted since they were listed
    lapsed: bool = False  # cursors are refused
    sorts: bool = True  # by the order that is asked for; else the latest first
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)  # a file → where it is instead

    @property
    def address(self) -> str:
        """What the configuration calls it by."""
        return self.url + BASE

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{BASE}/me", self._me)
        router.add_post(f"{BASE}/conversations/search", self._search)
        router.add_get(f"{BASE}/conversations/{{talk}}", self._talk)
        router.add_get("/i/o/{name}", self._file)

    def rate_limited(self, retry_after_s: int) -> web.Response:
        return web.json_response(
            {"type": "error.list", "errors": [{"code": "rate_limit_exceeded", "message": "Exceeded rate limit"}]},
            status=429,
            headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1 + retry_after_s)},
        )

    def say(self, talk: dict[str, Any], *parts: dict[str, Any]) -> None:
        """Parts are added to a conversation, and the search knows of it."""
        self.talks[talk["id"]] = talk
        self.parts.setdefault(talk["id"], []).extend(parts)
        self.index[talk["id"]] = talk["updated_at"]

    async def try_address(self, url: str) -> int:
        """What Intercom does before it keeps a webhook's address; the status of the answer."""
        async with aiohttp.ClientSession() as session, session.head(url) as answer:
            return answer.status

    async def tell(self, url: str, event: dict[str, Any] | bytes, *, secret: str = SECRET) -> int:
        """Post an event to the webhook; the status of the answer."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers(body, secret=secret)) as answer,
        ):
            return answer.status

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.asked.append(request.path)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _errors(401, "unauthorized", "Access Token Invalid")
        if "Intercom-Version" not in request.headers:
            return _errors(400, "intercom_version_invalid", "The requested version could not be found")
        return None

    async def _me(self, request: web.Request) -> web.Response:
        return self._refusal(request) or web.json_response(self.me)

    async def _search(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.is_asked.set()
        asked = await request.json()
        query, paging = asked["query"], asked["pagination"]
        assert (query["field"], query["operator"], asked["sort"]["field"]) == ("updated_at", ">", "updated_at")
        is_descending = asked["sort"]["order"] != "ascending" or not self.sorts
        fits = sorted(((at, talk) for talk, at in self.index.items() if at > query["value"]), reverse=is_descending)
        after = paging.get("starting_after")
        if after is not None:
            if self.lapsed:
                return _errors(400, "parameter_invalid", "starting_after is invalid")
            at, talk = json.loads(base64.b64decode(after))
            fits = [one for one in fits if (one < (at, talk) if is_descending else one > (at, talk))]
        page = fits[: paging["per_page"]]
        pages: dict[str, Any] = {"type": "pages", "page": 1, "per_page": paging["per_page"], "total_pages": 1}
        if len(page) < len(fits):
            cursor = base64.b64encode(json.dumps(page[-1]).encode()).decode()
            pages["next"] = {"page": 2, "starting_after": cursor}
        found = [self.talks[talk] | {"conversation_parts": None} for _, talk in page]
        return web.json_response(
            {"type": "conversation.list", "pages": pages, "total_count": len(self.index), "conversations": found}
        )

    async def _talk(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        talk = request.match_info["talk"]
        if talk in self.hidden:
            return _errors(404, "not_found", "Resource Not Found")
        parts = self.parts[talk]
        listed = {
            "type": "conversation_part.list",
            "conversation_parts": parts[-MOST_PARTS:],
            "total_count": len(parts),
        }
        return web.json_response(self.talks[talk] | {"conversation_parts": listed})

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[name]})
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)


def _errors(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"type": "error.list", "errors": [{"code": code, "message": message}]}, status=status)
