"""Twilio's REST API for tests: takes messages, lists them, keeps their files, and signs what it posts.

Faithful: 401 for wrong credentials, 400 with a code for what a message must not be, the list newest first in pages with
`next_page_uri`, files for who has the credentials, or a redirect to where they are. Files of a
message are fetched before it is answered; Twilio does that a moment later. Not modelled: delivery by itself.
"""

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web

from channelhub.sdk.testing import VendorServer

ACCOUNT = "AC00112233445566778899aabbccddeeff"
TOKEN = "an-auth-token-of-a-test"
NUMBER = "+12025550100"
AUTHORIZATION = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
MAX_UNITS = 1600
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"


def signature(url: str, body: bytes, token: str = TOKEN) -> str:
    """As documented: HMAC-SHA1 of the address, then of each field's name and value in the order of names."""
    fields = sorted(set(parse_qsl(body.decode(), keep_blank_values=True)))
    signed = url + "".join(name + value for name, value in fields)
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


@dataclass(kw_only=True)
class TwilioServer(VendorServer):
    """`async with TwilioServer() as server:` serves at `server.url`."""

    hook: str = ""  # where it posts to
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)  # the list was answered
    refusals: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # path → status, code, words
    loses_answers: bool = False  # takes a message and breaks every connection
    sent: list[dict[str, str]] = field(default_factory=list)
    sent_media: list[list[str]] = field(default_factory=list)  # the addresses of each message's files
    fetched: list[tuple[str, bytes]] = field(default_factory=list)  # type and bytes of each
    listed: list[dict[str, Any]] = field(default_factory=list)  # newest first
    files: dict[str, bytes] = field(default_factory=dict)  # by their sid
    redirects: dict[str, str] = field(default_factory=dict)  # a file's sid → where it is instead
    media: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # a message's sid → its files' entries
    number: dict[str, Any] | None = field(default_factory=lambda: {"sid": "PN1", "sms_url": ""})
    status: str = "active"
    page_size: int = 1000
    now: datetime | None = None

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{ROOT}.json", self._account)
        router.add_get(f"{ROOT}/Messages.json", self._list)
        router.add_post(f"{ROOT}/Messages.json", self._take)
        router.add_get(f"{ROOT}/IncomingPhoneNumbers.json", self._numbers)
        router.add_get(f"{ROOT}/Messages/{{message}}/Media.json", self._media)
        router.add_get(f"{ROOT}/Messages/{{message}}/Media/{{sid}}", self._file)

    def rate_limited(self, retry_after_s: int) -> web.Response:
        answer = _fault(429, 20429, "Too Many Requests")
        answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    async def tell(self, form: dict[str, str], *, query: str = "") -> int:
        """Post a form to the webhook; the status of the answer."""
        body, url = urlencode(form).encode(), self.hook + query
        headers = {
            "X-Twilio-Signature": signature(url, body),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status

    def _refusal(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != AUTHORIZATION:
            return _fault(401, 20003, "Authenticate")
        if self.loses_answers and request.method == "GET":
            assert request.transport is not None
            request.transport.abort()
        found = self.refusals.get(f"{request.method} {request.path.removeprefix(ROOT)}")
        return _fault(*found) if found else None

    async def _account(self, request: web.Request) -> web.Response:
        return self._refusal(request) or web.json_response({"friendly_name": "Лампи", "status": self.status})

    async def _list(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.is_asked.set()
        to, start = request.query.get("To"), int(request.query.get("Page", "0")) * self.page_size
        fits = [one for one in self.listed if to is None or one["to"] == to]
        page = fits[start : start + self.page_size]
        more = start + self.page_size < len(fits)
        query = urlencode({**request.query, "Page": str(start // self.page_size + 1), "PageToken": "PA1"})
        return web.json_response(
            {"messages": page, "next_page_uri": f"{ROOT}/Messages.json?{query}" if more else None, "page": 0}
        )

    async def _take(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        posted = await request.post()
        form = {name: str(value) for name, value in posted.items()}
        media = [str(one) for one in posted.getall("MediaUrl", [])]
        words = form.get("Body", "")
        if len(words.encode("utf-16-le")) // 2 > MAX_UNITS:
            return _fault(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if not (form.get("ContentSid") or words or media):
            return _fault(400, 21602, "Message body is required")
        if fault := await self._fault_of(media, form["To"]):
            return fault
        self.sent.append(form)
        self.sent_media.append(media)
        sid = f"SM{len(self.sent):032x}"
        listed = entry(sid, words, at=self.now, direction="outbound-api", to=form["To"], files=len(media))
        self.listed.insert(0, listed)
        if self.loses_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"sid": sid, "status": "queued", "error_code": None}, status=201)

    async def _fault_of(self, media: list[str], to: str) -> web.Response | None:
        """What speaks against the files of a message, which are looked at and fetched for that."""
        if len(media) > (1 if to.startswith("whatsapp:") else 10):
            return _fault(400, 21623, "Number of media files exceeds allowed limit")
        size = 0
        async with aiohttp.ClientSession() as session:
            for url in media:
                async with session.head(url) as looked, session.get(url) as answer:
                    content = await answer.read()
                    if answer.status != 200 or looked.headers["Content-Type"] != answer.headers["Content-Type"]:
                        return _fault(400, 11200, "HTTP retrieval failure")
                    self.fetched.append((answer.content_type, content))
                    size += len(content)
        is_large = size > (16_000_000 if to.startswith("whatsapp:") else 5_000_000)
        return _fault(400, 11751, "Media exceeds messaging provider size limit") if is_large else None

    async def _numbers(self, request: web.Request) -> web.Response:
        found = [self.number] if self.number else []
        return self._refusal(request) or web.json_response({"incoming_phone_numbers": found})

    async def _media(self, request: web.Request) -> web.Response:
        found = self.media.get(request.match_info["message"], [])
        return self._refusal(request) or web.json_response({"media_list": found})

    async def _file(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        if refusal := self._refusal(request):
            return refusal
        if sid in self.redirects:
            return web.Response(status=307, headers={"Location": self.redirects[sid]})
        return web.Response(body=self.files[sid]) if sid in self.files else _fault(404, 20404, "Not found")


def entry(
    sid: str,
    body: str,
    *,
    at: datetime | None,
    direction: str = "inbound",
    to: str = NUMBER,
    files: int = 0,
    **more: Any,
) -> dict[str, Any]:
    """A message as the list shows it."""
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "body": body,
        "direction": direction,
        "from": NUMBER if direction != "inbound" else "+380501234567",
        "to": to,
        "num_media": str(files),
        "num_segments": "1",
        "messaging_service_sid": None,
        "date_created": format_datetime(at) if at else None,
        "status": "received" if direction == "inbound" else "queued",
        "error_code": None,
        **more,
    }


def _fault(status: int, code: int, words: str) -> web.Response:
    return web.json_response(
        {"code": code, "message": words, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status},
        status=status,
    )
