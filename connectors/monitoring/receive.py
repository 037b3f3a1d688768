"""Takes what a monitoring system posts: proved, then stored as it came, then answered."""

import asyncio
import hashlib

from aiohttp import web

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from connectors.monitoring.config import GrafanaConfig, MonitoringConfig
from connectors.monitoring.proof import has_token, is_signed_by_grafana

MAX_BODY_BYTES = 4 * 1024 * 1024  # some thousand alerts in one group


class MonitoringConnector:
    """Served at /hooks/{account} while `run` runs."""

    def __init__(self, config: MonitoringConfig | GrafanaConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._deliver: Deliver | None = None
        self._bodies = BodyReader(MAX_BODY_BYTES)
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

    @answers_refusals
    async def _receive(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without proof, 405, 413 and 400 for what can't be an alert, 503 when busy."""
        if not self._is_signed_only and not self._has_token(request):
            raise Refused(401, "Authorization is missing or wrong.", headers={"WWW-Authenticate": "Bearer"})
        require_method(request, "POST", "PUT")
        body = await self._bodies.read(request)
        if self._is_signed_only and not self._is_signed(request, body):
            raise Refused(401, "The signature is missing, too old or wrong.", headers={"WWW-Authenticate": "HMAC"})
        if not body:
            raise Refused(400, "The body is empty.")
        await store(self._deliver, [self._raw(request, body)])
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
        return is_signed_by_grafana(
            request.headers,
            body,
            secret=self._config.secret,
            timestamp_header=self._config.timestamp_header,
            now_s=self._context.now().timestamp(),
        )
