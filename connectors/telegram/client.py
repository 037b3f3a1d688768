"""The bot as the connector uses it, and what its failures mean for the supervisor."""

import aiohttp
import msgspec
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from channelhub.sdk.errors import AuthFailed, ConnectorError, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.telegram.config import TelegramConfig
from connectors.telegram.request import AnswerTooLarge, BotRequest, TooManyRequests, UpdatesRequest

MAX_UPDATES = 100  # the most that one getUpdates gives (core.telegram.org/bots/api#getupdates)


class _Updates(msgspec.Struct):
    ok: bool
    result: list[msgspec.Raw] = []


class BotClient:
    """One bot's methods. `bot` is the library's own; what it raises is put into our words by `explain`."""

    def __init__(self, config: TelegramConfig, http: aiohttp.ClientSession) -> None:
        url = config.base_url.rstrip("/")
        self._updates = UpdatesRequest(http, timeout_s=config.request_timeout_s)
        self._allowed = list(config.updates)
        self._limit = MAX_UPDATES
        self.bot = Bot(
            config.token.reveal(),
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=BotRequest(http, timeout_s=config.request_timeout_s),
            get_updates_request=self._updates,
        )

    async def updates(self, *, offset: int | None, timeout_s: int) -> list[bytes]:
        """The updates from `offset` on, each as the bytes Telegram sent; waits for the first up to `timeout_s`.

        Asking with an offset confirms, and so deletes, all updates before it. Raises TelegramError, or Unavailable for
        an answer that can't be read. One too large is asked for in smaller portions from the next call on.
        """
        try:
            await self.bot.get_updates(
                offset=offset, limit=self._limit, timeout=timeout_s, allowed_updates=self._allowed
            )
        except AnswerTooLarge:
            self._limit = max(1, self._limit // 10)
            raise
        try:
            answer = msgspec.json.decode(self._updates.answer, type=_Updates)
        except UNREADABLE as exc:
            raise Unavailable("Telegram's answer to getUpdates is cut off or not in the documented shape") from exc
        if len(answer.result) < self._limit:
            self._limit = MAX_UPDATES
        return [bytes(update) for update in answer.result]


def explain(exc: TelegramError, doing: str) -> ConnectorError:
    """What a failure of the Bot API means, in a text for the administrator that holds no token and no customer."""
    match exc:
        case InvalidToken():
            return AuthFailed(
                f"{doing}: Telegram refuses the token (401 or 404). Take the present one from BotFather (/mybots, "
                "API Token), put it into token_file, and check base_url if you set one"
            )
        case TooManyRequests():
            return Unavailable(f"{doing}: {exc.message}", retry_after_s=exc.retry_after_s)
        case Conflict() if is_webhook_conflict(exc):
            return Unavailable(
                f"{doing}: a webhook is active for this bot (409), and something sets it again after we delete it: "
                'stop the other program, or give this account mode = "webhook"'
            )
        case Conflict():
            return Unavailable(
                f"{doing}: another program asks for this bot's updates (409). Stop it, or take a bot of its own for "
                "this account: each update goes to one of them only"
            )
        case _:
            return Unavailable(f"{doing}: {exc.message[:300]}")


def is_webhook_conflict(exc: TelegramError) -> bool:
    """Whether a 409 says that polling is refused because of a webhook, not because of a second poller."""
    return isinstance(exc, Conflict) and "webhook" in exc.message.lower()
