"""A Mastodon instance for tests: notifications and statuses by id, one stream of server-sent events, keys taken once.

Faithful: `min_id` gives the oldest after it, `max_id` the newest before it, deletions take the notification along,
edits change what lists show, streams remember nothing, a repeated Idempotency-Key gives the post that is there already.
Not modelled: that keys are forgotten after an hour, other instances, visibility towards third parties.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer
from tests.servers.mastodon_media import Uploads

TOKEN = "ZA-Yj3aBD8U8Cm7lKUp-TestToken"
ME_ID, ME_NAME, APP = "1", "shop", "channelhub"
BEGUN = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)
BASE = "/mastodon"  # so that nobody takes its answers for those of the hub's own API
FAULTS_OF_STREAMS = (Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.HTML_OK, Fault.HANGS, Fault.RESET_BEFORE)


@dataclass(kw_only=True)
class MastodonServer(VendorServer):
    """`async with MastodonServer() as server:` serves at `server.instance`."""

    notifications: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # path → status and its words
    taken: dict[str, str] = field(default_factory=dict)  # idempotency key → id of the post
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: Uploads = field(default_factory=Uploads)
    media_limits: dict[str, Any] = field(default_factory=dict)
    confirmed: int = 0  # the highest id that notifications were asked from
    max_characters: int = 500
    has_stream: bool = True
    is_backwards: bool = False
    drops_answers: bool = False
    listeners: list[asyncio.Queue[bytes]] = field(default_factory=list)
    _number: int = 34975000

    def __post_init__(self) -> None:
        self.accounts[ME_ID] = self.account(ME_ID, ME_NAME, "Shop", host="")

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{BASE}/api/v1/streaming/user", self._stream)
        router.add_get(BASE + "/files/{name}", self._file)
        router.add_route("*", BASE + "/api/{path:.*}", self._call)

    @property
    def instance(self) -> str:
        return f"{self.url}{BASE}"

    def fault_of(self, request: web.Request) -> Fault | None:
        fault = super().fault_of(request)
        return fault if fault in FAULTS_OF_STREAMS or "streaming" not in request.path else None

    # What a test does

    def account(self, number: str, username: str, name: str, *, host: str = "social.example") -> dict[str, Any]:
        home = host or "hub.example"
        return self.accounts.setdefault(
            number,
            {
                "id": number,
                "username": username,
                "acct": f"{username}@{host}" if host else username,
                "display_name": name,
                "url": f"https://{home}/@{username}",
                "uri": f"https://{home}/users/{username}",
                "bot": False,
                "locked": False,
            },
        )

    def post(self, author: dict[str, Any], html: str, **more: Any) -> dict[str, Any]:
        """A post, which the list of its author shows."""
        number, at = self._next()
        status = {
            "id": number,
            "uri": f"{author['uri']}/statuses/{number}",
            "url": f"{author['url']}/{number}",
            "created_at": at,
            "edited_at": None,
            "visibility": "public",
            "sensitive": False,
            "spoiler_text": "",
            "language": "uk",
            "content": html,
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "account": author,
            "media_attachments": [],
            "mentions": [],
            "poll": None,
        } | more
        self.statuses[number] = status
        return status

    def notify(self, kind: str, author: dict[str, Any], status: dict[str, Any] | None = None, **more: Any) -> str:
        """A notification, which the stream tells too; its id."""
        number, at = self._next()
        told = {"id": number, "type": kind, "created_at": at, "account": author, "status": status} | more
        self.notifications.append(told)
        self.tell("notification", json.dumps(told))
        return number

    def mention(self, author: dict[str, Any], words: str, **more: Any) -> str:
        """The id of the notification."""
        html = f'<p><span class="h-card"><a href="https://hub.example/@shop">@<span>shop</span></a></span> {words}</p>'
        return self.notify("mention", author, self.post(author, html, **more))

    def edit(self, status: dict[str, Any], html: str, *, is_told: bool = True) -> None:
        _, at = self._next()
        status |= {"content": html, "edited_at": at}
        if is_told:
            self.tell("status.update", json.dumps(status))

    def delete(self, status_id: str) -> None:
        del self.statuses[status_id]
        self.notifications = [one for one in self.notifications if (one["status"] or {}).get("id") != status_id]
        self.tell("delete", status_id)

    def tell(self, event: str, data: str) -> None:
        """To whoever listens just now."""
        for listener in self.listeners:
            listener.put_nowait(f"event: {event}\ndata: {data}\n\n".encode())

    def status_of(self, notification_id: str) -> dict[str, Any]:
        return next(one["status"] for one in self.notifications if one["id"] == notification_id)

    def hang_up(self) -> None:
        """Every stream ends."""
        for listener in self.listeners:
            listener.put_nowait(b"")

    # What the hub asks

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if not _is_ours(request):
            return fault(401, "The access token is invalid")
        if not self.has_stream:
            return fault(404, "Not found")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        told: asyncio.Queue[bytes] = asyncio.Queue()
        self.listeners.append(told)
        try:
            await response.write(b":)\n")
            while piece := await told.get():
                await response.write(b":thump\n" + piece)
        except ConnectionError:
            pass
        finally:
            self.listeners.remove(told)
        return response

    async def _call(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(f"{request.method} {path}")
        if not _is_ours(request):
            return fault(401, "The access token is invalid")
        if path in self.refusals:
            return fault(*self.refusals[path])
        return await self.uploads.answer(request, path) or await self._answer(request, path)

    async def _answer(self, request: web.Request, path: str) -> web.Response:
        match [request.method, *path.split("/")]:
            case ["GET", "v1", "accounts", "verify_credentials"]:
                return web.json_response(self.accounts[ME_ID])
            case ["GET", "v1", "apps", "verify_credentials"]:
                return web.json_response({"name": APP})
            case ["GET", "v2", "instance"]:
                return web.json_response(
                    {
                        "domain": "hub.example",
                        "configuration": {
                            "urls": {"streaming": self.instance.replace("http", "ws", 1)},
                            "statuses": {"max_characters": self.max_characters, "max_media_attachments": 4},
                            "media_attachments": self.media_limits,
                        },
                    }
                )
            case ["GET", "v1", "notifications"]:
                self.confirmed = max(self.confirmed, int(request.query.get("min_id", "0")))
                left_out = request.query.getall("exclude_types[]", [])
                return self._page(request, [one for one in self.notifications if one["type"] not in left_out])
            case ["GET", "v1", "accounts", number, "statuses"]:
                return self._page(request, [one for one in self.statuses.values() if one["account"]["id"] == number])
            case ["GET", "v1", "accounts", number] if number in self.accounts:
                return web.json_response(self.accounts[number])
            case ["GET", "v1", "statuses", number] if number in self.statuses:
                return web.json_response(self.statuses[number])
            case ["GET", "v1", "statuses", number, "context"] if number in self.statuses:
                return web.json_response({"ancestors": self._ancestors(number), "descendants": []})
            case ["POST", "v1", "statuses"]:
                return await self._take(request)
        return fault(404, "Record not found")

    def _page(self, request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
        rows, limit = sorted(rows, key=lambda one: int(one["id"])), int(request.query["limit"])
        if "min_id" in request.query:
            page = [one for one in rows if int(one["id"]) > int(request.query["min_id"])][:limit]
        else:
            before = int(request.query.get("max_id", 10**18))
            page = [one for one in rows if int(one["id"]) < before][-limit:]
        return web.json_response(page if self.is_backwards else page[::-1])

    def _ancestors(self, number: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while (number := self.statuses[number]["in_reply_to_id"]) in self.statuses:
            found.insert(0, self.statuses[number])
        return found

    async def _take(self, request: web.Request) -> web.Response:
        key, asked = request.headers["Idempotency-Key"], await request.json()
        if len(asked["status"]) > self.max_characters:
            return fault(422, f"Validation failed: Text character limit of {self.max_characters} exceeded")
        if key not in self.taken:
            if words := self.uploads.fault(asked.get("media_ids", [])):
                return fault(422, words)
            self.sent.append(asked)
            answered = self.statuses.get(asked.get("in_reply_to_id", ""))
            status = self.post(
                self.accounts[ME_ID],
                f"<p>{asked['status']}</p>",
                visibility=asked["visibility"],
                in_reply_to_id=asked.get("in_reply_to_id"),
                in_reply_to_account_id=answered["account"]["id"] if answered else None,
                application={"name": APP},
            )
            self.taken[key] = status["id"]
            self.uploads.attach(asked.get("media_ids", []))
            self.tell("update", json.dumps(status))
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(self.statuses[self.taken[key]])

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    def _next(self) -> tuple[str, str]:
        self._number += 1
        at = BEGUN + timedelta(seconds=self._number - 34975000)
        return str(self._number), at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def rate_limited(self, retry_after_s: int) -> web.Response:
        """Instances tell a moment, and no Retry-After."""
        until = datetime.now(UTC) + timedelta(seconds=retry_after_s)
        headers = {"X-RateLimit-Reset": until.isoformat(), "Retry-After": str(retry_after_s)}
        return web.json_response({"error": "Too many requests"}, status=429, headers=headers)


def _is_ours(request: web.Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"


def fault(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)
