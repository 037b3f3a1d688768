"""Socket Mode: a WebSocket to Slack, over which events come one by one until each is acknowledged."""

import asyncio
from collections.abc import Callable
from typing import Final

import aiohttp
import msgspec

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import AuthFailed, NotCommitted, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig
from connectors.slack.delivery import to_raw
from connectors.slack.receive import MAX_BODY_BYTES

HEARTBEAT_S: Final = 20.0


class Opened(msgspec.Struct, frozen=True):
    """What apps.connections.open answers; the address is good for one link."""

    url: str


class Frame(msgspec.Struct, frozen=True):
    type: str = ""
    envelope_id: str = ""
    reason: str = ""
    payload: msgspec.Raw = msgspec.Raw()


class Link:
    """Keeps a link open, and takes a new one before the old one ends.

    `missed` is called for each event that could not be stored: Slack repeats it a few times only; `stored` with each
    that was.
    """

    def __init__(
        self,
        client: SlackClient,
        config: SlackConfig,
        context: Context,
        *,
        missed: Callable[[], None],
        stored: Callable[[bytes], None],
    ) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._missed = missed
        self._stored = stored

    async def listen(self, deliver: Deliver, *, opened: Callable[[], None]) -> None:
        """Receive until cancelled; `opened` is called once events come. Raises AuthFailed and Unavailable."""
        link = await self._open()
        try:
            while True:
                body = await _next(link)
                frame = _read(body)
                if frame is None:
                    await self._keep(deliver, body)
                elif frame.type == "hello":
                    opened()
                elif frame.type == "disconnect":
                    if frame.reason == "link_disabled":
                        raise AuthFailed("Socket Mode is switched off: switch it on in the app's settings")
                    old, link = link, await self._open()
                    await old.close()
                elif frame.envelope_id and await self._keep(deliver, bytes(frame.payload)):
                    await _acknowledge(link, frame.envelope_id)
        finally:
            await link.close()

    async def _keep(self, deliver: Deliver, body: bytes) -> bool:
        """Whether it is stored. What isn't is not acknowledged, so that it comes again."""
        try:
            await deliver([to_raw(body, account=self._context.account)])
        except NotCommitted as exc:
            self._missed()
            self._context.log.warning("slack.not_stored", reason=type(exc).__name__)
            return False
        self._stored(body)
        return True

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        try:
            address = (await self._client.look_up("apps.connections.open", {}, Opened, as_app=True)).url
        except Rejected as exc:
            raise AuthFailed(f"{exc}: is Socket Mode switched on, and is app_token this app's?") from exc
        if not address.startswith("wss:") and not self._config.base_url.startswith("http:"):
            raise Unavailable("apps.connections.open: Slack named an address that is not wss")
        try:
            async with asyncio.timeout(self._config.request_timeout_s):
                return await self._context.http.ws_connect(address, heartbeat=HEARTBEAT_S, max_msg_size=MAX_BODY_BYTES)
        except (aiohttp.ClientError, TimeoutError, ValueError) as exc:
            raise Unavailable(f"the link to Slack can't be opened ({type(exc).__name__})") from exc


async def _next(link: aiohttp.ClientWebSocketResponse) -> bytes:
    """The bytes of the next frame. Raises Unavailable at the link's end."""
    message = await link.receive()
    if message.type is aiohttp.WSMsgType.TEXT:
        return str(message.data).encode()
    if message.type is aiohttp.WSMsgType.BINARY:
        return bytes(message.data)
    raise Unavailable(f"Slack closed the link ({link.close_code or message.type.name})")


def _read(body: bytes) -> Frame | None:
    """None for what is no frame of Slack's: it is kept, and has no id to acknowledge."""
    try:
        return msgspec.json.decode(body, type=Frame)
    except UNREADABLE:
        return None


async def _acknowledge(link: aiohttp.ClientWebSocketResponse, envelope_id: str) -> None:
    try:
        await link.send_str(msgspec.json.encode({"envelope_id": envelope_id}).decode())
    except (aiohttp.ClientError, ConnectionError) as exc:
        raise Unavailable(f"the link broke before an event was acknowledged ({type(exc).__name__})") from exc
