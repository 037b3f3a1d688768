"""The webhook: Telegram posts one update at a time and repeats it until we answer 2xx (for 24 h)."""

import math
from http import HTTPStatus

import msgspec
from aiohttp import web
from telegram.error import TelegramError

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import NotCommitted
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
        self.deliver: Deliver | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without the secret, 405, 413 and 400 for what no Telegram sends, 503 when busy."""
        if not self._secret or Secret(request.headers.get(SECRET_HEADER, "")) != self._secret:
            return _problem(401, f"{SECRET_HEADER} is missing or wrong")
        if request.method != "POST":
            return _problem(405, "Telegram posts its updates", Allow="POST")
        body = await _read(request)
        if body is None:
            return _problem(413, f"an update has at most {MAX_BODY_BYTES} bytes")
        if self.deliver is None:
            return _problem(503, "this account is starting", **{"Retry-After": "1"})
        try:
            msgspec.json.decode(body)
            raw = to_raw(body, self._origin, self._context.now(), peer=self._context.peer_address(request))
        except (ValueError, RecursionError):
            return _problem(400, "the body is not a JSON object with an update_id")
        try:
            await self.deliver([raw])
        except NotCommitted as exc:
            return _problem(503, str(exc), **{"Retry-After": str(max(1, math.ceil(exc.retry_after_s)))})
        return web.Response()


async def register(client: BotClient, config: TelegramConfig, url: str) -> None:
    """Tell Telegram where to post. Updates that wait are kept. Raises AuthFailed and Unavailable."""
    try:
        await client.bot.set_webhook(
            url,
            max_connections=MAX_CONNECTIONS,
            allowed_updates=list(config.allowed_updates),
            drop_pending_updates=False,
            secret_token=config.webhook_secret.reveal(),
        )
    except TelegramError as exc:
        raise explain(exc, "setting the webhook") from exc


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is too large; no more than that is ever held."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
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
