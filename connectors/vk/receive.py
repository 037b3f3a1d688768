"""The Callback API: VK posts one event at a time, and repeats what it doesn't hear `ok` to."""

from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_secret
from connectors.vk.config import VkConfig
from connectors.vk.delivery import IGNORED, peek_at, person_in, to_raw
from connectors.vk.names import Names

MAX_BODY_BYTES = 1024 * 1024
CONFIRMATION = "confirmation"


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, config: VkConfig, context: Context, names: Names) -> None:
        self._group_id = config.group_id
        self._secret: Secret = config.secret
        self._context = context
        self._names = names
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.confirmation = config.confirmation
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """`ok` after the commit, for events of every kind; 401 without the secret, which stands in the body, so that
        bytes that can't be read prove nothing. VK keeps what it hears 503 to, and comes again."""
        require_method(request, "POST")
        body = await self._bodies.read(request)
        peek = peek_at(body)
        if peek is None or not is_secret(peek.secret, self._secret):
            raise Refused(401, "The event does not carry the secret.")
        if peek.group_id != self._group_id:
            raise Refused(401, "The event is another community's.")
        if peek.type == CONFIRMATION:
            return self._confirmed()
        if peek.type not in IGNORED:
            raw = to_raw(
                body,
                account=self._context.account,
                now=self._context.now(),
                peer=self._context.peer_address(request),
            )
            await store(self.deliver, [raw])
            self._names.meet(person_in(body))
        return web.Response(text="ok")

    def _confirmed(self) -> web.Response:
        """VK tries the address before it posts there."""
        if not self.confirmation:
            raise Refused(503, "The confirmation is not known yet.", retry_after_s=5)
        return web.Response(text=self.confirmation)
