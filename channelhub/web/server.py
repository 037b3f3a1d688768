"""The HTTP server: one socket, every route, and an orderly end."""

import asyncio
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from channelhub.pipeline.topics import Topics
from channelhub.web import failures
from channelhub.web.auth import Authenticator
from channelhub.web.connection import Deadlines, Gate
from channelhub.web.cors import Cors
from channelhub.web.door import DOOR, Door
from channelhub.web.elsewhere import ELSEWHERE, Elsewhere
from channelhub.web.feed import Feed
from channelhub.web.forwarded import Proxies
from channelhub.web.headers import secure
from channelhub.web.idempotency import Idempotency
from channelhub.web.lane import IntakeLane
from channelhub.web.lane_connection import LaneConnection
from channelhub.web.listing import EXPORTS
from channelhub.web.looking import watched
from channelhub.web.mounts import Mounts
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.presence import PRESENCE, Presence
from channelhub.web.quotas import QUOTA, Quotas
from channelhub.web.routes.exporting import ARCHIVE
from channelhub.web.routes.reports import TOPICS
from channelhub.web.routes.stream import FEED, HEARTBEAT_S, STREAMS
from channelhub.web.routes.table import routes
from channelhub.web.routing import ROUTE, Route
from channelhub.web.security import SECURITY, Security, guarded

MAX_LINE_BYTES = 8 * 1024
MAX_HEADERS = 100
MAX_PER_PEER = 256
DRAIN_S = 8.0
LINGER_S = 2.0  # how long the rest of a refused body is read, so that the client sees our answer


class WebServer:
    """Serves until `stop`. `mounts` may change while it runs."""

    def __init__(
        self,
        parts: WebParts,
        *,
        mounts: Mounts,
        local_token: str = "",
        deadlines: Deadlines | None = None,
        heartbeat_s: float = 15.0,
        table: Sequence[Route] | None = None,
    ) -> None:
        """`table`: the routes to serve; without it all there are."""
        self._parts = parts
        self._deadlines = deadlines or Deadlines()
        proxies = Proxies(parts.trusted_proxies)
        authenticator = Authenticator(
            parts.store, now=parts.acting.now, proxies=proxies, public_url=parts.public_url, local_token=local_token
        )
        self.security = Security(
            authenticator=authenticator,
            proxies=proxies,
            idempotency=Idempotency(parts.store, now=parts.acting.now),
            quotas=Quotas(per_minute=parts.requests_per_minute),
        )
        self._cors = Cors(parts.cors_origins)
        self.gate = Gate(
            max_connections=parts.max_connections,
            max_per_peer=MAX_PER_PEER,
            is_unlimited=lambda peer: proxies.is_trusted(peer) or peer in ("127.0.0.1", "::1"),
        )
        self._runner = web.AppRunner(
            _application(parts, self.security, mounts, self._cors, heartbeat_s, routes() if table is None else table),
            access_log=None,
            shutdown_timeout=DRAIN_S,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=MAX_HEADERS,
        )
        self._feed = self._runner.app[FEED]
        self._following: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None

    def take_over(self, *, requests_per_minute: int, cors_origins: Sequence[str]) -> None:
        """What of the settings holds for the next request, without a restart."""
        self.security.quotas.limit(requests_per_minute)
        self._cors.allow(cors_origins)

    async def start(self) -> None:
        """Listen. Raises OSError when the address can't be used."""
        await self._feed.begin()
        self._following = asyncio.create_task(self._feed.run(), name="event feed")
        await self._runner.setup()
        connection = partial(
            LaneConnection,
            self._runner.server,
            loop=asyncio.get_running_loop(),
            gate=self.gate,
            lane=IntakeLane(self._parts, authenticator=self.security.authenticator, proxies=self.security.proxies),
            deadlines=self._deadlines,
            lingering_time=LINGER_S,
            access_log=None,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=MAX_HEADERS,
        )
        listen = self._parts.listen
        self._server = await asyncio.get_running_loop().create_server(
            connection, listen.host or None, listen.port, backlog=512, reuse_address=True
        )

    @property
    def port(self) -> int:
        """Where it listens, also when port 0 was asked for."""
        assert self._server is not None, "call start first"
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take nothing new, let what runs end within `DRAIN_S`, close."""
        if self._server is not None:
            self._server.close()
        await self._feed.close()
        await self._runner.cleanup()
        await self.security.authenticator.close()
        self._runner.app[DOOR].passwords.close()
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)


def _application(
    parts: WebParts, security: Security, mounts: Mounts, cors: Cors, heartbeat_s: float, table: Sequence[Route]
) -> web.Application:
    app = web.Application(middlewares=[cors.middleware(), failures.middleware(parts.log)])
    app[PARTS] = parts
    app[SECURITY] = security
    streams: set[int] = set()
    app[STREAMS] = streams
    app[EXPORTS] = set()
    app[ARCHIVE] = asyncio.Semaphore(1)  # one archive of a customer at a time
    app[FEED] = Feed(parts.store, parts.acting.written, parts.log, is_followed=lambda: bool(streams))
    app[PRESENCE] = Presence(now=parts.acting.now)
    app[HEARTBEAT_S] = heartbeat_s
    app[ELSEWHERE] = Elsewhere(lambda: parts.settings().oidc, public_url=parts.public_url, now=parts.acting.now)
    app[DOOR] = Door(parts.store, secret=lambda: parts.acting.book().secret, now=parts.acting.now)
    app[TOPICS] = Topics(parts.store.readers.read, now=parts.acting.now)
    things = {route.path: route for route in table if route.is_thing}
    for route in table:
        reading = things.get(route.path) if route.method == "PATCH" else None
        handler = guarded(watched(route, parts.looks), security, reading=reading)
        for method in route.methods:
            app.router.add_route(method, route.path, handler)
    mounts.add_to(app.router)
    app.on_response_prepare.append(partial(_finish_headers, cors))
    return app


async def _finish_headers(cors: Cors, request: web.Request, response: web.StreamResponse) -> None:
    cors.add(request, response.headers)
    quota = request.get(QUOTA)
    if quota is not None:
        response.headers.update(quota.headers())
    route = request.get(ROUTE)
    if route is not None and route.deprecation is not None:
        response.headers.extend(route.deprecation.headers())  # a list has a Link of its own
    secure(response.headers, is_embeddable=request.path.startswith(("/forms/", "/chat/")))
    response.headers.pop("Server", None)
