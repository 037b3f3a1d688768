"""Fetches one file from a channel's host: bounded in time and memory, at hosts of a list only, never looked into.

Each hop of a redirect is judged anew, and each socket by the address it is about to be connected to.
"""

import asyncio
import errno
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

from channelhub.content.retry_after import retry_after_s
from channelhub.domain.media import MediaReason
from channelhub.sdk.egress import guarded_sockets
from channelhub.sdk.errors import AuthFailed, ConnectorError, Unavailable
from channelhub.sdk.media import MediaDamaged, MediaGone, MediaHost, MediaRefused, MediaRequest
from channelhub.sdk.names import Names

DEADLINE_S: Final = 600.0
SLOWEST_BYTES_S: Final = 128 * 1024  # larger files get more time, as if they came so slowly
SILENCE_S: Final = 30.0
CONNECT_S: Final = 10.0
MAX_HOPS: Final = 5
CHUNK_BYTES: Final = 256 * 1024
NAMES_KEPT_S: Final = 10
AGENT: Final = "channelhub (media)"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

Sink = Callable[[bytes], Awaitable[None]]  # takes the next bytes; what it raises ends the download


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came: bytes, their digest in hex, and the type that the server said."""

    size: int
    sha256: str
    content_type: str


class MediaFetcher:
    """Downloads while it is entered, each over a connection of its own."""

    def __init__(
        self, *, now: Callable[[], datetime], deadline_s: float = DEADLINE_S, silence_s: float = SILENCE_S
    ) -> None:
        self._now = now
        self._deadline_s = deadline_s
        self._silence_s = silence_s
        self._stack = AsyncExitStack()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        names = Names()
        self._stack.push_async_callback(names.close)
        for is_ours in (False, True):
            self._sessions[is_ours] = await self._stack.enter_async_context(self._session(names, is_ours=is_ours))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def fetch(self, request: MediaRequest, hosts: Sequence[MediaHost], *, max_bytes: int, sink: Sink) -> Fetched:
        """Hand the file to `sink` piece by piece.

        Raises MediaRefused (a host that isn't listed, too large), MediaGone, MediaDamaged, AuthFailed, Unavailable,
        and what `sink` raises. No text of these holds an address.
        """
        if request.size is not None:
            _bound(request.size, max_bytes)
        try:
            async with asyncio.timeout(max(self._deadline_s, max_bytes / SLOWEST_BYTES_S)):
                return await self._follow(request, hosts, max_bytes=max_bytes, sink=sink)
        except TimeoutError as exc:
            raise Unavailable("the file didn't come in time") from exc
        except aiohttp.ClientPayloadError as exc:
            raise MediaDamaged("the connection ended before the file did") from exc
        except aiohttp.ClientError as exc:
            raise _explained(exc) from None

    async def _follow(
        self, request: MediaRequest, hosts: Sequence[MediaHost], *, max_bytes: int, sink: Sink
    ) -> Fetched:
        url = _read(request.url)
        for _ in range(MAX_HOPS + 1):
            host = _host_of(url, hosts)
            headers = {**(request.headers if host.takes_credentials else {}), "Accept-Encoding": "identity"}
            async with self._sessions[host.is_ours].get(url, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    self._check(response)
                    return await _received(response, request, max_bytes=max_bytes, sink=sink)
                url = url.join(_read(response.headers.get("Location", "")))
        raise MediaGone(f"the channel's server redirects more than {MAX_HOPS} times")

    def _check(self, response: aiohttp.ClientResponse) -> None:
        """Raise for every answer but the file."""
        status = response.status
        if status == 200:
            return
        wait_s = retry_after_s(response.headers.get("Retry-After", ""), now=self._now())
        if status == 429 or status >= 500:
            raise Unavailable(f"the channel's server answers {status}", retry_after_s=wait_s)
        if status < 300:
            raise Unavailable(f"the file isn't ready (HTTP {status})", retry_after_s=wait_s)
        if status == 401:
            raise AuthFailed("the channel's server refuses our credentials (401)")
        raise MediaGone(f"the channel's server doesn't give the file (HTTP {status})")

    def _session(self, names: Names, *, is_ours: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=names,
            ttl_dns_cache=NAMES_KEPT_S,
            socket_factory=None if is_ours else guarded_sockets(),
            limit=0,  # the worker counts
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=self._silence_s),
            headers={"User-Agent": AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )


async def _received(response: aiohttp.ClientResponse, request: MediaRequest, *, max_bytes: int, sink: Sink) -> Fetched:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise MediaDamaged("the channel's server sends the file packed, which we didn't ask for")
    if response.content_length is not None:
        _bound(response.content_length, max_bytes)
    size, digest = 0, hashlib.sha256()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        size += len(chunk)
        _bound(size, max_bytes)
        digest.update(chunk)
        await sink(chunk)
    if request.size is not None and size != request.size:
        raise MediaDamaged(f"{size} bytes came, the channel says {request.size}")
    if request.sha256 and digest.hexdigest() != request.sha256.lower():
        raise MediaDamaged("the file has another digest than the channel says")
    return Fetched(size=size, sha256=digest.hexdigest(), content_type=response.content_type)


def _bound(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise MediaRefused(f"larger than {max_bytes} bytes", reason=MediaReason.TOO_LARGE)


def _read(text: str) -> URL:
    try:
        return URL(text)
    except ValueError as exc:
        raise MediaRefused("its address can't be read", reason=MediaReason.HOST) from exc


def _host_of(url: URL, hosts: Sequence[MediaHost]) -> MediaHost:
    """The entry of the list that an address is at. Raises MediaRefused."""
    host = (url.raw_host or "").lower().rstrip(".")
    try:
        port = url.port or 0
    except ValueError:
        port = 0
    if url.raw_user is None and url.raw_password is None:
        for one in hosts:
            if one.covers(scheme=url.scheme, host=host, port=port):
                return one
    raise MediaRefused("it lies somewhere else than at the channel's own hosts", reason=MediaReason.HOST)


def _explained(exc: aiohttp.ClientError) -> ConnectorError:
    """What a connection's failure means; the library's own text may hold an address with a token in it."""
    if isinstance(exc, aiohttp.ClientSSLError):
        return Unavailable("the channel's server can't prove who it is (TLS)")
    if isinstance(exc, aiohttp.ClientConnectorError) and exc.os_error.errno == errno.EACCES:  # said by the guard
        return MediaRefused("its host leads to an address that isn't public", reason=MediaReason.HOST)
    return Unavailable(f"no file came: {type(exc).__name__}")
