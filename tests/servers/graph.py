"""A Graph API for tests: numbers and pages of Meta's channels, what they send, files, and Meta's words of refusal.

Faithful: bearer tokens (190 for a wrong one), `to` and `recipient`, ids of what was sent, media ids whose address
wants the token, uploads, error objects with code and subcode.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer

TOKEN = "EAAGexampleTokenOfATest"
NUMBER_ID = "109876543210987"


class GraphError(Exception):
    def __init__(self, code: int, message: str, *, status: int = 400, subcode: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.subcode = subcode


@dataclass(kw_only=True)
class GraphServer(VendorServer):
    """`async with GraphServer() as server:` serves at `server.url`."""

    token: str = TOKEN
    sent: list[dict[str, Any]] = field(default_factory=list)  # bodies that /messages took, in order
    files: dict[str, bytes] = field(default_factory=dict)  # media id → content
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)  # file name, type, content
    comments: list[tuple[str, str]] = field(default_factory=list)  # where an answer in public went, its words
    places: dict[str, str] = field(default_factory=dict)  # media id → its address, where it isn't here
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)  # id → what GET /{id} answers
    refusals: dict[str, GraphError] = field(default_factory=dict)  # last part of a path → what it answers
    subscriptions: dict[str, list[str]] = field(default_factory=dict)  # app id → fields of a page's events it gets
    drops_answers: bool = False  # what is sent is taken, then the connection breaks
    asked: list[str] = field(default_factory=list)  # "GET path", in order

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/{version}/{owner}/messages", self._messages)
        router.add_post("/{version}/{owner}/media", self._upload)
        router.add_post("/{version}/me/message_attachments", self._attachment)
        router.add_post("/{version}/{comment}/comments", self._comment)
        router.add_post("/{version}/{comment}/replies", self._comment)
        router.add_get("/files/{id}", self._file)
        router.add_get("/cdn/{id}", self._public)
        router.add_get("/{version}/{id}/subscribed_apps", self._apps)
        router.add_get("/{version}/{id}", self._object)

    def fault_of(self, request: web.Request) -> Fault | None:
        is_lost = self.drops_answers and request.path.endswith("/messages")
        return super().fault_of(request) or (Fault.RESET_AFTER if is_lost else None)

    def rate_limited(self, retry_after_s: int) -> web.Response:
        answer = refused(GraphError(130429, "(#130429) Rate limit hit", status=429))
        answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    def failed(self, status: int) -> web.Response:
        return refused(GraphError(1, "An unknown error occurred", status=status))

    async def _messages(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request, "messages"):
            return refusal
        body = await request.json()
        self.sent.append(body)
        number = len(self.sent)
        if body.get("messaging_product") == "whatsapp":
            return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": f"wamid.OUT{number}"}]})
        return web.json_response({"recipient_id": body["recipient"].get("id", ""), "message_id": f"m_OUT{number}"})

    async def _upload(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request, "media"):
            return refusal
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        assert form["messaging_product"] == "whatsapp"
        self.uploads.append((file.filename, file.content_type, file.file.read()))
        return web.json_response({"id": str(900 + len(self.uploads))})

    async def _attachment(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request, "message_attachments"):
            return refusal
        form = await request.post()
        file = form["filedata"]
        assert isinstance(file, web.FileField)
        self.uploads.append((file.filename, file.content_type, file.file.read()))
        return web.json_response({"attachment_id": str(900 + len(self.uploads))})

    async def _comment(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request, "comments"):
            return refusal
        self.comments.append((request.path.split("/", 2)[2], (await request.json())["message"]))
        return web.json_response({"id": f"c_OUT{len(self.comments)}"})

    async def _public(self, request: web.Request) -> web.Response:
        """Signed addresses of files want no token."""
        return web.Response(body=self.files[request.match_info["id"]])

    async def _object(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        self.asked.append(f"GET {name}")
        if refusal := self._refusal(request, name):
            return refusal
        if name in self.files:
            content = self.files[name]
            place = {
                "messaging_product": "whatsapp",
                "url": self.places.get(name, f"{self.plain_url}/files/{name}"),
                "mime_type": "application/pdf",
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
                "id": name,
            }
            return web.json_response(place)
        if name in self.objects:
            return web.json_response({"id": name} | self.objects[name])
        return refused(GraphError(100, "Unsupported get request. Object does not exist", subcode=33))

    async def _apps(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request, "subscribed_apps"):
            return refusal
        data = [{"id": app, "subscribed_fields": names} for app, names in self.subscriptions.items()]
        return web.json_response({"data": data})

    async def _file(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request, "files"):
            return refusal
        return web.Response(body=self.files[request.match_info["id"]])

    def _refusal(self, request: web.Request, name: str) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return refused(GraphError(190, "Error validating access token", status=401))
        error = self.refusals.get(name)
        return refused(error) if error else None


def refused(error: GraphError) -> web.Response:
    """Meta's error object."""
    told = {
        "message": str(error),
        "type": "OAuthException",
        "code": error.code,
        "error_subcode": error.subcode,
        "fbtrace_id": "AbCdEf",
    }
    return web.Response(status=error.status, body=json.dumps({"error": told}).encode(), content_type="application/json")
