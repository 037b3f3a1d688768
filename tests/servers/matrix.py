"""A homeserver for tests: one stream of numbered events, limited timelines, pages back, invitations, transaction ids.

Faithful: 401 M_UNKNOWN_TOKEN for a wrong token, `limited` with `prev_batch` where a room has more than was asked for,
400 M_UNKNOWN for a foreign place, one event for a transaction id, files for who has the token. Not modelled: events
that are emptied by a redaction, state and power levels, other homeservers, /sync's filters but for the limit.
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer

TOKEN = "syt_aHVi_TestAccessTokenOfTheHub"
ME = "@hub:shop.example"
BEGUN_MS = 1_768_470_000_000  # 2026-01-15T09:40:00Z
STEP_MS = 1000


@dataclass(kw_only=True)
class Invitation:
    """`inviter` wants ME in the room."""

    inviter: str
    is_direct: bool = True


@dataclass(kw_only=True)
class MatrixServer(VendorServer):
    """`async with MatrixServer() as server:` serves at `server.url`."""

    stream: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # (room, event), the position is the place
    members: dict[str, dict[str, str]] = field(default_factory=dict)  # room → user → displayname
    invitations: dict[str, tuple[int, Invitation]] = field(default_factory=dict)
    encrypted: set[str] = field(default_factory=set)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # start of a path → status and errcode
    files: dict[str, bytes] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)  # transaction id → event id
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)  # name, type, content
    upload_size: int | None = 50 * 1024 * 1024  # None: an old homeserver, which isn't asked
    upload_refusal: tuple[int, str] | None = None  # status and errcode
    fails_uploads: Fault | None = None
    takes: int = 1000  # events of ours, then it limits them
    confirmed: int = 0  # the highest place that was asked from
    generation: int = 1  # places of another one are foreign
    token: str = TOKEN
    is_backwards: bool = False
    drops_answers: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/_matrix/client/v1/media/download/{server}/{name}", self._file)
        router.add_get("/_matrix/client/v1/media/config", self._media_config)
        router.add_post("/_matrix/media/v3/upload", self._upload)
        router.add_route("*", "/_matrix/client/v3/{path:.*}", self._call)

    # What a test does

    def happen(self, room: str, kind: str, content: Any, *, sender: str, **more: Any) -> str:
        """An event in a room; its id."""
        number = len(self.stream) + 1
        event = {
            "type": kind,
            "event_id": f"$event{number:04}",
            "sender": sender,
            "origin_server_ts": BEGUN_MS + number * STEP_MS,
            "content": content,
            "unsigned": {"age": 312},
        } | more
        self.members.setdefault(room, {ME: "Shop"}).setdefault(sender, sender[1:].partition(":")[0].title())
        self.stream.append((room, event))
        self._ring()
        return str(event["event_id"])

    def say(self, room: str, text: str, *, sender: str) -> str:
        return self.happen(room, "m.room.message", {"msgtype": "m.text", "body": text}, sender=sender)

    def take_back(self, event_id: str, *, sender: str) -> str:
        room = next(room for room, event in self.stream if event["event_id"] == event_id)
        content = {"redacts": event_id}
        return self.happen(room, "m.room.redaction", content, sender=sender, redacts=event_id)

    def invite(self, room: str, invitation: Invitation) -> None:
        """It takes a place in the stream, as on a homeserver."""
        self.stream.append(("", {}))
        self.invitations[room] = (len(self.stream), invitation)
        self._ring()

    def lose_places(self) -> None:
        self.generation += 1

    def place_of(self, event_id: str) -> int:
        return next(number for number, (_, event) in enumerate(self.stream, 1) if event.get("event_id") == event_id)

    # What the hub asks

    async def _call(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(f"{request.method} {path}")
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return fault(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        for start, refusal in self.refusals.items():
            if path.startswith(start):
                return fault(*refusal)
        match [request.method, *map(unquote, request.raw_path.partition("?")[0].split("/")[4:])]:
            case ["GET", "account", "whoami"]:
                return web.json_response({"user_id": ME, "device_id": "CHANNELHUB"})
            case ["GET", "sync"]:
                return await self._sync(request)
            case ["POST", "join", room]:
                self.invitations.pop(room, None)
                self.members.setdefault(room, {})[ME] = "Shop"
                self._ring()
                return web.json_response({"room_id": room})
            case ["GET", "rooms", room, *rest]:
                return self._room(request, room, rest)
            case ["PUT", "rooms", room, "send", "m.room.message", name]:
                return await self._send(request, room, name)
        return fault(404, "M_UNRECOGNIZED", "Unrecognized request")

    async def _sync(self, request: web.Request) -> web.Response:
        since, limit = 0, json.loads(request.query["filter"])["room"]["timeline"]["limit"]
        if place := request.query.get("since"):
            generation, _, number = place.removeprefix("s").partition("_")
            if generation != str(self.generation):
                return fault(400, "M_UNKNOWN", "Invalid stream token")
            since = int(number)
            self.confirmed = max(self.confirmed, since)
            if since >= len(self.stream):
                self.news.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.news.wait(), int(request.query["timeout"]) / 1000)
        join = {room: found for room in self._rooms() if (found := self._timeline(room, since, limit))}
        invite = {room: self._invited(one) for room, (at, one) in self.invitations.items() if at > since}
        return web.json_response(
            {"next_batch": f"s{self.generation}_{len(self.stream)}", "rooms": {"join": join, "invite": invite}}
        )

    def _rooms(self) -> list[str]:
        return list(dict.fromkeys(room for room, _ in self.stream if room and room not in self.invitations))

    def _timeline(self, room: str, since: int, limit: int) -> dict[str, Any]:
        found = [(number, event) for number, (where, event) in enumerate(self.stream, 1) if where == room]
        fresh = [(number, event) for number, event in found if number > since]
        if not fresh:
            return {}
        shown = fresh[-limit:]
        events = [event for _, event in shown]
        return {
            "timeline": {
                "events": events[::-1] if self.is_backwards else events,
                "limited": len(fresh) > limit,
                "prev_batch": f"t{shown[0][0]}",
            },
            "state": {"events": [self._member(room, sender) for sender in {one["sender"] for one in events}]},
        }

    def _room(self, request: web.Request, room: str, rest: list[str]) -> web.Response:
        match rest:
            case ["messages"]:
                before, limit = int(request.query["from"][1:]), int(request.query["limit"])
                found = [(n, event) for n, (where, event) in enumerate(self.stream, 1) if where == room and n < before]
                page = found[::-1][:limit]
                answer = {"chunk": [event for _, event in page], "start": request.query["from"]}
                return web.json_response(answer | ({"end": f"t{page[-1][0]}"} if len(found) > limit else {}))
            case ["joined_members"]:
                return web.json_response(
                    {"joined": {user: {"display_name": name} for user, name in self.members[room].items()}}
                )
            case ["event", event_id]:
                for where, event in self.stream:
                    if where == room and event["event_id"] == event_id:
                        return web.json_response(event | {"room_id": room})
            case ["state", "m.room.member", user] if user in self.members.get(room, {}):
                return web.json_response({"membership": "join", "displayname": self.members[room][user]})
            case ["state", "m.room.encryption"] if room in self.encrypted:
                return web.json_response({"algorithm": "m.megolm.v1.aes-sha2"})
        return fault(404, "M_NOT_FOUND", "Not found.")

    async def _send(self, request: web.Request, room: str, name: str) -> web.Response:
        content = await request.json()
        if name not in self.taken and len(self.sent) >= self.takes:
            return self.rate_limited(7)
        if name not in self.taken:
            self.sent.append((room, content))
            self.taken[name] = self.happen(
                room, "m.room.message", content, sender=ME, unsigned={"age": 3, "transaction_id": name}
            )
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"event_id": self.taken[name]})

    def fault_of(self, request: web.Request) -> Fault | None:
        return super().fault_of(request) or (self.fails_uploads if request.path.endswith("/upload") else None)

    async def _media_config(self, request: web.Request) -> web.Response:
        if self.upload_size is None:
            return fault(404, "M_UNRECOGNIZED", "Unrecognized request")
        return web.json_response({"m.upload.size": self.upload_size})

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return fault(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        if self.upload_refusal:
            return fault(*self.upload_refusal)
        if self.upload_size is not None and len(content) > self.upload_size:
            return fault(413, "M_TOO_LARGE", "Upload request body is too large")
        self.uploads.append((request.query["filename"], request.content_type, content))
        return web.json_response({"content_uri": f"mxc://shop.example/Up{len(self.uploads)}"})

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return fault(401, "M_MISSING_TOKEN", "Missing access token")
        address = f"mxc://{request.match_info['server']}/{request.match_info['name']}"
        if address not in self.files:
            return fault(404, "M_NOT_FOUND", "Not found.")
        return web.Response(body=self.files[address])

    def _member(self, room: str, user: str) -> dict[str, Any]:
        name = self.members[room].get(user, "")
        return {
            "type": "m.room.member",
            "state_key": user,
            "sender": user,
            "event_id": f"$member{len(name)}",
            "content": {"membership": "join", "displayname": name},
        }

    def _invited(self, invitation: Invitation) -> dict[str, Any]:
        told = {"membership": "invite", "is_direct": invitation.is_direct}
        event = {"type": "m.room.member", "state_key": ME, "sender": invitation.inviter, "content": told}
        return {"invite_state": {"events": [{"type": "m.room.name", "state_key": "", "sender": "@a:b"}, event]}}

    def _ring(self) -> None:
        self.news.set()

    def rate_limited(self, retry_after_s: int) -> web.Response:
        """What homeservers sent before they had the header."""
        body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": retry_after_s * 1000}
        return web.json_response(body, status=429)


def fault(status: int, errcode: str, error: str = "no") -> web.Response:
    return web.json_response({"errcode": errcode, "error": error}, status=status)
