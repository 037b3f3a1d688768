"""What we write to a customer, posted to the system that brought their message: signed, repeatable, and nowhere else.

The system tells repeats by `webhook-id`, which a message keeps at every attempt. Redirects are not followed, proxies of
the environment not used, and the address that is connected to must be public or allowed.
"""

import hashlib
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.egress import guarded_sockets
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.webhooks import read_secret, signed_headers
from connectors.api.config import ApiConfig

TYPE = "message.send"
_CONNECT_S = 10.0
_AGENT = "channelhub (message callback)"


class Callback:
    """Posts to an account's `reply_url`; while it is kept open, over connections that stay."""

    def __init__(self, config: ApiConfig, *, account: str, now: Callable[[], datetime]) -> None:
        self._config = config
        self._account = account
        self._now = now
        self._networks = tuple(ipaddress.ip_network(text) for text in config.reply_networks)
        self._shared: aiohttp.ClientSession | None = None

    async def send(self, message: Outbound) -> SendReceipt:
        """Post one message; `external_id` is its `webhook-id`.

        Raises Rejected where it will never be taken, Unavailable or AuthFailed where it was not taken now; whatever
        else is raised came after the post was sent, so it may have been taken.
        """
        if not self._config.reply_url:
            raise Rejected("this account can't send: set reply_url, where its messages are posted")
        body = payload(message, account=self._account)
        name = webhook_id(message, body)
        key = read_secret(self._config.reply_secret.reveal())
        headers = {"Content-Type": "application/json", **signed_headers(name, body, key=key, at=self._now())}
        try:
            async with (
                self._client() as client,
                client.post(self._config.reply_url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                _judge(answer.status, _wait_s(answer, now=self._now()))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"reply_url can't be reached: {_why(exc)}") from exc
        return SendReceipt(external_id=name)

    async def check(self) -> HealthReport:
        """Ask for the head of `reply_url`; any answer means that somebody is there."""
        if not self._config.reply_url:
            return HealthReport(health=Health.OK)
        try:
            async with (
                self._client() as client,
                client.head(self._config.reply_url, allow_redirects=False) as answer,
            ):
                return HealthReport(health=Health.OK, detail=f"reply_url answers ({answer.status})")
        except (aiohttp.ClientError, TimeoutError) as exc:
            return HealthReport(health=Health.DOWN, detail=f"reply_url can't be reached: {_why(exc)}")

    @asynccontextmanager
    async def kept_open(self) -> AsyncIterator[None]:
        """Until this ends, posts share their connections."""
        async with self._new_client() as client:
            self._shared = client
            try:
                yield
            finally:
                self._shared = None

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[aiohttp.ClientSession]:
        if self._shared is not None:
            yield self._shared
            return
        async with self._new_client() as client:
            yield client

    def _new_client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=guarded_sockets(self._networks), limit=self._config.reply_at_once
            ),
            timeout=aiohttp.ClientTimeout(total=self._config.reply_timeout_s, sock_connect=_CONNECT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT},
            auto_decompress=False,
            trust_env=False,
        )


def payload(message: Outbound, *, account: str) -> bytes:
    """The JSON of a post: the same bytes at every attempt."""
    return msgspec.json.encode(
        {
            "type": TYPE,
            "data": {
                "account": account,
                "conversation": message.conversation_key,
                "to": {"kind": message.to_kind, "value": message.to},
                "language": message.language,
                "subject": message.subject,
                "text": message.text,
                "in_reply_to": message.in_reply_to,
                "automatic": message.is_automatic,
            },
        }
    )


def webhook_id(message: Outbound, body: bytes) -> str:
    """Names a message once and for all. The digest keeps it apart from another that got the same number after a
    restore of an older backup."""
    return f"msg_{message.id}_{hashlib.sha256(body).hexdigest()[:16]}"


def _wait_s(answer: aiohttp.ClientResponse, *, now: datetime) -> float | None:
    return retry_after_s(answer.headers.get("Retry-After", ""), now=now, date=answer.headers.get("Date", ""))


def _judge(status: int, wait_s: float | None) -> None:
    """Returns for 2xx, else raises what an answer means."""
    if 200 <= status < 300:
        return
    if status in (401, 403):
        raise AuthFailed(f"reply_url refuses our signature ({status}): compare reply_secret with the one there")
    if status in (408, 425, 429) or status >= 500:
        raise Unavailable(f"reply_url answered {status}", retry_after_s=wait_s)
    if 300 <= status < 400:
        raise Rejected(f"reply_url answered {status}: redirects aren't followed, set the address it leads to")
    raise Rejected(f"reply_url refuses the message ({status})")


def _why(exc: BaseException) -> str:
    """A failure in the words of its cause, without the address, which may hold a secret path."""
    cause = getattr(exc, "os_error", None) or exc.__cause__ or exc
    return str(cause)[:200] or type(exc).__name__
