"""The webhook: LINE posts a list of events and wants its answer within two seconds."""

from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_signed
from connectors.line.delivery import to_raws

SIGNATURE_HEADER = "X-Line-Signature"
MAX_BODY_BYTES = 4 * 1024 * 1024  # many events of 5,000 characters


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, context: Context, *, secret: Secret, takes_groups: bool) -> None:
        self._context = context
        self._secret = secret
        self._takes_groups = takes_groups
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit of all events; 401 without a right signature, 405 and 413 for what no LINE sends, 503
        when busy. What is signed and can't be read is stored all the same, and parked."""
        require_method(request, "POST")
        body = await self._bodies.read(request)
        if not is_signed(request.headers.get(SIGNATURE_HEADER, ""), body, secret=self._secret, encoding="base64"):
            raise Refused(401, f"{SIGNATURE_HEADER} does not match the body.")
        raws = to_raws(
            body,
            account=self._context.account,
            takes_groups=self._takes_groups,
            peer=self._context.peer_address(request),
        )
        if raws:
            await store(self.deliver, raws)
        return web.Response()
