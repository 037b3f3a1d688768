"""Viber's Bot API for tests: tries a webhook before it takes it, signs what it posts, answers 200 to nearly everything.

Faithful: the token in its header (status 2), set_webhook's call of the address (status 1), what send_message must have
(status 3), who is no Viber user (5) or not subscribed (6), tokens above 2^53. Files of
a message are fetched before it is answered; Viber's apps do that later. Not modelled: how often Viber repeats.
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

TOKEN = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"
FIRST_TOKEN = 6_017_250_912_385_541_300
MAX_NAME_CHARS, MAX_TEXT_CHARS = 28, 7000


def signature(body: bytes, token: str = TOKEN) -> str:
    """As documented: HMAC-SHA256 of the body under the bot's token, in hex."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


@dataclass(kw_only=True)
class ViberServer(VendorServer):
    """`async with ViberServer() as server:` serves at `server.api`."""

    webhook: str = ""
    is_hooked: asyncio.Event = field(default_factory=asyncio.Event)  # a webhook was taken
    event_types: list[str] = field(default_factory=list)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # method → status and its words
    strangers: set[str] = field(default_factory=set)  # not subscribed
    takes: int = 1000  # messages, then it says that there are too many
    drops_answers: bool = False  # takes a message and breaks the connection
    tells_first: str = ""  # an event that is posted of a message, which is answered once `answer_now` is set
    answer_now: asyncio.Event = field(default_factory=asyncio.Event)
    telling: list[asyncio.Task[tuple[int, bytes]]] = field(default_factory=list)
    fetched: list[tuple[str, bytes]] = field(default_factory=list)  # files of messages: type and bytes
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"{self.url}/pa"

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/pa/{method}", self._call)
        router.add_get("/media/{name}", self._file)

    async def tell(self, event: dict[str, Any]) -> tuple[int, bytes]:
        """Post an event to the webhook; status and body of the answer."""
        body = json.dumps(event).encode()
        headers = {"X-Viber-Content-Signature": signature(body), "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session, session.post(self.webhook, data=body, headers=headers) as answer:
            return answer.status, await answer.read()

    async def all_told(self) -> list[int]:
        """What the posts of `tells_first` were answered with."""
        return [status for status, _ in await asyncio.gather(*self.telling)]

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _call(self, request: web.Request) -> web.Response:
        method, asked = request.match_info["method"], json.loads(await request.read())
        self.calls.append((method, asked))
        if request.headers.get("X-Viber-Auth-Token") != TOKEN:
            return _said(2, "invalidAuthToken")
        if method in self.refusals:
            return _said(*self.refusals[method])
        match method:
            case "set_webhook":
                return await self._set_webhook(asked)
            case "get_account_info":
                return _said(0, "ok", id="pa:75346594275468546724", name="Лампи", webhook=self.webhook, **_ACCOUNT)
            case "send_message":
                return await self._send(request, asked)
        return web.Response(status=404)

    async def _set_webhook(self, asked: dict[str, Any]) -> web.Response:
        before, self.webhook = self.webhook, asked["url"]
        check = {"event": "webhook", "timestamp": 1795293000000, "chat_hostname": "SN-CHAT-11_", "message_token": 1}
        try:
            status, _ = await self.tell(check)
        except aiohttp.ClientError:
            status = 0
        if status != 200:
            self.webhook = before
            return _said(1, "Result:HttpStatus status:" + str(status))
        self.event_types = asked["event_types"]
        self.is_hooked.set()
        return _said(0, "ok", chat_hostname="SN-CHAT-11_", event_types=self.event_types)

    async def _send(self, request: web.Request, asked: dict[str, Any]) -> web.Response:
        name = asked.get("sender", {}).get("name", "")
        if not 0 < len(name) <= MAX_NAME_CHARS or not await self._is_good(asked):
            return _said(3, "badData")
        if asked["receiver"] in self.strangers:
            return _said(6, "notSubscribed")
        if len(self.sent) >= self.takes:
            return _said(12, "tooManyRequests")
        token = FIRST_TOKEN + len(self.sent)
        self.sent.append(asked)
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        if self.tells_first:
            event = {"event": self.tells_first, "message_token": token, "user_id": asked["receiver"], "timestamp": 1}
            self.telling.append(asyncio.create_task(self.tell(event)))
            await self.answer_now.wait()
        return _said(0, "ok", message_token=token, chat_hostname="SN-CHAT-11_", billing_status=1)

    async def _is_good(self, asked: dict[str, Any]) -> bool:
        """Whether a message is what its type must be; its file is fetched for that."""
        kind, text = asked.get("type"), asked.get("text", "")
        if kind == "text":
            return 0 < len(text) <= MAX_TEXT_CHARS
        async with aiohttp.ClientSession() as session, session.get(asked["media"]) as answer:
            found = (answer.content_type, await answer.read())
            self.fetched.append(found)
        is_there, ending = answer.status == 200, asked["media"].rpartition(".")[2]
        match kind:
            case "picture":
                return is_there and "text" in asked and len(text) <= 768 and ending in ("jpg", "jpeg", "png")
            case "video":
                return is_there and ending == "mp4" and asked["size"] == len(found[1]) <= 27_262_976
            case "file":
                is_named = 0 < len(asked["file_name"]) <= 256 and "/" not in ending
                return is_there and is_named and asked["size"] == len(found[1]) <= 52_428_800
        return False


_ACCOUNT = {"uri": "lampy", "subscribers_count": 35, "event_types": ["delivered", "seen"], "country": "UA"}


def _said(status: int, words: str, **more: Any) -> web.Response:
    return web.json_response({"status": status, "status_message": words, **more})
