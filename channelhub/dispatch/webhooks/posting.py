"""One post to an endpoint: signed, bounded in time and memory, to an address that may be connected to, nowhere else."""

import asyncio
import contextlib
import errno
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import aiohttp

from channelhub.content.retry_after import retry_after_s
from channelhub.dispatch.webhooks.parcels import Parcel
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Attempt
from channelhub.rules.webhooks.outcomes import Posted, error_of
from channelhub.sdk.egress import Network, guarded_sockets
from channelhub.sdk.names import Names
from channelhub.sdk.webhook_keys import NotAKey, read_key, signed_by_all
from channelhub.sdk.webhooks import NotASecret

DEADLINE_S: Final = 15.0
ANSWER_BYTES: Final = 1024
ANSWER_S: Final = 2.0
NAMES_KEPT_S: Final = 10
AGENT: Final = "channelhub (webhooks)"
MASK: Final = "***"
_SHOWN: Final = frozenset({"content-type", "user-agent", "webhook-id", "webhook-timestamp"})


class Poster:
    """Posts while it is entered. Each attempt has a connection of its own, judged when it is made."""

    def __init__(
        self,
        *,
        networks: Sequence[Network],
        ports: Collection[int],
        now: Callable[[], datetime],
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._networks = networks
        self._ports = ports
        self._now = now
        self._deadline_s = deadline_s
        self._stack = AsyncExitStack()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        names = Names()
        self._stack.push_async_callback(names.close)
        for is_plain in (False, True):  # plain http leads into our own networks only
            made = self._session(names, ports=() if is_plain else self._ports)
            self._sessions[is_plain] = await self._stack.enter_async_context(made)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def post(self, parcel: Parcel) -> Posted:
        """Make one attempt. Every failure is in what is returned."""
        at, began_s = self._now(), time.monotonic()
        body = parcel.message.body.encode()
        try:
            keys = [read_key(one.secret.reveal()) for one in parcel.secrets]
        except (NotAKey, NotASecret):
            keys = []
        if not keys:
            return _posted(parcel, at, began_s, {}, error="key")
        headers = {
            **{name: value.reveal() for name, value in parcel.endpoint.headers},
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            **signed_by_all(parcel.message.key, body, keys=keys, at=at),
        }
        status, answer, wait_s = None, b"", None
        try:
            async with (
                asyncio.timeout(self._deadline_s),
                self._sessions[parcel.endpoint.url.startswith("http:")].post(
                    parcel.endpoint.url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                status = response.status  # from here on the endpoint has decided, whatever its body does
                wait_s = retry_after_s(response.headers.get("Retry-After", ""), now=at)
                answer = await _beginning(response)
            error = error_of(status)
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            error = _word(exc) if status is None else error_of(status)
        return _posted(parcel, at, began_s, headers, error=error, status=status, answer=answer, retry_after_s=wait_s)

    def _session(self, names: Names, *, ports: Collection[int]) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=names,
            ttl_dns_cache=NAMES_KEPT_S,
            socket_factory=guarded_sockets(self._networks, ports=frozenset(ports)),
            limit=0,  # lanes count
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),  # the deadline of an attempt is over everything
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            read_bufsize=4096,
            trust_env=False,
        )


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The first bytes of an answer's body, as far as they come soon."""
    found = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            while len(found) < ANSWER_BYTES and (more := await response.content.read(ANSWER_BYTES - len(found))):
                found += more
    return found


def _posted(
    parcel: Parcel,
    at: datetime,
    began_s: float,
    headers: Mapping[str, str],
    *,
    error: str,
    status: int | None = None,
    answer: bytes = b"",
    retry_after_s: float | None = None,
) -> Posted:
    attempt = Attempt(
        number=parcel.delivery.attempts + 1,
        at_us=to_us(at),
        took_ms=round((time.monotonic() - began_s) * 1000),
        headers=tuple((name, _shown(name, value)) for name, value in headers.items()),
        status=status,
        answer=answer.decode("utf-8", "replace").replace("\0", "�"),
        error=error,
    )
    return Posted(attempt=attempt, retry_after_s=retry_after_s)


def _shown(name: str, value: str) -> str:
    """A header as the log of deliveries keeps it: an endpoint's own ones may be secrets, and signatures are."""
    if name.lower() in _SHOWN:
        return value
    if name == "webhook-signature":
        return " ".join(f"{one.partition(',')[0]},{MASK}" for one in value.split(" "))
    return MASK


def _word(exc: BaseException) -> str:
    """The word for a post that got no answer."""
    if isinstance(exc, TimeoutError):
        return "timeout"
    if isinstance(exc, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return "address"
    if isinstance(exc, aiohttp.ClientConnectorDNSError):
        return "dns"
    if isinstance(exc, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "tls"
    if isinstance(exc, aiohttp.ClientConnectorError):
        return "blocked" if exc.os_error.errno == errno.EACCES else "connect"
    if isinstance(exc, aiohttp.ServerDisconnectedError | OSError):
        return "reset"
    return "protocol"
