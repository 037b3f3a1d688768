"""The WebSocket of one page (RFC 6455): frames both ways until one side leaves."""

import asyncio

import msgspec
from aiohttp import WSMsgType, web

from channelhub.sdk.hooks import Refused
from connectors.webchat.door import Door
from connectors.webchat.frames import MAX_FRAME_BYTES, FrameError, Hello, read_frame, write
from connectors.webchat.rooms import Rooms, Tab
from connectors.webchat.talk import Talk

HELLO_S = 15.0  # within which a new connection says who it is
HEARTBEAT_S = 25.0  # below the minute after which proxies commonly cut a silent connection
CLOSE_S = 5.0
LATER_MS = 5000
#: Close codes of the WebSocket registry (IANA).
POLICY, RESTARTS, LATER = 1008, 1012, 1013


class _Named(msgspec.Struct, frozen=True):
    id: str = ""


async def converse(request: web.Request, *, door: Door, rooms: Rooms, talk: Talk) -> web.WebSocketResponse:
    """Closed with 1008 for what no page of ours does, with 1013 where there is no room now, with 1012 when the hub
    stops or the page is too far behind. Raises Refused before the handshake."""
    site = door.site(request)
    door.knock(request)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MAX_FRAME_BYTES, compress=False, timeout=CLOSE_S)
    await socket.prepare(request)
    try:
        tab = door.tab(request, await _hello(socket), site=site, draws=True)
        with rooms.inside(tab):
            await talk.welcome(tab)
            await _both_ways(socket, tab, talk)
    except Refused as refused:
        code = LATER if refused.status in (429, 503) else POLICY
        await socket.close(code=code, message=str(refused).encode()[:120])
    return socket


async def _hello(socket: web.WebSocketResponse) -> Hello:
    try:
        async with asyncio.timeout(HELLO_S):
            first = await socket.receive()
        frame = read_frame(first.data.encode()) if first.type is WSMsgType.TEXT else None
    except TimeoutError as exc:
        raise Refused(408, "Say hello.") from exc
    except FrameError as exc:
        raise Refused(400, f"No frame: {exc}") from exc
    if not isinstance(frame, Hello):
        raise Refused(400, "Say hello first.")
    return frame


async def _both_ways(socket: web.WebSocketResponse, tab: Tab, talk: Talk) -> None:
    hearing = asyncio.create_task(_hear(socket, tab, talk), name="chat hears")
    try:
        told = 0
        while frames := await tab.outgoing.after(told):
            for frame in frames:
                await socket.send_str(frame.decode())
            told += len(frames)
        if not hearing.done():
            await socket.close(code=RESTARTS, message=b"come again")
    except ConnectionError:  # the page is gone; what it missed, it reads when it comes again
        pass
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
    if not hearing.cancelled() and (failure := hearing.exception()) is not None:
        raise failure


async def _hear(socket: web.WebSocketResponse, tab: Tab, talk: Talk) -> None:
    """Take what the page says, one frame after the other, until it leaves. Raises Refused (400)."""
    try:
        async for received in socket:
            if received.type is not WSMsgType.TEXT:
                raise Refused(400, "Frames are text.")
            body = received.data.encode()
            try:
                await talk.take(tab, body)
            except Refused as refused:
                if refused.status != 503:
                    raise
                wait_ms = int((refused.retry_after_s or LATER_MS / 1000) * 1000)
                tab.outgoing.put(write("refused", id=_id_of(body), why="later", retry_ms=wait_ms))
    finally:
        tab.outgoing.close()


def _id_of(body: bytes) -> str:
    return msgspec.json.decode(body, type=_Named).id[:64]
