"""Where MAX posts to: told at each start, looked at ever after. MAX takes an address away that failed for hours."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from channelhub.sdk.contract import Context
from channelhub.sdk.errors import Rejected, Unavailable
from connectors.max.client import MaxClient, Unclear
from connectors.max.config import MaxConfig

_PATH: Final = "subscriptions"


class _Subscription(msgspec.Struct):
    url: str


class _Subscriptions(msgspec.Struct):
    subscriptions: tuple[_Subscription, ...] = ()


class Done(msgspec.Struct):
    """What MAX answers to what it did, or wouldn't."""

    success: bool = False
    message: str = ""


class Bot(msgspec.Struct):
    """Who the token is of."""

    user_id: int
    first_name: str | None = None
    name: str | None = None
    username: str | None = None


async def me(client: MaxClient) -> Bot:
    """Raises AuthFailed and Unavailable."""
    try:
        return await client.ask("GET", "me", Bot)
    except (Rejected, Unclear) as exc:
        raise Unavailable(str(exc)) from exc


async def register(client: MaxClient, config: MaxConfig, url: str) -> None:
    """Have MAX post to `url`, everything it has. Other programs' addresses hear the same, and are left alone.

    Raises AuthFailed and Unavailable.
    """
    asked: dict[str, Any] = {"url": url, "secret": config.webhook_secret.reveal()}
    try:
        done = await client.ask("POST", _PATH, Done, fields=asked)
    except (Rejected, Unclear) as exc:
        raise Unavailable(f"{exc}. {_needs(url)}") from exc
    if not done.success:
        raise Unavailable(f"MAX doesn't take {url} ({done.message[:200]}). {_needs(url)}")


async def addresses(client: MaxClient) -> Sequence[str]:
    """Where MAX posts to. Raises AuthFailed and Unavailable."""
    try:
        found = await client.ask("GET", _PATH, _Subscriptions)
    except (Rejected, Unclear) as exc:
        raise Unavailable(str(exc)) from exc
    return [one.url for one in found.subscriptions]


async def clear(client: MaxClient, context: Context) -> None:
    """Take all addresses away: while there is one, MAX gives nothing to who asks. Raises AuthFailed, Unavailable."""
    for url in await addresses(client):
        context.log.warning("max.webhook_removed")
        try:
            await client.ask("DELETE", _PATH, Done, query={"url": url})
        except (Rejected, Unclear) as exc:
            raise Unavailable(str(exc)) from exc


def missing(url: str, found: Sequence[str]) -> str:
    """What is wrong where MAX doesn't post to `url`."""
    others = ", ".join(found) or "nowhere"
    return f"MAX posts to {others}, not to {url}: is public_url right, and does the account run? {_needs(url)}"


def _needs(url: str) -> str:
    return f"{url} has to be https from the internet, with a certificate of a public authority"
