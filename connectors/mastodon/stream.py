"""The account's stream: quick, without memory. What it tells is a reason to look, or is in no list: edits, deletions.

Server-sent events (docs.joinmastodon.org/methods/streaming): `event:` and `data:` lines, blank lines between, lines
that begin with a colon so that the connection lives.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.mastodon.client import MastodonClient, Refused

OPENED = "opened"  # what came before may have been missed
QUIET_S = 90.0  # instances send something at least every 15 s
CONNECT_S = 20.0
MAX_LINE_BYTES = 2 * 1024 * 1024
MAX_WAITING = 1000
_AGAIN_S = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of the stream."""

    event: str
    data: bytes = b""


class _Urls(msgspec.Struct, frozen=True):
    streaming: str = ""


class _Configuration(msgspec.Struct, frozen=True):
    urls: _Urls = _Urls()


class _Instance(msgspec.Struct, frozen=True):
    configuration: _Configuration = _Configuration()


class Stream:
    """Follows the stream and puts what it tells into `told`; `fault` is what is wrong with it."""

    def __init__(self, client: MastodonClient, log: Any) -> None:
        self._client = client
        self._log = log
        self.told: asyncio.Queue[Told] = asyncio.Queue(MAX_WAITING)
        self.fault = ""

    async def keep(self) -> None:
        """Follow until cancelled; a stream that breaks is opened again, later each time that it tells nothing."""
        tries = 0
        while True:
            try:
                async for told in self._follow():
                    tries = 0
                    await self.told.put(told)
                self.fault = "the stream ended"
            except (aiohttp.ClientError, TimeoutError, ValueError, Unavailable, AuthFailed, Refused) as exc:
                self.fault = f"the stream fails ({type(exc).__name__}): mentions come by asking, later"
                self._log.info("mastodon.stream_failed", error=type(exc).__name__)
            wait_s = _AGAIN_S[min(tries, len(_AGAIN_S) - 1)]
            tries += 1
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - no secret

    async def _follow(self) -> AsyncIterator[Told]:
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_read=QUIET_S)
        async with self._client.http.get(
            f"{await self._base()}/api/v1/streaming/user",
            headers=self._client.authorization | {"Accept": "text/event-stream"},
            timeout=timeout,
            allow_redirects=False,
        ) as answer:
            if answer.status != 200 or answer.content_type != "text/event-stream":
                raise Unavailable(f"no stream ({answer.status})")
            self.fault = ""
            yield Told(event=OPENED)
            event, data = "", b""
            async for line in _lines(answer.content):
                name, _, value = line.partition(b":")
                if not line and event:
                    yield Told(event=event, data=data)
                    event, data = "", b""
                elif name == b"event":
                    event = value.strip().decode(errors="replace")
                elif name == b"data":
                    data += value.strip()

    async def _base(self) -> str:
        """Where the instance says that its streams are, as a WebSocket's address; else itself."""
        told = await self._client.get("v2/instance", _Instance)
        base = told.configuration.urls.streaming.rstrip("/")
        if not base.startswith(("ws://", "wss://", "http://", "https://")):
            return self._client.url
        return base.replace("ws", "http", 1) if base.startswith("ws") else base


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Lines without their ends. Raises ValueError for one that is endless."""
    rest = b""
    async for piece in content.iter_any():
        rest += piece
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r")
        if len(rest) > MAX_LINE_BYTES:
            raise ValueError("an endless line")
