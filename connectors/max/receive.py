"""The webhook: MAX posts one update at a time, and repeats for hours what it doesn't hear 200 to."""

from aiohttp import web

from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_secret
from connectors.max.config import MaxConfig
from connectors.max.delivery import to_raw

SECRET_HEADER = "X-Max-Bot-Api-Secret"  # noqa: S105 - a header's name
MAX_BODY_BYTES = 1024 * 1024


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, config: MaxConfig, context: Context) -> None:
        self._secret = config.webhook_secret
        self._takes_groups = config.groups
        self._context = context
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without the secret, 405 and 413 for what no MAX sends, 503 when busy.

        What is no update but came with the secret is stored all the same, and parked: refused, it would come again.
        """
        if not is_secret(request.headers.get(SECRET_HEADER, ""), self._secret):
            raise Refused(401, f"{SECRET_HEADER} is missing or wrong.")
        require_method(request, "POST")
        body = await self._bodies.read(request)
        raw = to_raw(
            body,
            account=self._context.account,
            takes_groups=self._takes_groups,
            peer=self._context.peer_address(request),
        )
        await store(self.deliver, [raw])
        return web.Response()
