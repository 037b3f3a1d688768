"""Slack for tests: its Web API, files, the webhook's posts and the link of Socket Mode.

Faithful: 200 with `ok: false` for what is refused, scopes in a header, 200 with a page for files asked without a token,
events over the link until they are acknowledged, a new link before the old one ends, history newest first in pages.
Not modelled: how often and when Slack repeats a post, limits by method.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer
from channelhub.sdk.testing.hub import EARLY_2026

TOKEN = "xoxb-of-a-test-workspace"
APP_TOKEN = "xapp-of-a-test-app"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SCOPES = "chat:write,files:read,files:write,im:history,im:read,im:write,channels:history,channels:read"
MAX_CHARS = 40_000
#: What may become of a link while it is opened.
_OF_LINKS = frozenset({Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.HTML_PAGE, Fault.HTML_OK, Fault.HANGS})


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    """As documented: v0, the time and the body under the signing secret."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def signed(body: bytes, at: datetime = EARLY_2026) -> dict[str, str]:
    """The headers of a post."""
    stamp = str(int(at.timestamp()))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(body, stamp)}


@dataclass(kw_only=True)
class SlackServer(VendorServer):
    """`async with SlackServer() as server:` serves the Web API at `server.api`."""

    refusals: dict[str, str] = field(default_factory=dict)  # method → error
    needed: str = ""  # the scope that `missing_scope` names
    scopes: str = SCOPES
    drops_answers: bool = False  # takes a message and breaks the connection
    sent: list[dict[str, str]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # channel → messages, oldest first
    page: int = 200
    limits: int = 0  # of each so many pages the last one is refused
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploaded: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # file id → name and content
    shared: list[dict[str, str]] = field(default_factory=list)
    takes_bytes: bool = True
    files: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # file id → another address
    envelopes: dict[str, str] = field(default_factory=dict)  # id → the frame, in order
    acknowledged: set[str] = field(default_factory=set)
    links: list[web.WebSocketResponse] = field(default_factory=list)
    opened: int = 0  # links, ever

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/slack/{method}", self._call)
        router.add_get("/files/{id}", self._file)
        router.add_post("/upload/{id}", self._upload)
        router.add_get("/link", self._link)

    @property
    def api(self) -> str:
        return f"{self.url}/slack"

    def fault_of(self, request: web.Request) -> Fault | None:
        """A link that is open can't be answered half, so it is reset instead."""
        fault = super().fault_of(request)
        is_half = request.path == "/link" and fault is not None and fault not in _OF_LINKS
        return Fault.RESET_BEFORE if is_half else fault

    async def tell(self, url: str, body: dict[str, Any], *, at: datetime = EARLY_2026) -> int:
        """Post an event to the webhook, signed at a time; the status of the answer."""
        encoded = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **signed(encoded, at)}
        async with aiohttp.ClientSession() as session, session.post(url, data=encoded, headers=headers) as answer:
            return answer.status

    # Socket Mode

    async def offer(self, payload: Any, *, kind: str = "events_api") -> str:
        """An event for whoever is linked, now or later; the envelope's id."""
        name = f"e-{len(self.envelopes) + 1}"
        self.envelopes[name] = json.dumps(
            {"type": kind, "envelope_id": name, "payload": payload, "accepts_response_payload": False}
        )
        await self._push(name)
        return name

    async def offer_again(self, name: str) -> None:
        self.acknowledged.discard(name)
        await self._push(name)

    async def disconnect(self, reason: str) -> None:
        """Ask the linked to link anew."""
        await self.links[-1].send_str(json.dumps({"type": "disconnect", "reason": reason}))

    def break_links(self) -> None:
        for link in self.links:
            if link._req is not None and link._req.transport is not None:
                link._req.transport.abort()
        self.links.clear()

    async def _push(self, name: str) -> None:
        if self.links:
            await self.links[-1].send_str(self.envelopes[name])

    async def _link(self, request: web.Request) -> web.StreamResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        await link.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.links.append(link)
        self.opened += 1
        try:
            for name, frame in self.envelopes.items():
                if name not in self.acknowledged:
                    await link.send_str(frame)
            async for message in link:
                self.acknowledged.add(json.loads(message.data)["envelope_id"])
        finally:
            if link in self.links:
                self.links.remove(link)
        return link

    # The Web API

    async def _call(self, request: web.Request) -> web.Response:
        method, fields = request.match_info["method"], dict(await request.post())
        asked = {name: str(value) for name, value in fields.items()}
        self.asked.append((method, asked))
        wanted = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("Authorization") != f"Bearer {wanted}":
            return self._refused("invalid_auth")
        if method in self.refusals:
            return self._refused(self.refusals[method])
        return self._done(request, method, asked)

    def _done(self, request: web.Request, method: str, asked: dict[str, str]) -> web.Response:
        match method:
            case "auth.test":
                told: dict[str, Any] = {"team_id": "T0SHOP", "user_id": "U0BOT", "team": "Лампи", "user": "lamps"}
            case "apps.connections.open":
                told = {"url": f"{self.plain_url.replace('http', 'ws', 1)}/link"}
            case "conversations.open":
                told = {"channel": {"id": f"D{asked['users'][1:]}"}}
            case "users.conversations":
                told = {"channels": [{"id": name, **about} for name, about in self.channels.items()]}
            case "conversations.history" | "conversations.replies":
                if self.limits and sum(one.startswith("conversations.") for one, _ in self.asked) % self.limits == 0:
                    return web.json_response({}, status=429, headers={"Retry-After": "0"})
                told = self._past(asked)
            case "users.info":
                if asked["user"] not in self.people:
                    return self._refused("user_not_found")
                told = {"user": self.people[asked["user"]]}
            case "files.info" | "files.getUploadURLExternal" | "files.completeUploadExternal":
                return self._of_files(method, asked)
            case "chat.postMessage":
                return self._post(request, asked)
            case _:
                return self._refused("unknown_method")
        return self._answer(told)

    def _past(self, asked: dict[str, str]) -> dict[str, Any]:
        said = self.history.get(asked["channel"], [])
        if "ts" in asked:
            found = [one for one in said if asked["ts"] in (one["ts"], one.get("thread_ts"))]
            found = [one for one in found if one["ts"] == asked["ts"] or one["ts"] > asked["oldest"]]
        else:
            found = [one for one in said if one.get("thread_ts") in (None, one["ts"]) and one["ts"] > asked["oldest"]]
            found = found[::-1]
        at = int(asked.get("cursor", "0"))
        following = str(at + self.page) if at + self.page < len(found) else ""
        return {"messages": found[at : at + self.page], "response_metadata": {"next_cursor": following}}

    def _of_files(self, method: str, asked: dict[str, str]) -> web.Response:
        if method == "files.info":
            return self._info(asked["file"])
        if method == "files.completeUploadExternal":
            self.shared.append(asked)
            return self._answer({"files": []})
        name = f"F{len(self.uploaded) + 1}"
        self.uploaded[name] = (asked["filename"], b"")
        return self._answer({"upload_url": f"{self.plain_url}/upload/{name}", "file_id": name})

    def _info(self, name: str) -> web.Response:
        if name not in self.files:
            return self._refused("file_not_found")
        address = self.places.get(name, f"{self.plain_url}/files/{name}")
        file = {"id": name, "mode": "hosted", "url_private_download": address, "size": len(self.files[name])}
        return self._answer({"file": file})

    def _post(self, request: web.Request, asked: dict[str, str]) -> web.Response:
        if not 0 < len(asked["text"]) <= MAX_CHARS:
            return self._refused("no_text" if not asked["text"] else "msg_too_long")
        self.sent.append(asked)
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return self._answer({"channel": asked["channel"], "ts": f"1795294000.{len(self.sent):06}"})

    async def _upload(self, request: web.Request) -> web.Response:
        if not self.takes_bytes:
            return web.Response(status=500)
        name = request.match_info["id"]
        self.uploaded[name] = (self.uploaded[name][0], await request.read())
        return web.Response(text="OK - 3")

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(text="<!doctype html><title>Sign in</title>", content_type="text/html")
        return web.Response(body=self.files[request.match_info["id"]])

    def _answer(self, told: dict[str, Any]) -> web.Response:
        return web.json_response({"ok": True} | told, headers={"X-OAuth-Scopes": self.scopes})

    def _refused(self, error: str) -> web.Response:
        told = {"ok": False, "error": error} | ({"needed": self.needed} if self.needed else {})
        return web.json_response(told, headers={"X-OAuth-Scopes": self.scopes})
