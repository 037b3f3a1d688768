"""The HTTP side of the chat: its script and page, the WebSocket, and posts for browsers that have none."""

from aiohttp import web

from channelhub.sdk.contract import Context
from channelhub.sdk.hooks import Refused, answers_refusals, problem, require_method
from connectors.webchat.config import WebchatConfig
from connectors.webchat.door import Door
from connectors.webchat.page import PAGE_HEADERS, Script, draw_page, draw_snippet
from connectors.webchat.posts import Posts
from connectors.webchat.rooms import Rooms
from connectors.webchat.socket import converse
from connectors.webchat.talk import Talk


class Receiver:
    """Answers every request under `/chat/{account}`."""

    def __init__(self, config: WebchatConfig, context: Context, *, rooms: Rooms, talk: Talk) -> None:
        self._config = config
        self._root = f"/chat/{context.account}"
        self._rooms = rooms
        self._talk = talk
        self._door = Door(config, context)
        self._posts = Posts(config, door=self._door, rooms=rooms, talk=talk)
        self._script = Script(config, f"{context.public_url}{self._root}")

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET the page, `embed.js`, or a WebSocket; POST frames, or `file` for one of the conversation."""
        tail = request.path.removeprefix(self._root).strip("/")
        if tail == "embed.js":
            require_method(request, "GET", "HEAD")
            return self._script.answer(request.headers)
        if tail not in ("", "file"):
            raise Refused(404, f"There is no {tail[:100]!r} here.")
        if request.method == "OPTIONS":
            return web.Response(status=204, headers={**self._door.cors(request), "Allow": "GET, HEAD, OPTIONS, POST"})
        if request.method == "POST":
            return await self._posted(request, is_file=tail == "file")
        require_method(request, *(("OPTIONS", "POST") if tail else ("GET", "HEAD", "OPTIONS", "POST")))
        if request.headers.get("Upgrade", "").lower() == "websocket":
            self._posts.forget_silent()
            return await converse(request, door=self._door, rooms=self._rooms, talk=self._talk)
        if "snippet" in request.query:
            return web.Response(text=draw_snippet(self._script.address), headers={"X-Content-Type-Options": "nosniff"})
        text = draw_page(self._config, self._script.address)
        return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS)

    def close(self) -> None:
        """Every open page hears that it is over, and comes again."""
        self._rooms.close()
        self._posts.close()

    async def _posted(self, request: web.Request, *, is_file: bool) -> web.StreamResponse:
        """Refusals, too, are for the page to read where its site is listed."""
        response: web.StreamResponse
        try:
            response = await (self._posts.file(request) if is_file else self._posts.take(request))
        except Refused as refused:
            response = problem(refused)
        response.headers.update(self._door.cors(request))
        return response
