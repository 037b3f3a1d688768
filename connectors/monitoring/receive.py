"""Takes what a monitoring system posts: proved, then stored as it came, then answered."""

import asyncio
import hashlib
import math
from http import HTTPStatus

from aiohttp import web

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.errors import NotCommitted
from connectors.monitoring.config import GrafanaConfig, MonitoringConfig
from connectors.monitoring.proof import has_token, is_signed

MAX_BODY_BYTES = 4 * 1024 * 1024  # some thousand alerts in one group
_CHUNK_BYTES = 64 * 1024


class MonitoringConnector:
    """Served at /hooks/{account} while `run` runs."""

    def __init__(self, config: MonitoringConfig | GrafanaConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._deliver: Deliver | None = None
        context.mount(self._receive)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled."""
        self._deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._deliver = None

    async def check(self) -> HealthReport:
        """There is nothing to ask: the other side calls us."""
        return HealthReport(health=Health.OK)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without proof, 405, 413 and 400 for what can't be an alert, 503 when busy."""
        if not self._is_signed_only and not self._has_token(request):
            return _problem(401, "Authorization is missing or wrong", **{"WWW-Authenticate": "Bearer"})
        if request.method not in ("POST", "PUT"):
            return _problem(405, "alerts are posted", Allow="POST, PUT")
        body = await _read(request)
        if body is None:
            return _problem(413, f"at most {MAX_BODY_BYTES} bytes are taken at once")
        if self._is_signed_only and not self._is_signed(request, body):
            return _problem(401, "the signature is missing, too old or wrong", **{"WWW-Authenticate": "HMAC"})
        if not body:
            return _problem(400, "the body is empty")
        if self._deliver is None:
            return _problem(503, "this account is starting", **{"Retry-After": "1"})
        try:
            await self._deliver([self._raw(request, body)])
        except NotCommitted as exc:
            return _problem(503, str(exc), **{"Retry-After": str(max(1, math.ceil(exc.retry_after_s)))})
        return web.json_response({"status": "stored"})

    def _raw(self, request: web.Request, body: bytes) -> RawMessage:
        """None of these systems numbers what it posts: the same bytes are the same delivery."""
        return RawMessage(
            account=self._context.account,
            delivery_id=hashlib.sha256(body).hexdigest(),
            body=body,
            content_type=request.headers.get("Content-Type", "application/json")[:200],
            envelope=Envelope(peer=self._context.peer_address(request)),
        )

    @property
    def _is_signed_only(self) -> bool:
        return isinstance(self._config, GrafanaConfig) and self._config.signed

    def _has_token(self, request: web.Request) -> bool:
        return has_token(request.headers, secret=self._config.secret, username=self._config.username)

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        assert isinstance(self._config, GrafanaConfig)
        return is_signed(
            request.headers,
            body,
            secret=self._config.secret,
            timestamp_header=self._config.timestamp_header,
            now_s=self._context.now().timestamp(),
        )


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is too large; no more than that is ever held."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _problem(status: int, detail: str, **headers: str) -> web.Response:
    """A refusal as RFC 9457 says."""
    return web.json_response(
        {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail},
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )
