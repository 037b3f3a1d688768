"""An account's server for tests: sessions that end, a list of notifications, posts by key, a log of conversations.

Faithful: 400 ExpiredToken until the session is renewed, the list's newest first with a cursor into the past,
createRecord failing with 500 on a key that is there, getPosts leaving out what was deleted, a log that begins at its
end for who has no place in it, direct messages without any key. Not modelled: other servers, who may write to whom.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from channelhub.sdk.testing import VendorServer

PASSWORD = "abcd-efgh-ijkl-mnop"
ME, HANDLE = "did:plc:shop7hdynmk6r22z27h6tvur", "shop.example"
BEGUN = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)
POSTS = "app.bsky.feed.post"


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(kw_only=True)
class BlueskyServer(VendorServer):
    """`async with BlueskyServer() as server:` serves at `server.url`."""

    notifications: list[dict[str, Any]] = field(default_factory=list)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    logs: list[dict[str, Any]] = field(default_factory=list)
    convos: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # method → status, error, message
    files: dict[str, bytes] = field(default_factory=dict)
    blobs: dict[str, dict[str, Any]] = field(default_factory=dict)  # by their digests, as posts name them
    written: list[dict[str, Any]] = field(default_factory=list)
    direct: list[tuple[str, str]] = field(default_factory=list)  # (conversation, text)
    asked: list[str] = field(default_factory=list)
    proxied: set[str] = field(default_factory=set)  # methods that were asked of the chat service
    logins: int = 0
    session: int = 0  # access tokens of another one ended
    has_refresh: bool = True  # whether sessions can be renewed
    may_chat: bool = True
    page: int = 100
    blob_contents: dict[str, bytes] = field(default_factory=dict)
    max_blob_bytes: int = 2_000_000
    is_backwards: bool = False
    answers: asyncio.Event = field(default_factory=_set)  # cleared: a direct message is taken and its answer waits
    lost: set[str] = field(default_factory=set)  # methods that are done once, and answered with 502
    drops_answers: bool = False  # about what was written
    _number: int = 0

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/img/feed_fullsize/plain/{did}/{cid}", self._file)
        router.add_route("*", "/xrpc/{name}", self._call)

    # What a test does

    def notify(self, reason: str, author: dict[str, Any], record: dict[str, Any], **more: Any) -> str:
        """A notification of a record; its address."""
        at = self._next()
        uri = f"at://{author['did']}/{POSTS}/3m6b4kq{self._number:06}"
        told = {
            "uri": uri,
            "cid": f"bafyrei{self._number:06}",
            "author": author,
            "reason": reason,
            "record": {"$type": POSTS, "createdAt": at} | record,
            "isRead": False,
            "indexedAt": at,
            "labels": [],
        } | more
        self.notifications.append(told)
        self.posts[uri] = {key: told[key] for key in ("uri", "cid", "author", "record", "indexedAt")}
        return uri

    def mention(self, author: dict[str, Any], text: str, **record: Any) -> str:
        return self.notify("mention", author, {"text": text, "langs": ["uk"]} | record)

    def happen(self, kind: str, convo: str, **more: Any) -> str:
        """Something in a direct conversation; its place in the log."""
        self._next()
        rev = f"2222{self._number:09}"
        self.logs.append({"$type": f"chat.bsky.convo.defs#{kind}", "rev": rev, "convoId": convo} | more)
        return rev

    def say(self, convo: str, did: str, text: str) -> dict[str, Any]:
        """A direct message."""
        at = self._next()
        message = {
            "$type": "chat.bsky.convo.defs#messageView",
            "id": f"3mdm{self._number:09}",
            "rev": f"2222{self._number:09}",
            "text": text,
            "sender": {"did": did},
            "sentAt": at,
        }
        self.happen("logCreateMessage", convo, message=message)
        return message

    # What the hub asks

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        if name == "com.atproto.server.createSession":
            return await self._login(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if name == "com.atproto.server.refreshSession":
            return self._refresh(token)
        if token != f"access-{self.session}":
            return fault(400, "ExpiredToken", "Token has expired")
        if name.startswith("chat.") and request.headers.get("atproto-proxy") == "did:web:api.bsky.chat#bsky_chat":
            self.proxied.add(name)
        elif name.startswith("chat."):
            return fault(501, "MethodNotImplemented", "Method Not Implemented")
        if name.startswith("chat.") and not self.may_chat:
            return fault(400, "InvalidToken", "Bad token method")
        if name in self.refusals:
            return fault(*self.refusals[name])
        answer = await self._answer(name, request)
        if name in self.lost:
            self.lost.remove(name)
            return fault(502, "UpstreamFailure", "Upstream Failure")
        return answer

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        match name:
            case "app.bsky.notification.listNotifications":
                return self._listed(request)
            case "app.bsky.feed.getPosts":
                uris = request.query.getall("uris")
                return web.json_response({"posts": [self.posts[uri] for uri in uris if uri in self.posts]})
            case "com.atproto.repo.getRecord":
                uri = f"at://{request.query['repo']}/{request.query['collection']}/{request.query['rkey']}"
                if uri not in self.posts:
                    return fault(400, "RecordNotFound", f"Could not locate record: {uri}")
                self._drop(request)
                return web.json_response({"uri": uri, "cid": self.posts[uri]["cid"]})
            case "com.atproto.repo.uploadBlob":
                return self._keep(await request.read(), request.content_type)
            case "com.atproto.repo.createRecord":
                return self._write(await request.json(), request)
            case "chat.bsky.convo.getLog":
                return self._log(request)
            case "chat.bsky.convo.getConvo":
                convo = request.query["convoId"]
                if convo not in self.convos:
                    return fault(400, "InvalidRequest", "Convo not found")
                return web.json_response({"convo": {"id": convo, "members": self.convos[convo]}})
            case "chat.bsky.convo.sendMessage":
                asked = await request.json()
                self.direct.append((asked["convoId"], asked["message"]["text"]))
                sent = self.say(asked["convoId"], ME, asked["message"]["text"])
                await self.answers.wait()
                self._drop(request)
                return web.json_response(sent)
        return fault(501, "MethodNotImplemented", "Method Not Implemented")

    async def _login(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked["identifier"] not in (HANDLE, ME) or asked["password"] != PASSWORD:
            return fault(401, "AuthenticationRequired", "Invalid identifier or password")
        self.logins += 1
        return self._tokens()

    def _refresh(self, token: str) -> web.Response:
        if not self.has_refresh or not token.startswith("refresh-"):
            return fault(400, "ExpiredToken", "Token has been revoked")
        return self._tokens()

    def _tokens(self) -> web.Response:
        tokens = {"accessJwt": f"access-{self.session}", "refreshJwt": f"refresh-{self.session}"}
        return web.json_response(tokens | {"did": ME, "handle": HANDLE})

    def _listed(self, request: web.Request) -> web.Response:
        end = int(request.query.get("cursor", len(self.notifications)))
        limit = min(int(request.query["limit"]), self.page)
        page = self.notifications[max(0, end - limit) : end]
        answer = {"notifications": page if self.is_backwards else page[::-1], "priority": False}
        return web.json_response(answer | ({"cursor": str(end - limit)} if end > limit else {}))

    def _log(self, request: web.Request) -> web.Response:
        place = request.query.get("cursor")
        if place is None:
            return web.json_response({"logs": [], "cursor": str(len(self.logs) + 1)})
        following = self.logs[int(place) - 1 :]
        return web.json_response({"logs": following, "cursor": str(len(self.logs) + 1)})

    def _write(self, asked: dict[str, Any], request: web.Request) -> web.Response:
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        if uri in self.posts:
            return fault(500, "InternalServerError", f"There is already a value at key: {asked['rkey']}")
        if len(asked["record"]["text"]) > 300:
            return fault(400, "InvalidRequest", "Invalid app.bsky.feed.post record: text must not be longer than 300")
        images = asked["record"].get("embed", {}).get("images", [])
        if len(images) > 4 or any(one["image"] != self.blobs.get(one["image"]["ref"]["$link"]) for one in images):
            return fault(400, "InvalidRequest", "Could not find blob")
        self._next()
        self.written.append(asked)
        author = {"did": ME, "handle": HANDLE}
        self.posts[uri] = {
            "uri": uri, "cid": f"bafyrei{self._number:06}", "author": author, "record": asked["record"],
        }  # fmt: skip
        self._drop(request)
        return web.json_response({"uri": uri, "cid": self.posts[uri]["cid"]})

    def _keep(self, content: bytes, content_type: str) -> web.Response:
        """The same bytes are the same blob."""
        if len(content) > self.max_blob_bytes:
            return fault(400, "BlobTooLarge", f"This file is too large. It is {len(content)} bytes")
        link = f"bafkrei{hashlib.sha256(content).hexdigest()[:52]}"
        ref = {"$link": link}
        self.blobs[link] = {"$type": "blob", "ref": ref, "mimeType": content_type, "size": len(content)}
        self.blob_contents[link] = content
        return web.json_response({"blob": self.blobs[link]})

    def _drop(self, request: web.Request) -> None:
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()

    async def _file(self, request: web.Request) -> web.Response:
        name = f"{request.match_info['did']}/{request.match_info['cid'].removesuffix('@jpeg')}"
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)

    def _next(self) -> str:
        self._number += 1
        at = BEGUN + timedelta(seconds=self._number)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fault(status: int, error: str, message: str) -> web.Response:
    return web.json_response({"error": error, "message": message}, status=status)
