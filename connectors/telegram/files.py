"""Where Telegram keeps the file of a file id: asked anew for each download, because the address lives for an hour."""

from urllib.parse import quote

from telegram.error import BadRequest, TelegramError

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.telegram.client import BotClient, explain
from connectors.telegram.config import TELEGRAM_URL, TelegramConfig

_DOING = "asking Telegram for a file"


def media_hosts(config: TelegramConfig) -> tuple[MediaHost, ...]:
    """Telegram's own, or the Bot API server that the configuration names."""
    if config.base_url.rstrip("/") == TELEGRAM_URL:
        return (MediaHost(name="api.telegram.org"),)
    return (configured_host(config.base_url),)


async def locate(client: BotClient, config: TelegramConfig, file: MediaReference) -> MediaRequest:
    """Raises MediaRefused for files beyond what a bot may fetch (20 MB), MediaGone, AuthFailed, Unavailable."""
    try:
        found = await client.bot.get_file(file.reference)
    except BadRequest as exc:
        words = exc.message.lower()
        if "too big" in words:
            raise MediaRefused("Telegram gives bots files of 20 MB at most", reason=MediaReason.TOO_LARGE) from None
        if "temporarily" in words:
            raise Unavailable(f"{_DOING}: {exc.message[:200]}") from None
        raise MediaGone(f"{_DOING}: {exc.message[:200]}") from None
    except TelegramError as exc:
        raise explain(exc, _DOING) from None
    start = f"{config.base_url.rstrip('/')}/file/bot{config.token.reveal()}/"
    path = (found.file_path or "").removeprefix(start)
    if not path:
        raise Unavailable(f"{_DOING}: the answer names no path")
    if path.startswith("/"):
        raise MediaRefused(
            "the Bot API server of base_url gives places on its own disk: start it without --local to have files here"
        )
    return MediaRequest(url=start + quote(path, safe="/"), size=found.file_size)
