"""The webhook: Telegram posts one update at a time and repeats it until we answer 2xx (for 24 h)."""

from datetime import datetime

from aiohttp import web
from telegram.error import TelegramError

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import is_secret
from connectors.telegram.buttons import pressed_in
from connectors.telegram.client import BotClient, explain
from connectors.telegram.config import TelegramConfig
from connectors.telegram.update import Origin, to_raw

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
MAX_BODY_BYTES = 1024 * 1024
MAX_CONNECTIONS = 40  # Telegram's default; within one chat it always waits for our answer before the next


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, context: Context, *, secret: Secret, origin: Origin) -> None:
        self._context = context
        self._secret = secret
        self._origin = origin
        self._bodies = BodyReader(MAX_BODY_BYTES)
        self.deliver: Deliver | None = None
        self.taken_at: datetime | None = None  # when an update was stored last

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without the secret, 405, 413 and 400 for what no Telegram sends, 503 when busy.

        What is no update but came with the secret is stored all the same: refused, it would come again for a day and
        hold up its chat.
        """
        if not is_secret(request.headers.get(SECRET_HEADER, ""), self._secret):
            raise Refused(401, f"{SECRET_HEADER} is missing or wrong.")
        require_method(request, "POST")
        body = await self._bodies.read(request)
        if not body:
            raise Refused(400, "The body is empty.")
        raw = to_raw(body, self._origin, self._context.now(), peer=self._context.peer_address(request))
        await store(self.deliver, [raw])
        self.taken_at = self._context.now()
        if press := pressed_in(body):  # Telegram carries out a method that stands in our answer
            return web.json_response({"method": "answerCallbackQuery", "callback_query_id": press})
        return web.Response()


async def register(client: BotClient, config: TelegramConfig, url: str) -> None:
    """Tell Telegram where to post. Updates that wait are kept. Raises AuthFailed and Unavailable."""
    try:
        await client.bot.set_webhook(
            url,
            max_connections=MAX_CONNECTIONS,
            allowed_updates=list(config.updates),
            drop_pending_updates=False,
            secret_token=config.webhook_secret.reveal(),
        )
    except TelegramError as exc:
        raise explain(exc, "setting the webhook") from exc
