"""The webhook: Viber posts one event at a time, and repeats for about an hour what it doesn't hear 200 to."""

import msgspec
from aiohttp import web

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_signed
from connectors.viber.config import ViberConfig
from connectors.viber.delivery import peek_at, to_raw
from connectors.viber.send import sender
from connectors.viber.underway import UnderWay

SIGNATURE_HEADER = "X-Viber-Content-Signature"
MAX_BODY_BYTES = 1024 * 1024  # Viber's own requests are of 30 KB at most
_ON_OURS = frozenset({"delivered", "seen", "failed"})
_CHECK = "webhook"  # what set_webhook tries the address with


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, config: ViberConfig, context: Context, under_way: UnderWay) -> None:
        self._config = config
        self._context = context
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self._under_way = under_way
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without a right signature, 405 and 413 for what no Viber sends, 503 when busy.

        What is signed and no event is stored all the same, and parked: refused, it would only come again. The first
        opening of a chat is answered with the welcome.
        """
        require_method(request, "POST")
        body = await self._bodies.read(request)
        if not is_signed(request.headers.get(SIGNATURE_HEADER, ""), body, secret=self._config.token):
            raise Refused(401, f"{SIGNATURE_HEADER} does not match the body.")
        peek = peek_at(body)
        if peek and peek.event == _CHECK:
            return web.Response()
        if peek and peek.event in _ON_OURS:
            await self._under_way.over(peek.user_id or "")
        raw = to_raw(body, peek, account=self._context.account, peer=self._context.peer_address(request))
        await store(self.deliver, [raw])
        if peek and peek.event == "conversation_started" and not peek.subscribed and self._config.welcome.strip():
            return web.Response(body=msgspec.json.encode(self._welcome()), content_type="application/json")
        return web.Response()

    def _welcome(self) -> dict[str, object]:
        return {"type": "text", "text": self._config.welcome.strip(), "sender": sender(self._config)}
