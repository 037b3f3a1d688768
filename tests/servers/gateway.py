"""An SMS gateway for tests: takes messages as JSON with a token, and says its status in the answer."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from channelhub.sdk.testing import VendorServer

TOKEN = "a-gateway-token"


@dataclass(kw_only=True)
class GatewayServer(VendorServer):
    """`async with GatewayServer() as server:` takes messages at `server.url/messages`."""

    answer: tuple[int, Any] | None = None  # instead of taking a message; text is answered as it is
    loses_answers: bool = False  # takes a message and breaks the connection
    sent: list[dict[str, Any]] = field(default_factory=list)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/messages", self._take)

    async def _take(self, request: web.Request) -> web.Response:
        if self.answer is not None:
            status, said = self.answer
            return (
                web.Response(status=status, text=said)
                if isinstance(said, str)
                else web.json_response(said, status=status)
            )
        is_json = request.content_type == "application/json"
        given = await request.json() if is_json else dict(await request.post()) | dict(request.query)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "no such token"}, status=401)
        self.sent.append(given)
        if self.loses_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"status": "accepted", "message_id": f"g{len(self.sent)}", "parts": 1})
