"""A site with a feed for tests: RSS, Atom or JSON, with ETag, moves and deletions.

Faithful: the newest item first, a window of so many, 304 for who has the present ETag, `at:deleted-entry` of RFC 6721.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Literal

from aiohttp import web

from channelhub.sdk.testing import VendorServer

BEGUN = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)


@dataclass(kw_only=True)
class Entry:
    """One item. `at` None: without a date."""

    key: str
    text: str
    at: datetime | None
    author: str = "Олена"
    more: str = ""  # further elements, as they stand in the feed


@dataclass(kw_only=True)
class FeedServer(VendorServer):
    """`async with FeedServer() as server:` serves at `server.feed`."""

    form: Literal["rss", "atom", "json"] = "atom"
    entries: list[Entry] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    window: int = 1000
    body: bytes | None = None  # instead of what the entries make
    content_type: str = "application/xml"
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    location: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    is_backwards: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/reviews.xml", self._feed)
        router.add_get("/moved.xml", self._moved)
        router.add_get("/files/{name}", self._file)

    @property
    def feed(self) -> str:
        return f"{self.url}/reviews.xml"

    def say(self, text: str, **more: Any) -> Entry:
        number = len(self.entries) + 1
        entry = Entry(key=f"review-{number}", text=text, at=BEGUN + timedelta(minutes=number), **more)
        self.entries.append(entry)
        return entry

    async def _feed(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.headers))
        body = self._made() if self.body is None else self.body
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        headers = {"ETag": etag, "Content-Type": self.content_type} | self.headers
        return web.Response(body=body, headers=headers)

    async def _moved(self, request: web.Request) -> web.Response:
        return web.Response(status=308, headers={"Location": self.location})

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    def _made(self) -> bytes:
        shown = self.entries[-self.window :]
        ordered = shown if self.is_backwards else shown[::-1]
        if self.form == "json":
            items = [
                {"id": one.key, "content_html": f"<p>{escape(one.text)}</p>", "authors": [{"name": one.author}]}
                | ({"date_published": one.at.isoformat()} if one.at else {})
                for one in ordered
            ]
            return json.dumps(
                {"version": "https://jsonfeed.org/version/1.1", "title": "Відгуки", "items": items}
            ).encode()
        make = self._atom if self.form == "atom" else self._rss
        items_made = "".join(map(make, ordered))
        if self.form == "rss":
            return f'<?xml version="1.0"?><rss version="2.0"><channel>{items_made}</channel></rss>'.encode()
        gone = "".join(f'<at:deleted-entry ref="{key}" when="2026-01-15T12:00:00Z"/>' for key in self.gone)
        return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{gone}{items_made}</feed>'.encode()

    def _atom(self, one: Entry) -> str:
        at = f"<published>{one.at.isoformat()}</published>" if one.at else ""
        return (
            f"<entry><id>{one.key}</id>{at}<author><name>{one.author}</name></author>"
            f'<content type="html">{escape(escape(one.text))}</content>{one.more}</entry>'
        )

    def _rss(self, one: Entry) -> str:
        at = f"<pubDate>{one.at.strftime('%a, %d %b %Y %H:%M:%S +0000')}</pubDate>" if one.at else ""
        return (
            f'<item><guid isPermaLink="false">{one.key}</guid>{at}'
            f"<description><![CDATA[{escape(one.text)}]]></description>{one.more}</item>"
        )
