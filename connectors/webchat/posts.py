"""The chat without WebSocket: a browser posts its frames, and a post that waits brings back what there is to tell.

A page says hello once and is then known by a session. Each answer numbers its frames; what a browser doesn't confirm by
`got` in its next post comes again, so a lost answer loses nothing.
"""

import asyncio
import secrets
from urllib.parse import quote

import msgspec
from aiohttp import web

from channelhub.sdk.hooks import BodyReader, Refused
from connectors.webchat.config import WebchatConfig
from connectors.webchat.door import Door
from connectors.webchat.frames import FrameError, Post, read_post, read_wanted
from connectors.webchat.rooms import Rooms, Tab
from connectors.webchat.talk import Talk

WAIT_S = 25.0  # how long a post waits, below the minute after which proxies commonly give up
FORGOTTEN_S = 70.0  # after its last post a page counts as closed
_FORGOTTEN = "This page was forgotten: say hello again."


class Posts:
    """Answers what browsers post."""

    def __init__(self, config: WebchatConfig, *, door: Door, rooms: Rooms, talk: Talk) -> None:
        self._bodies = BodyReader(config.max_body_bytes)
        self._door = door
        self._rooms = rooms
        self._talk = talk
        self._sessions: dict[str, Tab] = {}

    async def take(self, request: web.Request) -> web.Response:
        """Frames in, frames out. Raises Refused: 410 for a session that is over, 503 where nothing could be stored;
        what was posted is then posted again."""
        site = self._door.site(request)
        body = await self._bodies.read(request)
        try:
            post = read_post(body)
        except FrameError as exc:
            raise Refused(400, f"Not understood: {exc}") from exc
        self.forget_silent()
        session, tab = await self._page(request, post, site)
        tab.heard_s = _now_s()
        for frame in post.frames:
            await self._talk.take(tab, bytes(frame))
        frames = await tab.outgoing.after(post.got, timeout_s=WAIT_S if post.waits else 0.0)
        if tab.outgoing.is_closed:
            self._forget(session)
            raise Refused(410, _FORGOTTEN)
        tab.heard_s = _now_s()
        answer = {"session": session, "last": tab.outgoing.last, "frames": [msgspec.Raw(one) for one in frames]}
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    async def file(self, request: web.Request) -> web.Response:
        """One file of the visitor's own conversation, as nothing but a download."""
        self._door.site(request)
        body = await self._bodies.read(request)
        try:
            wanted = read_wanted(body)
        except FrameError as exc:
            raise Refused(400, f"Not understood: {exc}") from exc
        self._door.knock(request)
        visitor = self._door.visitor(wanted.hello, draws=False)
        file = await self._talk.file(visitor, wanted.id, wanted.number)
        if file is None:
            raise Refused(404, "There is no such file in this conversation.")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    def close(self) -> None:
        """Forget every page."""
        for session in list(self._sessions):
            self._forget(session)

    async def _page(self, request: web.Request, post: Post, site: str) -> tuple[str, Tab]:
        """The page that posts: known by its session, or new, or one that only hands something over."""
        if post.session:
            known = self._sessions.get(post.session)
            if known is None or known.site != site:
                raise Refused(410, _FORGOTTEN)
            return post.session, known
        if post.hello is None:
            raise Refused(400, "Say hello first.")
        self._door.knock(request)
        tab = self._door.tab(request, post.hello, site=site, draws=post.waits)
        if not post.waits:
            return "", tab
        self._rooms.enter(tab)
        session = secrets.token_urlsafe(24)
        self._sessions[session] = tab
        try:
            await self._talk.welcome(tab)
        except BaseException:
            self._forget(session)
            raise
        return session, tab

    def forget_silent(self) -> None:
        """Let go of the pages that no longer post."""
        now_s = _now_s()
        for session in [name for name, tab in self._sessions.items() if now_s - tab.heard_s > FORGOTTEN_S]:
            self._forget(session)

    def _forget(self, session: str) -> None:
        tab = self._sessions.pop(session, None)
        if tab is not None:
            self._rooms.leave(tab)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
