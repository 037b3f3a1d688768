"""Takes what a system posts: proved, then stored as it came, then answered as that system wants it."""

import asyncio

from aiohttp import web

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.media import MediaRequest
from connectors.webhook.config import WebhookConfig
from connectors.webhook.delivery import Deliveries
from connectors.webhook.files import locate
from connectors.webhook.proof import Proof, without_field
from connectors.webhook.rate import Allowance

_CHALLENGES = {"token": "Bearer", "password": 'Basic realm="channelhub"'}


class WebhookConnector:
    """Served at /hooks/{account} while `run` runs."""

    def __init__(self, config: WebhookConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._deliver: Deliver | None = None
        self._proof = Proof(config)
        self._deliveries = Deliveries(config, account=context.account)
        self._bodies = BodyReader(config.max_body_bytes)
        self._allowance = Allowance(config.posts_per_minute)
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

    async def media(self, file: MediaReference) -> MediaRequest:
        """Where a file is that a post named."""
        return locate(file)

    @answers_refusals
    async def _receive(self, request: web.Request) -> web.StreamResponse:
        """The configured answer after the commit; 401 without proof, 429 over the allowance, 503 when busy.

        A shape that nobody knows is stored, too, and answered like all others, or it would be posted for ever.
        """
        is_query = self._config.body == "query"
        require_method(request, *(("GET", "POST") if is_query else ("POST", "PUT")))
        peer = self._context.peer_address(request)
        self._require(self._proof.fault_before_body(request.headers, peer=peer))
        asked = request.rel_url.raw_query_string.encode()
        body = asked if is_query else await self._bodies.read(request)
        self._require(self._proof.fault_of_fields(asked, body if self._config.body == "form" else b""))
        self._require(self._proof.fault_of_body(request.headers, body, now=self._context.now()))
        wait_s = self._allowance.wait_s(asyncio.get_running_loop().time())
        if wait_s:
            raise Refused(429, "More posts than this account takes in a minute.", retry_after_s=wait_s)
        if self._config.proof == "field" and self._config.body != "json":
            body = without_field(body, self._config.field)
        raw = await self._deliveries.make(body, request.headers, peer=peer, is_tls=request.secure)
        [receipt] = await store(self._deliver, [raw])
        self._context.log.info("webhook.stored", inbox_id=receipt.inbox_id, duplicate=receipt.is_duplicate)
        return self._answer()

    def _require(self, fault: str) -> None:
        """Raises Refused. Why exactly stands in no answer: `channelhub sample` tells those who have the secret."""
        if fault:
            self._context.log.info("webhook.refused", status=401)
            challenge = _CHALLENGES.get(self._config.proof, "HMAC")
            detail = "The proof is missing, too old or wrong."
            raise Refused(401, detail, headers={"WWW-Authenticate": challenge})

    def _answer(self) -> web.Response:
        config = self._config
        if not config.answer_body:
            return web.Response(status=config.answer_status)
        return web.Response(
            status=config.answer_status,
            text=config.answer_body,
            content_type=config.answer_type,
            charset="utf-8",
            headers={"X-Content-Type-Options": "nosniff"},
        )
