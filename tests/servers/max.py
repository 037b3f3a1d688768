"""MAX's Bot API for tests: subscriptions, long polling with its marker, messages, videos.

Faithful: the token in `Authorization` (401), the secret of a subscription in each post, nothing for who asks while
there is a subscription, a marker that frees what is before it, 403 for a dialog that the customer shut. Not modelled:
when MAX repeats and takes addresses away, its limits of requests.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer

TOKEN = "f9LHodD0cOJ8_example_of_a_bot_that_is_none"
SECRET = "a-secret-made-up-by-us"
BOT = 9988776
FIRST_MARKER = 500


@dataclass(kw_only=True)
class MaxServer(VendorServer):
    """`async with MaxServer() as server:` serves at `server.url`."""

    hooks: dict[str, str] = field(default_factory=dict)  # address → secret
    is_hooked: asyncio.Event = field(default_factory=asyncio.Event)
    refusals: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # path → status, code, words
    strangers: set[str] = field(default_factory=set)  # who shut the bot out
    takes: int = 1000  # messages, then it says that there are too many
    drops_answers: bool = False  # takes a message and breaks the connection
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    wire: list[bytes] = field(default_factory=list)
    freed: int = FIRST_MARKER  # updates before this one are forgotten
    is_backwards: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)
    files: dict[str, bytes] = field(default_factory=dict)
    videos: dict[str, dict[str, str]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)  # token → kind, name, content
    upload_url: str = ""  # another one than ours, for tests of strange addresses
    refuses_kinds: frozenset[str] = frozenset()  # of files
    fails_uploads: Fault | None = None  # what becomes of every file that is posted
    looks_at: int = 0  # so many messages come too early after their file

    def routes(self, router: web.UrlDispatcher) -> None:
        for path, method in (
            ("/me", self._me),
            ("/subscriptions", self._subscriptions),
            ("/updates", self._updates),
            ("/messages", self._message),
            ("/uploads", self._upload_place),
            ("/videos/{token}", self._video),
        ):
            router.add_route("*", path, self._guarded(path, method))
        router.add_get("/files/{name}", self._file)
        router.add_post("/upload/{kind}", self._upload)

    def put(self, body: bytes) -> int:
        """An update for who asks; its number."""
        self.wire.append(body)
        self.news.set()
        return FIRST_MARKER + len(self.wire) - 1

    async def tell(self, update: dict[str, Any]) -> int:
        """Post an update to every address; the last status."""
        body = json.dumps(update, ensure_ascii=False).encode()
        status = 0
        for url, secret in self.hooks.items():
            headers = {"X-Max-Bot-Api-Secret": secret, "Content-Type": "application/json"}
            async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
                status = answer.status
        return status

    def fault_of(self, request: web.Request) -> Fault | None:
        return super().fault_of(request) or (self.fails_uploads if request.path.startswith("/upload/") else None)

    def _guarded(self, path: str, method: Any) -> Any:
        async def guarded(request: web.Request) -> web.Response:
            self.calls.append((request.method, path, dict(request.query)))
            if request.headers.get("Authorization") != TOKEN:
                return _refused(401, "verify.token", "Invalid access_token")
            if path in self.refusals:
                return _refused(*self.refusals[path])
            answer = await method(request)
            assert isinstance(answer, web.Response)
            return answer

        return guarded

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response({"user_id": BOT, "first_name": "Магазин", "username": "shop_bot", "is_bot": True})

    async def _subscriptions(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            asked = await request.json()
            self.hooks[asked["url"]] = asked.get("secret", "")
            self.is_hooked.set()
        if request.method == "DELETE":
            self.hooks.pop(request.query["url"], None)
        if request.method != "GET":
            return web.json_response({"success": True})
        return web.json_response(
            {"subscriptions": [{"url": url, "time": 1, "update_types": None} for url in self.hooks]}
        )

    async def _updates(self, request: web.Request) -> web.Response:
        marker = int(request.query.get("marker", self.freed))
        self.freed = max(self.freed, marker)
        if marker >= FIRST_MARKER + len(self.wire) or self.hooks:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), float(request.query["timeout"]))
            except TimeoutError:
                return web.json_response({"updates": [], "marker": marker})
        found = self.wire[max(marker, self.freed) - FIRST_MARKER :]
        updates = b",".join(found[::-1] if self.is_backwards else found)
        body = b'{"updates":[%b],"marker":%d}' % (updates, FIRST_MARKER + len(self.wire))
        return web.Response(body=body, content_type="application/json")

    async def _message(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not asked.get("text") and not asked.get("attachments"):
            return _refused(400, "proto.payload", "text is empty")
        for attached in asked.get("attachments") or ():
            kind, _, _ = self.uploads.get(attached["payload"]["token"], ("", "", b""))
            if kind != attached["type"]:
                return _refused(400, "proto.payload", "Invalid token of attachment")
            if self.looks_at > 0:
                self.looks_at -= 1
                return _refused(400, "attachment.not.ready", "Key: errors.process.attachment.file.not.processed")
        who = request.query.get("user_id", "")
        if who in self.strangers:
            return _refused(403, "chat.denied", f"Key: error.dialog.suspended, args: [{who},].")
        if len(self.sent) >= self.takes:
            return _refused(429, "too.many.requests", "Too many requests")
        self.sent.append(asked | dict(request.query))
        if self.drops_answers and request.transport is not None:
            request.transport.abort()
        body = {"mid": mid(len(self.sent)), "seq": 115512345678909999, "text": asked.get("text")}
        return web.json_response({"message": {"recipient": {"chat_id": 1, "chat_type": "dialog"}, "body": body}})

    async def _upload_place(self, request: web.Request) -> web.Response:
        """Of videos and sound the token is told at once, of others with the file."""
        kind = request.query["type"]
        place = {"url": self.upload_url or f"{self.url}/upload/{kind}"}
        return web.json_response(place | ({"token": self._next(kind)} if kind in ("video", "audio") else {}))

    async def _upload(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        assert "Authorization" not in request.headers, "the address is the proof"
        file = (await request.post())["data"]
        assert isinstance(file, web.FileField)
        if kind in self.refuses_kinds:
            return web.json_response({"error_code": "4", "error_msg": "unsupported"}, status=400)
        token = self._next(kind)
        self.uploads[token] = (kind, file.filename, file.file.read())
        if kind == "image":
            return web.json_response({"photos": {"8123456789": {"token": token}}})
        if kind == "file":
            return web.json_response({"fileId": 1, "token": token})
        return web.Response(text="<retval>1</retval>", content_type="text/xml")

    def _next(self, kind: str) -> str:
        return f"{kind}-token-{len(self.uploads) + 1}"

    async def _video(self, request: web.Request) -> web.Response:
        urls = self.videos.get(request.match_info["token"])
        if urls is None:
            return _refused(404, "not.found", "Video not found")
        return web.json_response({"token": request.match_info["token"], "urls": urls})

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def mid(number: int) -> str:
    """A message's id, as MAX writes it."""
    return f"mid.ffffffffc0a1b2c3{number:016x}"


def _refused(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"code": code, "message": words}, status=status)
