"""The live stream: server-sent events that a client resumes where it left off (WHATWG HTML §9.2)."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.events.envelope import EventBody
from channelhub.store import events
from channelhub.web.bodies import MAX_ID, read_query
from channelhub.web.feed import Feed
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import STREAM, Route
from channelhub.web.security import SECURITY

FEED = web.AppKey("feed", Feed)
STREAMS = web.AppKey("streams", set[int])
HEARTBEAT_S = web.AppKey("heartbeat_s", float)
MAX_STREAMS = 200
RETRY_MS = 2000


class StreamQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Where to begin: after an event or at a time. Without either and without Last-Event-ID: with the next event."""

    after: (
        Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="The last event already seen; 0: from the first.")]
        | None
    ) = None
    since: (
        Annotated[
            datetime,
            msgspec.Meta(
                tz=True,
                description="Instead of after: begin with the first event that is kept of this time or later.",
            ),
        ]
        | None
    ) = None


async def drop_ended(app: web.Application) -> None:
    """Call when a token, a session or a person's role was ended: what they have open ends at once."""
    app[SECURITY].authenticator.forget()
    await app[FEED].nudge()


async def stream(request: web.Request) -> web.StreamResponse:
    last_id = await _begin_after(request)
    streams = request.app[STREAMS]
    if len(streams) >= MAX_STREAMS:
        raise Problem(Kind.UNAVAILABLE, f"{MAX_STREAMS} streams are open.", headers={"Retry-After": "10"})
    response = web.StreamResponse(headers={"Content-Type": f"{STREAM}; charset=utf-8", "X-Accel-Buffering": "no"})
    streams.add(id(response))
    try:
        await response.prepare(request)
        # the id alone raises no event: a client whose connection breaks before the first one resumes here
        await response.write(b"retry: %d\nid: %d\n\n" % (RETRY_MS, last_id))
        await _follow(request, response, last_id)
    except ConnectionError:
        return response  # the client went away
    finally:
        streams.discard(id(response))
    return response


async def _follow(request: web.Request, response: web.StreamResponse, last_id: int) -> None:
    """Write events until the client, its token or the server ends."""
    feed = request.app[FEED]
    authenticator = request.app[SECURITY].authenticator
    beat_s = request.app[HEARTBEAT_S]
    if (gap := await feed.gap_after(last_id)) is not None:
        await response.write(gap.data)
        last_id = gap.id
    heard = feed.told
    while not feed.is_closing and await authenticator.is_still_valid(request):
        frames, asides, heard = await feed.after(last_id), feed.asides(heard), feed.told
        if frames or asides:
            await response.write(b"".join([*(frame.data for frame in frames), *asides]))
            last_id = frames[-1].id if frames else last_id
            continue
        began = asyncio.get_running_loop().time()
        await feed.changed(last_id, heard, timeout_s=beat_s)
        if asyncio.get_running_loop().time() - began >= beat_s:
            await response.write(b": still here\n\n")


async def _begin_after(request: web.Request) -> int:
    query = read_query(request, StreamQuery)
    resumed = request.headers.get("Last-Event-ID", "").strip()
    if resumed:
        if not (resumed.isascii() and resumed.isdigit() and len(resumed) <= 18):
            raise Problem(Kind.INVALID, "Last-Event-ID is not an id of ours.", errors={"Last-Event-ID": "not an id"})
        return int(resumed)
    if query.since is None:
        return request.app[FEED].newest_id if query.after is None else query.after
    if query.after is not None:
        raise Problem(Kind.INVALID, "since and after both say where to begin.", errors={"since": "given beside after"})
    return await _before(request, query.since)


async def _before(request: web.Request, moment: datetime) -> int:
    """The id that the first event of this time or later follows: the newest where there is none yet."""
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        is_past = moment <= parts.acting.now()  # nothing is of a time to come: not worth a look at the whole table
        first = await events.first_since(session, moment) if is_past else 0
        return first - 1 if first else await events.newest_id(session)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/stream",
        handler=stream,
        summary="What happens, as server-sent events",
        description="Resumes after Last-Event-ID, whatever else says where to begin; where the events that follow are "
        "no longer kept, the first one is stream.gap, which names the oldest. A comment line is sent every 15 s while "
        "nothing happens.",
        query=StreamQuery,
        answer=EventBody,
        media_type=STREAM,
        problems=(422, 503),
    ),
)
