"""VK for tests: the API's methods that are used, Long Poll with its numbered events, a Callback API server that asks
for its confirmation before it posts.

Faithful: 200 with an `error` to what is refused (5 wrong token, 15 a right that is missing, 901 not let in), one
message for each `random_id` of a conversation, `failed` 1 for a place that is no longer kept and 2 for an old key, `ok`
and nothing else as an acknowledgement. Not modelled: for how long events are kept, how often VK repeats.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

TOKEN = "vk1.a.ExampleTokenOfATestCommunity"
SECRET = "kJ8shop4711"
GROUP = 212345678
CODE = "b1357503"
FIRST_NUMBER = 61
FIRST_TS = 100
RIGHTS = ("messages", "manage", "wall", "photos", "docs")


class Refused(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(kw_only=True)
class VkServer(VendorServer):
    """`async with VkServer() as server:` serves the API at `server.url`."""

    rights: tuple[str, ...] = RIGHTS
    servers: list[dict[str, Any]] = field(default_factory=list)  # of the Callback API
    settings: dict[str, str] = field(default_factory=dict)  # as last set, of either transport
    is_hooked: asyncio.Event = field(default_factory=asyncio.Event)
    is_long_poll_on: bool = False
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # method → error
    strangers: set[int] = field(default_factory=set)  # didn't let the community write
    takes: int = 1000  # messages, then it says that there are too many
    refuses_after: tuple[int, int] | None = None  # messages taken, the error from then on
    drops_answers: bool = False  # takes a message and breaks the connection
    sent: list[dict[str, str]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    wire: list[bytes] = field(default_factory=list)  # events, numbered from FIRST_TS on
    asked_ts: int = 0  # the highest place that was asked with
    oldest_ts: int = FIRST_TS
    lost_until_ts: int = 0  # before this place, keys and places are forgotten
    keys: int = 1  # given out; the last one holds
    is_backwards: bool = False
    is_restless: bool = False  # answers at once, also where there is nothing new
    news: asyncio.Event = field(default_factory=asyncio.Event)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)  # kind, name, content
    upload_url: str = ""  # another one than ours, for tests of strange addresses
    takes_files: bool = True
    people: dict[int, tuple[str, str]] = field(default_factory=dict)  # number → first and last name
    gone: set[int] = field(default_factory=set)  # conversations that the community is no longer in
    conversations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # peer → its messages, oldest first
    _answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/method/{method}", self._call)
        router.add_get("/whp/212345678", self._poll)
        router.add_get("/files/{name}", self._file)
        router.add_post("/upload/{kind}", self._upload)

    # What people and administrators do

    def put(self, body: bytes) -> int:
        """An event for Long Poll; its number."""
        self.wire.append(body)
        self.news.set()
        return FIRST_TS + len(self.wire) - 1

    async def tell(self, event: dict[str, Any]) -> tuple[int, str]:
        """Post an event to every server that is confirmed; the last answer."""
        body = json.dumps(event | {"secret": SECRET}, ensure_ascii=False).encode()
        answer = (0, "")
        for server in self.servers:
            answer = await self._post(server["url"], body)
        return answer

    def forget(self, until_ts: int) -> None:
        """Events before this place are no longer kept."""
        self.oldest_ts = until_ts

    async def _post(self, url: str, body: bytes) -> tuple[int, str]:
        headers = {"Content-Type": "application/json"}
        try:
            async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientError:
            return 0, ""

    # The API

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        asked = {name: str(value) for name, value in (await request.post()).items()}
        self.calls.append((method, asked))
        try:
            if asked.pop("access_token") != TOKEN:
                raise Refused(5, "User authorization failed: invalid access_token (4).")
            if method in self.refusals:
                raise Refused(*self.refusals[method])
            return web.json_response({"response": await self._done(request, method, asked)})
        except Refused as exc:
            fault = {"error_code": exc.code, "error_msg": str(exc), "request_params": [{"key": "v", "value": "5.199"}]}
            return web.json_response({"error": fault})

    async def _done(self, request: web.Request, method: str, asked: dict[str, str]) -> Any:
        match method:
            case "users.get":
                asked_for = [int(number) for number in asked["user_ids"].split(",")]
                found = [(number, *self.people[number]) for number in asked_for if number in self.people]
                return [{"id": number, "first_name": first, "last_name": last} for number, first, last in found]
            case "groups.getTokenPermissions":
                return {"mask": 0, "permissions": [{"name": name, "setting": 1} for name in self.rights]}
            case "groups.getById":
                return {"groups": [{"id": GROUP, "name": "Лампы", "screen_name": "lampy"}], "profiles": []}
            case "groups.getCallbackConfirmationCode":
                self._require("manage")
                return {"code": CODE}
            case "groups.getCallbackServers":
                self._require("manage")
                return {"count": len(self.servers), "items": self.servers}
            case "groups.addCallbackServer" | "groups.editCallbackServer":
                return await self._serve(asked)
            case "groups.setCallbackSettings" | "groups.setLongPollSettings":
                self._require("manage")
                self.settings = asked
                self.is_long_poll_on = self.is_long_poll_on or asked.get("enabled") == "1"
                return 1
            case "groups.getLongPollServer":
                if not self.is_long_poll_on:
                    raise Refused(100, "One of the parameters specified was missing or invalid: longpoll not enabled")
                self.keys += 1
                ts = str(FIRST_TS + len(self.wire))
                return {"key": f"key{self.keys}", "server": f"{self.url}/whp/{GROUP}", "ts": ts}
        return self._say(request, method, asked)

    def _say(self, request: web.Request, method: str, asked: dict[str, str]) -> Any:
        match method:
            case "photos.getMessagesUploadServer" | "docs.getMessagesUploadServer":
                kind = method.partition(".")[0]
                self._require(kind)
                return {"upload_url": self.upload_url or f"{self.url}/upload/{kind}"}
            case "photos.saveMessagesPhoto":
                return [{"id": 457239100 + len(self.uploads), "owner_id": -GROUP, "access_key": "ak"}]
            case "docs.save":
                return {
                    "type": "doc",
                    "doc": {"id": 700 + len(self.uploads), "owner_id": -GROUP, "title": asked["title"]},
                }
            case "messages.getConversations":
                return self._listed(asked)
            case "messages.getHistory":
                if (peer := int(asked["peer_id"])) in self.gone:
                    raise Refused(917, "You don't have access to this chat")
                return self._page(self.conversations[peer][::-1], asked)
            case "messages.send":
                return self._sent(request, asked)
            case "wall.createComment":
                self._require("wall")
                return {"comment_id": 900 + len([one for one, _ in self.calls if one == method]), "parents_stack": []}
        raise Refused(3, "Unknown method passed")

    def _require(self, right: str) -> None:
        if right not in self.rights:
            raise Refused(15, "Access denied: group token has no such right")

    async def _serve(self, asked: dict[str, str]) -> Any:
        self._require("manage")
        given = {"url": asked["url"], "title": asked["title"], "secret_key": asked["secret_key"], "creator_id": 1}
        known = next((one for one in self.servers if str(one["id"]) == asked.get("server_id")), None)
        server: dict[str, Any] = {"id": len(self.servers) + 1} if known is None else known
        server.update(given)
        if known is None:
            self.servers.append(server)
        body = json.dumps({"type": "confirmation", "group_id": GROUP, "secret": asked["secret_key"]}).encode()
        is_right = await self._post(server["url"], body) == (200, CODE)
        server["status"] = "ok" if is_right else "failed"
        if is_right:
            self.is_hooked.set()
        return {"server_id": server["id"]} if known is None else 1

    def _listed(self, asked: dict[str, str]) -> Any:
        self._require("messages")
        latest = sorted(self.conversations.items(), key=lambda one: -one[1][-1]["date"])
        items = [{"conversation": {"peer": {"id": peer}}, "last_message": said[-1]} for peer, said in latest]
        return self._page(items, asked)

    @staticmethod
    def _page(items: list[Any], asked: dict[str, str]) -> Any:
        first = int(asked["offset"])
        return {"count": len(items), "items": items[first : first + int(asked["count"])]}

    def _sent(self, request: web.Request, asked: dict[str, str]) -> Any:
        peer, number = asked["peer_ids"], asked.get("random_id", "0")
        self._require("messages")
        if not asked.get("message") and not asked.get("attachment"):
            raise Refused(100, "One of the parameters specified was missing or invalid: message is empty or invalid")
        if int(peer) in self.strangers:
            fault = {"code": 901, "description": "Can't send messages for users without permission"}
            return [{"peer_id": int(peer), "message_id": 0, "error": fault}]
        if self.refuses_after and len(self.sent) >= self.refuses_after[0]:
            raise Refused(self.refuses_after[1], "why")
        if (peer, number) not in self._answers:
            if len(self.sent) >= self.takes:
                raise Refused(6, "Too many requests per second")
            found = {"peer_id": int(peer), "message_id": 8841 + len(self.sent)}
            self._answers[peer, number] = found | {"conversation_message_id": FIRST_NUMBER + len(self.sent)}
            self.sent.append(asked)
        if self.drops_answers and request.transport is not None:
            request.transport.abort()
        return [self._answers[peer, number]]

    async def _poll(self, request: web.Request) -> web.Response:
        ts = int(request.query["ts"])
        if request.query["key"] != f"key{self.keys}":
            return web.json_response({"failed": 2})
        if ts < self.lost_until_ts:
            self.keys += 1
            return web.json_response({"failed": 3})
        if ts < self.oldest_ts:
            return web.json_response({"failed": 1, "ts": self.oldest_ts})
        self.asked_ts = max(self.asked_ts, ts)
        if ts >= FIRST_TS + len(self.wire) and not self.is_restless:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), float(request.query["wait"]))
            except TimeoutError:
                return web.json_response({"ts": str(ts), "updates": []})
            if request.query["key"] != f"key{self.keys}":
                return web.json_response({"failed": 2})
        found = self.wire[ts - FIRST_TS :]
        updates = b",".join(found[::-1] if self.is_backwards else found)
        body = b'{"ts":"%d","updates":[%b]}' % (FIRST_TS + len(self.wire), updates)
        return web.Response(body=body, content_type="application/json")

    async def _upload(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        file = (await request.post())["photo" if kind == "photos" else "file"]
        assert isinstance(file, web.FileField)
        self.uploads.append((kind, file.filename, file.file.read()))
        held = {"server": 7, "photo": "[1]", "hash": "h"} if kind == "photos" else {"file": "f|1"}
        refused = {"server": 7, "photo": "[]", "hash": ""} if kind == "photos" else {"error": "unknown error"}
        return web.json_response(held if self.takes_files else refused)

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)
