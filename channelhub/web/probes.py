"""What a service manager, a load balancer and Prometheus ask."""

import asyncio

import msgspec
from aiohttp import web

from channelhub.sdk.errors import NotCommitted
from channelhub.store.database import Session
from channelhub.web.auth import ADMIN, PUBLIC
from channelhub.web.parts import PARTS, WebParts
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.scopes import Scope
from channelhub.web.security import SECURITY

WRITE_DEADLINE_S = 5.0


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The loop turns."""

    status: str = "ok"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """The database takes writes and the pipeline works. A failed account or a backlog doesn't count."""

    database: str
    pipeline: str

    @property
    def is_ok(self) -> bool:
        return self.database == self.pipeline == "ok"


async def livez(request: web.Request) -> web.Response:  # noqa: ARG001 - a handler
    return _json(Alive())


async def readyz(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    ready = Ready(database=await _database(parts), pipeline="ok" if parts.is_pipeline_alive() else "stopped")
    if ready.is_ok:
        return _json(ready)
    raise Problem(
        Kind.UNAVAILABLE,
        f"The database: {ready.database}. The pipeline: {ready.pipeline}.",
        headers={"Retry-After": "5"},
    )


async def metrics(request: web.Request) -> web.Response:
    """For this machine without a token, for others with an admin's."""
    security = request.app[SECURITY]
    if not security.proxies.is_local(request):
        principal = await security.authenticator.principal(request)
        if principal is None:
            raise security.authenticator.missing()
        if not principal.may(ADMIN, Scope.READ_HUB):
            raise Problem(Kind.FORBIDDEN, "Metrics are for admins.")
    text = await asyncio.to_thread(request.app[PARTS].metrics)
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def _database(parts: WebParts) -> str:
    try:
        async with asyncio.timeout(WRITE_DEADLINE_S):
            await parts.store.writer.command(_touch)
    except NotCommitted as exc:
        return str(exc)
    except TimeoutError:
        return f"no commit within {WRITE_DEADLINE_S:g} s"
    return "ok"


async def _touch(session: Session) -> None:
    """An empty transaction still needs the write lock: that is what is asked."""


def _json(value: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


ROUTES = (
    Route(
        method="GET", path="/livez", handler=livez, roles=PUBLIC, summary="Whether the process is alive", answer=Alive
    ),
    Route(
        method="GET",
        path="/readyz",
        handler=readyz,
        roles=PUBLIC,
        summary="Whether the database takes writes and the pipeline works",
        answer=Ready,
        problems=(503,),
    ),
    Route(
        method="GET",
        path="/metrics",
        handler=metrics,
        roles=PUBLIC,
        summary="Prometheus metrics: for this machine, or with an admin's token",
        media_type="text/plain",
        problems=(401, 403, 429),
    ),
)
