"""The gateway: a WebSocket that tells events in order, resumed where it broke off (discord-api-docs, Gateway)."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp
import msgspec

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import AuthFailed, NotCommitted, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.client import DiscordClient
from connectors.discord.config import DiscordConfig
from connectors.discord.position import Keeper
from connectors.discord.shapes import Frame

MAX_FRAME_BYTES: Final = 64 * 1024 * 1024  # a large server tells of all its channels in one
LEFT_OF_STARTS: Final = 20  # of the 1,000 sessions that may be begun in a day: kept for people who mend something
CALM_S: Final = 10.0  # a connection that lasted so long is followed by another one at once
RESUMABLE: Final = 4000  # a close code after which the session stays
_QUERY: Final = "/?v=10&encoding=json"
_GUILDS, _GUILD_MESSAGES, _GUILD_REACTIONS = 1 << 0, 1 << 9, 1 << 10
_PRIVATE_MESSAGES, _PRIVATE_REACTIONS, _CONTENT = 1 << 12, 1 << 13, 1 << 15
_NOT_KNOWN: Final = frozenset({4003, 4007, 4009})  # close codes after which the session is over
_FOR_A_PERSON: Final = {
    4004: "Discord refuses the token; reset it on the application's page Bot",
    4010: "Discord refuses the connection (invalid shard)",
    4011: "the bot is on too many servers for one connection, which the hub can't do yet",
    4012: "Discord no longer offers this version of its gateway",
    4013: "Discord refuses the connection (invalid intents)",
    4014: "switch Message Content Intent on, on the application's page Bot, Privileged Gateway Intents",
}


class _Limits(msgspec.Struct, frozen=True):
    remaining: int = 1000
    reset_after: int = 0  # milliseconds


class Entrance(msgspec.Struct, frozen=True):
    """What /gateway/bot answers."""

    url: str
    session_start_limit: _Limits = _Limits()


class _Hello(msgspec.Struct, frozen=True):
    heartbeat_interval: int  # milliseconds


class _Ready(msgspec.Struct, frozen=True):
    session_id: str
    resume_gateway_url: str


class Dropped(Unavailable):
    """The connection ended, as each does in the course of a day; its session goes on."""


class Gateway:
    """One account's connection. `heard(frame, body)` takes each event that isn't the gateway's own."""

    def __init__(
        self,
        client: DiscordClient,
        config: DiscordConfig,
        context: Context,
        keeper: Keeper,
        *,
        heard: Callable[[Frame, bytes], Awaitable[None]],
        calm_s: float = CALM_S,
    ) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._keeper = keeper
        self._heard = heard
        self._calm_s = calm_s
        self._seq: int | None = None  # the last that we were told
        self._is_answered = True

    async def listen(self, deliver: Deliver, *, ready: Callable[[], None]) -> None:
        """Receive over one connection after the other; `ready` is called once events come. Raises AuthFailed, and
        Unavailable where a session is lost or connections end too soon."""
        clock = asyncio.get_running_loop().time
        while True:
            began_s = clock()
            try:
                await self._connect(deliver, ready)
            except Dropped as exc:
                if clock() - began_s < self._calm_s:
                    raise
                self._context.log.info("discord.reconnecting", reason=str(exc))

    async def _connect(self, deliver: Deliver, ready: Callable[[], None]) -> None:
        """One connection, until it ends. Raises what it ended by."""
        position = self._keeper.position
        self._seq = position.seq if position.session_id else None
        link = await self._open(position.url if position.session_id else await self._entrance())
        beating: asyncio.Task[None] | None = None
        try:
            hello = await _next(link)
            if hello[0].op != 10:
                raise Unavailable("Discord doesn't say hello")
            self._is_answered = True
            beating = asyncio.create_task(self._beat(link, _decoded(hello[0].d, _Hello).heartbeat_interval / 1000))
            await _tell(link, *self._introduction())
            while True:
                frame, body = await _next(link)
                await self._take(link, deliver, frame, body, ready)
        except _Ended as ended:
            raise self._explained(ended.code) from None
        except NotCommitted as exc:
            raise Unavailable(f"events stay at Discord: {exc}", retry_after_s=exc.retry_after_s) from exc
        finally:
            if beating is not None:
                beating.cancel()
                await asyncio.gather(beating, return_exceptions=True)
            await link.close(code=RESUMABLE)

    async def _take(
        self,
        link: aiohttp.ClientWebSocketResponse,
        deliver: Deliver,
        frame: Frame,
        body: bytes,
        ready: Callable[[], None],
    ) -> None:
        match frame.op:
            case 0:
                await self._event(deliver, frame, body, ready)
            case 1:
                await _tell(link, 1, self._seq)
            case 7:
                raise Dropped("Discord asks for a new connection")
            case 9:
                if bytes(frame.d) != b"true":
                    self._keeper.lose_session()
                raise Unavailable("Discord doesn't go on with this session", retry_after_s=random.uniform(1, 5))  # noqa: S311 - as it asks
            case 11:
                self._is_answered = True
                if self._keeper.is_mark_due and self._keeper.position.session_id:
                    await self._keeper.keep(deliver, [])

    async def _event(self, deliver: Deliver, frame: Frame, body: bytes, ready: Callable[[], None]) -> None:
        seq = frame.s if frame.s is not None else self._keeper.position.seq
        self._seq = seq
        if frame.t == "READY":
            begun = _decoded(frame.d, _Ready)
            await self._keeper.begin(deliver, session_id=begun.session_id, url=begun.resume_gateway_url, seq=seq)
        else:
            await self._heard(frame, body)
        if frame.t in ("READY", "RESUMED"):
            ready()

    async def _beat(self, link: aiohttp.ClientWebSocketResponse, interval_s: float) -> None:
        """A beat each interval. One that is not answered before the next means that the connection is dead."""
        await asyncio.sleep(interval_s * random.random())  # noqa: S311 - as Discord asks
        while self._is_answered:
            self._is_answered = False
            await _tell(link, 1, self._seq)
            await asyncio.sleep(interval_s)
        await link.close(code=RESUMABLE)

    def _introduction(self) -> tuple[int, dict[str, Any]]:
        """Resume the session that we were in, or begin one."""
        position, token = self._keeper.position, self._config.token.reveal()
        if position.session_id:
            return 6, {"token": token, "session_id": position.session_id, "seq": position.seq}
        about = {"os": "linux", "browser": "channelhub", "device": "channelhub"}
        return 2, {"token": token, "intents": intents(self._config), "properties": about}

    async def _entrance(self) -> str:
        try:
            entrance = await self._client.look_up("gateway/bot", Entrance)
        except Rejected as exc:
            raise Unavailable(str(exc)) from exc
        limits = entrance.session_start_limit
        if limits.remaining <= LEFT_OF_STARTS:
            raise Unavailable(
                "too many sessions were begun today: is the token used elsewhere, too?",
                retry_after_s=max(60.0, limits.reset_after / 1000),
            )
        return entrance.url

    async def _open(self, address: str) -> aiohttp.ClientWebSocketResponse:
        if not address.startswith("wss:") and not self._config.base_url.startswith("http:"):
            raise Unavailable("Discord named an address of its gateway that is not wss")
        try:
            async with asyncio.timeout(self._config.request_timeout_s):
                return await self._context.http.ws_connect(address.rstrip("/") + _QUERY, max_msg_size=MAX_FRAME_BYTES)
        except (aiohttp.ClientError, TimeoutError, ValueError) as exc:
            raise Unavailable(f"Discord's gateway can't be reached ({type(exc).__name__})") from exc

    def _explained(self, code: int | None) -> AuthFailed | Unavailable:
        """What the end of a connection means."""
        if code in _FOR_A_PERSON:
            return AuthFailed(f"{_FOR_A_PERSON[code]} ({code})")
        if code in _NOT_KNOWN:
            self._keeper.lose_session()
            return Unavailable(f"Discord doesn't know the session any more ({code})")
        return Dropped(f"the connection to Discord ended ({code})")


def intents(config: DiscordConfig) -> int:
    """Which events we want. The content of what is said on servers has to be allowed on the application's page; private
    chats, and messages that mention the bot, have it always."""
    wanted = _GUILDS | _GUILD_MESSAGES | _GUILD_REACTIONS | _PRIVATE_MESSAGES | _PRIVATE_REACTIONS
    return wanted | _CONTENT if config.channels else wanted


class _Ended(Exception):
    """The connection is over."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


async def _next(link: aiohttp.ClientWebSocketResponse) -> tuple[Frame, bytes]:
    """The next frame. Raises _Ended."""
    message = await link.receive()
    if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
        raise _Ended(link.close_code)
    body = message.data if isinstance(message.data, bytes) else str(message.data).encode()
    return _decoded(msgspec.Raw(body), Frame), body


def _decoded(raw: msgspec.Raw, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE as exc:
        raise Unavailable("Discord's gateway says what is no frame of it") from exc


async def _tell(link: aiohttp.ClientWebSocketResponse, op: int, told: Any) -> None:
    try:
        await link.send_str(msgspec.json.encode({"op": op, "d": told}).decode())
    except (aiohttp.ClientError, ConnectionError) as exc:
        raise _Ended(link.close_code) from exc
