"""Long polling: the marker moves in the transaction of the updates before it."""

import asyncio
from typing import Final

import msgspec

from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import NotCommitted, Rejected, Unavailable
from connectors.max import registration
from connectors.max.client import MaxClient, Unclear
from connectors.max.config import MaxConfig
from connectors.max.delivery import to_raw

SCOPE: Final = "updates"
MOST: Final = 100  # updates of one answer
PAUSE_S: Final = 0.5  # between requests; MAX takes two in a second


class _News(msgspec.Struct):
    updates: list[msgspec.Raw] = []
    marker: int | None = None


async def poll(client: MaxClient, config: MaxConfig, context: Context, deliver: Deliver) -> None:
    """Receive until cancelled. Raises AuthFailed and Unavailable.

    MAX forgets what came before the marker that is asked with, so we ask only with one that is committed.
    """
    await registration.clear(client, context)
    bot = await registration.me(client)
    scope = f"{SCOPE}:{bot.user_id}"  # another bot under the same account's name counts its updates by itself
    marker = await context.cursor(scope)
    loop = asyncio.get_running_loop()
    while True:
        asked_s = loop.time()
        news = await _ask(client, marker, config.poll_timeout_s)
        marker = await _keep(news, config, context, deliver, scope=scope, marker=marker)
        if loop.time() - asked_s < PAUSE_S:
            await asyncio.sleep(PAUSE_S)


async def _ask(client: MaxClient, marker: str | None, wait_s: int) -> _News:
    query = {"limit": str(MOST), "timeout": str(wait_s)} | ({"marker": marker} if marker else {})
    try:
        return await client.ask("GET", "updates", _News, query=query, patience_s=wait_s)
    except (Rejected, Unclear) as exc:
        raise Unavailable(str(exc)) from exc


async def _keep(
    news: _News, config: MaxConfig, context: Context, deliver: Deliver, *, scope: str, marker: str | None
) -> str | None:
    """Commit the updates and the marker after them together; the marker to ask with next."""
    following = marker if news.marker is None else str(news.marker)
    if not news.updates and following == marker:
        return marker
    raws = [to_raw(bytes(one), account=context.account, takes_groups=config.groups) for one in news.updates]
    cursor = Cursor(scope=scope, value=following, expected=marker) if following and following != marker else None
    try:
        await deliver(raws, cursor)
    except NotCommitted as exc:
        raise Unavailable(f"the updates stay at MAX: {exc}", retry_after_s=exc.retry_after_s) from exc
    return following
