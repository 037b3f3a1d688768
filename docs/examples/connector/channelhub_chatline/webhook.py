"""Takes Chatline's posts in."""

import asyncio
import hashlib
import json

from aiohttp import web
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_signed

MAX_BODY_BYTES = 256 * 1024  # Chatline sends at most 100 KB


class Webhook:
    """Served at /hooks/{account} while `run` runs."""

    def __init__(self, secret: Secret, context: Context) -> None:
        self._secret = secret
        self._context = context
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self._deliver: Deliver | None = None

    async def run(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._context.mount(self._receive)
        try:
            await asyncio.Event().wait()
        finally:
            self._deliver = None

    async def check(self) -> HealthReport:
        if not self._secret:
            return HealthReport(health=Health.AUTH_FAILED, detail="secret is empty: copy it from Chatline's settings")
        return HealthReport(health=Health.OK)

    @answers_refusals
    async def _receive(self, request: web.Request) -> web.StreamResponse:
        require_method(request, "POST")
        body = await self._bodies.read(request)
        if not is_signed(request.headers.get("X-Chatline-Signature", ""), body, secret=self._secret):
            raise Refused(401, "The signature does not match the body.")
        raw = RawMessage(
            account=self._context.account,
            delivery_id=delivery_id(body),
            body=body,
            content_type="application/json",
        )
        [receipt] = await store(self._deliver, [raw])
        self._context.log.info("chatline.stored", inbox_id=receipt.inbox_id, duplicate=receipt.is_duplicate)
        return web.Response(status=204)


def delivery_id(body: bytes) -> str:
    """Chatline's id of the event; for what we can't read, a digest: it is stored and parked all the same."""
    try:
        event_id = json.loads(body)["event_id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        event_id = None
    return event_id if isinstance(event_id, str) and 0 < len(event_id) <= 100 else hashlib.sha256(body).hexdigest()
