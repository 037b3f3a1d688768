"""Discord for tests: its gateway with sessions that are resumed, and the REST API.

Faithful: hello, beats and their answers, sessions with numbered events told again from where a resume asks, close
codes, nonces taken once, messages after an id in pages with the newest first. Not faithful: a new session is told what
was said and not yet confirmed, which Discord would leave to the channels' past; `forgets` makes it so.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer

BOT = "900112233445566778"
TOKEN = "OTAwMTEy.of-a-test-bot.Xy7"
MAX_CONTENT = 2000
#: What may become of a connection to the gateway while it is opened.
_OF_LINKS = frozenset({Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.HTML_PAGE, Fault.HTML_OK, Fault.HANGS})


@dataclass(kw_only=True)
class Session:
    """What it was told, with numbers beginning at 1."""

    id: str
    told: list[str] = field(default_factory=list)
    is_known: bool = True


@dataclass(kw_only=True)
class DiscordServer(VendorServer):
    """`async with DiscordServer() as server:` serves the REST API at `server.api`."""

    interval_ms: int = 45_000
    answers_beats: bool = True
    closes_with: int = 0  # at an identify
    invalid: bool = False  # op 9 at an identify
    remaining: int = 1000
    flags: int = 1 << 19
    events: dict[str, tuple[str, Any]] = field(default_factory=dict)  # key → event and its data
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # key → session and number
    is_confirmed: Callable[[str], bool] = lambda _key: False
    forgets: bool = False  # a new session is told nothing of before
    sessions: list[Session] = field(default_factory=list)
    links: list[web.WebSocketResponse] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    resumed: list[dict[str, Any]] = field(default_factory=list)
    beats: list[Any] = field(default_factory=list)
    refusals: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)  # part of a path → answer
    drops_answers: bool = False  # takes a message and breaks the connection
    asked: list[str] = field(default_factory=list)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # channel → messages
    limits: int = 0  # of each so many pages of a channel's messages the last one is refused
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    sent_files: list[tuple[str, bytes]] = field(default_factory=list)
    nonces: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/gateway/", self._link)
        router.add_get("/files/{id}", self._file)
        router.add_route("*", "/discord/{path:.*}", self._call)

    @property
    def api(self) -> str:
        return f"{self.url}/discord"

    @property
    def gateway(self) -> str:
        return f"{self.plain_url.replace('http', 'ws', 1)}/gateway"

    def fault_of(self, request: web.Request) -> Fault | None:
        """A connection that is open can't be answered half, so it is reset instead."""
        fault = super().fault_of(request)
        is_half = request.path == "/gateway/" and fault is not None and fault not in _OF_LINKS
        return Fault.RESET_BEFORE if is_half else fault

    def rate_limited(self, retry_after_s: int) -> web.Response:
        told = {"message": "You are being rate limited.", "retry_after": float(retry_after_s), "global": False}
        return web.json_response(told, status=429, headers={"Retry-After": str(retry_after_s)})

    # The gateway

    async def tell(self, event: str, data: Any) -> str:
        """An event for the bot, now or when it is connected; its key."""
        key = str(len(self.events) + 1)
        self.events[key] = (event, data)
        await self._say(key)
        return key

    async def tell_again(self, key: str) -> None:
        """Under the number that it has in its session."""
        session, number = self.places.get(key, ("", 0))
        if self.links and self.sessions[-1].id == session:
            await self.links[-1].send_str(self.sessions[-1].told[number - 1])

    async def say(self, frame: dict[str, Any]) -> None:
        """A frame of the gateway's own."""
        await self.links[-1].send_str(json.dumps(frame))

    async def close_links(self, code: int) -> None:
        for link in list(self.links):
            await link.close(code=code)

    def break_links(self) -> None:
        for link in self.links:
            if link._req is not None and link._req.transport is not None:
                link._req.transport.abort()
        self.links.clear()

    async def _say(self, key: str) -> None:
        if not self.sessions or not self.sessions[-1].is_known:
            return
        event, data = self.events[key]
        frame = self._numbered(self.sessions[-1], event, data)
        self.places[key] = (self.sessions[-1].id, len(self.sessions[-1].told))
        if self.links:
            await self.links[-1].send_str(frame)

    def _numbered(self, session: Session, event: str, data: Any) -> str:
        frame = json.dumps({"op": 0, "t": event, "s": len(session.told) + 1, "d": data}, ensure_ascii=False)
        session.told.append(frame)
        return frame

    async def _link(self, request: web.Request) -> web.StreamResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        await link.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": self.interval_ms}}))
        try:
            async for message in link:
                frame = json.loads(message.data)
                if frame["op"] == 1:
                    self.beats.append(frame["d"])
                    if self.answers_beats:
                        await link.send_str('{"op":11}')
                elif frame["op"] == 2:
                    await self._begin(link, frame["d"])
                elif frame["op"] == 6:
                    await self._resume(link, frame["d"])
        finally:
            if link in self.links:
                self.links.remove(link)
        return link

    async def _begin(self, link: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        self.identified.append(asked)
        if asked["token"] != TOKEN or self.closes_with:
            await link.close(code=self.closes_with or 4004)
            return
        if self.invalid:
            await link.send_str('{"op":9,"d":false}')
            return
        session = Session(id=f"session-{len(self.sessions) + 1}")
        self.sessions.append(session)
        self.links.append(link)
        ready = {"v": 10, "user": {"id": BOT}, "session_id": session.id, "resume_gateway_url": self.gateway}
        await link.send_str(self._numbered(session, "READY", ready | {"guilds": []}))
        for key in self.events:
            if not self.forgets and not self.is_confirmed(key):
                await self._say(key)

    async def _resume(self, link: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        self.resumed.append(asked)
        session = self.sessions[-1] if self.sessions else None
        if session is None or session.id != asked["session_id"] or not session.is_known:
            await link.send_str('{"op":9,"d":false}')
            return
        self.links.append(link)
        for frame in session.told[asked["seq"] :]:
            await link.send_str(frame)
        await link.send_str(self._numbered(session, "RESUMED", {}))

    # The REST API

    async def _call(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(path)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _fault(401, 0, "401: Unauthorized")
        for part, (status, told) in self.refusals.items():
            if part in path:
                return web.json_response(told, status=status)
        if request.method == "POST":
            return await self._take(request, path.split("/"))
        match path.split("/"):
            case ["users", "@me"]:
                return web.json_response({"id": BOT, "username": "lamps", "bot": True})
            case ["applications", "@me"]:
                return web.json_response({"id": "1", "flags": self.flags})
            case ["gateway", "bot"]:
                limits = {"total": 1000, "remaining": self.remaining, "reset_after": 3_600_000, "max_concurrency": 1}
                return web.json_response({"url": self.gateway, "shards": 1, "session_start_limit": limits})
            case ["users", "@me", "guilds"]:
                guilds = {str(one["guild_id"]) for one in self.channels.values() if "guild_id" in one}
                return web.json_response([{"id": guild} for guild in sorted(guilds)])
            case ["guilds", guild, "members", user]:
                return web.json_response(self.members[user]) if user in self.members else _fault(404, 10007, "Unknown")
            case ["guilds", guild, *rest]:
                return self._of_guild(guild, is_threads=rest == ["threads", "active"])
            case ["channels", channel, *rest]:
                return self._of_channel(request, channel, rest)
        return _fault(404, 0, "404: Not Found")

    def _of_channel(self, request: web.Request, channel: str, rest: list[str]) -> web.Response:
        match rest:
            case []:
                known = self.channels.get(channel)
                return web.json_response({"id": channel, **known}) if known else _fault(404, 10003, "Unknown Channel")
            case ["messages"]:
                return self._past(channel, request)
        found = [one for one in self.said.get(channel, []) if one["id"] == rest[-1]]
        return web.json_response(found[0]) if found else _fault(404, 10008, "Unknown Message")

    async def _take(self, request: web.Request, path: list[str]) -> web.Response:
        match path:
            case ["users", "@me", "channels"]:
                return web.json_response({"id": f"77{(await request.json())['recipient_id']}", "type": 1})
            case ["channels", channel, "messages"]:
                return await self._post(request, channel)
        return _fault(404, 0, "404: Not Found")

    def _of_guild(self, guild: str, *, is_threads: bool) -> web.Response:
        found = [
            {"id": name, **one}
            for name, one in self.channels.items()
            if one.get("guild_id") == guild and (one.get("type") in (10, 11, 12)) == is_threads
        ]
        return web.json_response({"threads": found} if is_threads else found)

    def _past(self, channel: str, request: web.Request) -> web.Response:
        if self.limits and sum(path.endswith("/messages") for path in self.asked) % self.limits == 0:
            return web.json_response({"message": "slow", "retry_after": 0.001}, status=429)
        after, limit = int(request.query["after"]), int(request.query["limit"])
        newer = sorted((one for one in self.said.get(channel, []) if int(one["id"]) > after), key=lambda one: one["id"])
        return web.json_response(newer[:limit][::-1])

    async def _post(self, request: web.Request, channel: str) -> web.Response:
        if request.content_type == "application/json":
            asked = await request.json()
        else:
            form = await request.post()
            asked = json.loads(form["payload_json"])  # type: ignore[arg-type]
            for name, part in form.items():
                if name.startswith("files") and isinstance(part, web.FileField):
                    self.sent_files.append((part.filename, part.file.read()))
            asked["has_files"] = True
        if asked["nonce"] in self.nonces:
            return web.json_response({"id": self.nonces[asked["nonce"]], "channel_id": channel})
        if len(asked["content"]) > MAX_CONTENT or not (asked["content"] or asked.get("has_files")):
            return _fault(400, 50035, "Invalid Form Body")
        self.sent.append(asked | {"channel": channel})
        self.nonces[asked["nonce"]] = str(1441530700000000000 + len(self.sent))
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"id": self.nonces[asked["nonce"]], "channel_id": channel})

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["id"]])


def _fault(status: int, code: int, words: str) -> web.Response:
    return web.json_response({"message": words, "code": code}, status=status)
