"""X's API for tests: webhooks that are tried with a challenge, subscriptions, direct messages, posts.

Faithful: the app's bearer token for webhooks (401), OAuth 1.0a in the account's name, the challenge before a webhook is
valid, problems as documents, an identical post refused (403). Not modelled: limits, credits, when X repeats.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer

CONSUMER_KEY, CONSUMER_SECRET = "ck-example-of-an-app", "cs-example-of-an-app-4711"
BEARER = "AAAA-example-of-a-bearer-token"
TOKEN, TOKEN_SECRET = "1111-example-of-an-access-token", "ts-example-of-its-secret"
ACCOUNT = "1111000011110000111"
HOOK_ID = "1976325569252868099"


def signature(body: bytes, secret: str = CONSUMER_SECRET) -> str:
    """As documented: HMAC-SHA256 of the body under the app's consumer secret, in base64."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@dataclass(slots=True)
class Upload:
    """A file in segments."""

    category: str
    media_type: str
    total_bytes: int
    segments: list[bytes] = field(default_factory=list)
    is_whole: bool = False


@dataclass(kw_only=True)
class XServer(VendorServer):
    """`async with XServer() as server:` serves at `server.url`."""

    hooks: list[dict[str, Any]] = field(default_factory=list)
    is_hooked: asyncio.Event = field(default_factory=asyncio.Event)
    subscribed: list[str] = field(
        default_factory=lambda: ["dm.received", "post.mention.create", "post.reply.create"]
    )  # kinds of events, of the account
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # path → status and its words
    drops_answers: bool = False  # takes a message and breaks the connection
    takes: int = 1000  # messages, then it says that there are too many
    resets_at: int = 0  # when there may be more, Unix seconds
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, Authorization
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)  # by their ids
    states: list[dict[str, Any]] = field(default_factory=list)  # of films that X works on, one for each look
    is_terse: bool = False  # answers segments with 204, as the older interface does
    fails_segment: Fault | None = None  # what becomes of every segment that is posted

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/files/{name}", self._file)
        router.add_route("*", "/2/{path:.+}", self._call)

    async def tell(self, event: dict[str, Any]) -> int:
        """Post an event to every webhook; the last status."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"x-twitter-webhooks-signature": signature(body), "Content-Type": "application/json"}
        status = 0
        for hook in self.hooks:
            async with (
                aiohttp.ClientSession() as session,
                session.post(hook["url"], data=body, headers=headers) as answer,
            ):
                status = answer.status
        return status

    async def _try(self, hook: dict[str, Any]) -> None:
        challenge = "MmMxZTlhNDctODA0OS00ZjBm"
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(hook["url"], params={"crc_token": challenge}) as answer,
            ):
                found = await answer.json(content_type=None)
            hook["valid"] = found.get("response_token") == signature(challenge.encode())
        except (aiohttp.ClientError, ValueError):
            hook["valid"] = False
        if hook["valid"]:
            self.is_hooked.set()

    async def _call(self, request: web.Request) -> web.Response:
        path, proof = request.match_info["path"], request.headers.get("Authorization", "")
        self.calls.append((request.method, path, proof))
        is_account = path == "tweets" or path.startswith(("dm_conversations/", "media/"))
        if is_account:
            is_right = proof.startswith("OAuth ") and f'oauth_token="{TOKEN}"' in proof
        else:
            is_right = proof == f"Bearer {BEARER}"
        if not is_right:
            return _problem(401, "Unauthorized")
        if path in self.refusals:
            return _problem(*self.refusals[path])
        if path.startswith("media/"):
            return await self._upload(request, path.split("/")[2:])
        asked = await request.json() if request.can_read_body else {}
        return await self._done(request, path, asked)

    async def _done(self, request: web.Request, path: str, asked: dict[str, Any]) -> web.Response:
        match request.method, path:
            case "GET", "webhooks":
                return web.json_response({"data": self.hooks, "meta": {"result_count": len(self.hooks)}})
            case "POST", "webhooks":
                hook: dict[str, Any] = {"id": HOOK_ID, "url": asked["url"], "valid": False}
                await self._try(hook)
                if not hook["valid"]:
                    return _problem(400, "CrcValidationFailed")
                self.hooks.append(hook)
                return web.json_response({"data": hook})
            case "PUT", _:
                await self._try(self.hooks[0])
                return web.json_response({"data": {"valid": self.hooks[0]["valid"]}})
            case "GET", "activity/subscriptions":
                found = [
                    {"event_type": kind, "filter": {"user_id": ACCOUNT}, "webhook_id": HOOK_ID}
                    for kind in self.subscribed
                ]
                return web.json_response({"data": found, "meta": {"total_subscriptions": len(found)}})
        return self._say(request, path, asked)

    async def _upload(self, request: web.Request, place: list[str]) -> web.Response:
        match request.method, place:
            case "POST", ["initialize"]:
                asked = await request.json()
                name = str(1880028106020515840 + len(self.uploads))
                self.uploads[name] = Upload(asked["media_category"], asked["media_type"], asked["total_bytes"])
                return web.json_response({"data": {"id": name, "media_key": f"3_{name}", "expires_after_secs": 86399}})
            case "POST", [name, "append"]:
                form = await request.post()
                segment, upload = form["media"], self.uploads[name]
                assert isinstance(segment, web.FileField)
                content = segment.file.read()
                if len(content) > 5_000_000 or form["segment_index"] != str(len(upload.segments)):
                    return _problem(400, "Segments are to come in their order and of 5 MB at most.")
                upload.segments.append(content)
                if self.is_terse:
                    return web.Response(status=204)
                return web.json_response({"data": {"expires_at": 1795379400}})
            case "POST", [name, "finalize"]:
                upload = self.uploads[name]
                if sum(map(len, upload.segments)) != upload.total_bytes:
                    return _problem(400, "Segments do not add up to provided total file size.")
                upload.is_whole = True
                return web.json_response({"data": {"id": name} | self._progress()})
            case "GET", [] if request.query["command"] == "STATUS" and request.query["media_id"] in self.uploads:
                return web.json_response({"data": {"id": request.query["media_id"]} | self._progress()})
        return _problem(404, "Not Found")

    def _progress(self) -> dict[str, Any]:
        return {"processing_info": self.states.pop(0)} if self.states else {}

    def fault_of(self, request: web.Request) -> Fault | None:
        return super().fault_of(request) or (self.fails_segment if request.path.endswith("/append") else None)

    def _attached(self, asked: dict[str, Any]) -> list[str]:
        direct = [one["media_id"] for one in asked.get("attachments", ())]
        return direct + asked.get("media", {}).get("media_ids", [])

    def _say(self, request: web.Request, path: str, asked: dict[str, Any]) -> web.Response:
        attached = [self.uploads[one] for one in self._attached(asked)]
        category = "tweet_" if path == "tweets" else "dm_"
        if not all(one.is_whole and one.category.startswith(category) for one in attached):
            return _problem(400, "Your media IDs are invalid.")
        if len(attached) > (4 if path == "tweets" else 1) or not (asked.get("text") or attached):
            return _problem(400, "One or more parameters to your request was invalid.")
        if len(self.sent) >= self.takes:
            headers = {"x-rate-limit-reset": str(self.resets_at)}
            return web.json_response({"title": "Too Many Requests"}, status=429, headers=headers)
        if path == "tweets" and asked in self.sent:
            return _problem(403, "You are not allowed to create a Tweet with duplicate content.")
        self.sent.append(asked)
        if self.drops_answers and request.transport is not None:
            request.transport.abort()
        number = str(2080765901528535096 + len(self.sent))
        if path == "tweets":
            return web.json_response({"data": {"id": number, "text": asked.get("text", "")}}, status=201)
        held = {"dm_conversation_id": "1-2", "dm_event_id": number}
        return web.json_response({"data": held}, status=201)

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def _problem(status: int, words: str) -> web.Response:
    held = {"title": "refused", "detail": words, "type": "about:blank", "status": status}
    return web.json_response(held, status=status)
