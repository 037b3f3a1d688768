"""Long polling: the offset moves in the transaction of the updates before it."""

import asyncio
from contextlib import suppress

from telegram.error import TelegramError

from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import NotCommitted, Unavailable
from connectors.telegram.buttons import pressed_in
from connectors.telegram.client import BotClient, explain, is_webhook_conflict
from connectors.telegram.update import Origin, to_raw, update_id_of

SCOPE = "updates"
ANSWER_S = 3.0  # for answers to pressed buttons, all of one request together
PAUSE_S = 0.5  # between requests that brought nothing new and did not wait for it


async def poll(client: BotClient, context: Context, deliver: Deliver, *, origin: Origin, timeout_s: int) -> None:
    """Receive until cancelled. Raises AuthFailed and Unavailable.

    Telegram deletes what came before the offset that is asked with, so we ask only with one that is committed.
    """
    scope = f"{SCOPE}:{origin.bot_id}"  # another bot under the same account's name counts its updates by itself
    offset = await context.cursor(scope)
    loop = asyncio.get_running_loop()
    while True:
        asked = loop.time()
        updates = await _ask(client, context, offset, timeout_s)
        following = await _keep(updates, context, deliver, origin=origin, scope=scope, offset=offset)
        await _answer_presses(client, updates)
        if following == offset and loop.time() - asked < PAUSE_S:
            await asyncio.sleep(PAUSE_S)  # a server that doesn't wait shall not be asked a thousand times a second
        offset = following


async def _answer_presses(client: BotClient, updates: list[bytes]) -> None:
    """Let customers' buttons stop turning. What fails or takes long is left: Telegram forgets a press by itself."""
    presses = [press for press in map(pressed_in, updates) if press]
    if not presses:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            answers = (client.bot.answer_callback_query(press) for press in presses)
            await asyncio.gather(*answers, return_exceptions=True)


async def _ask(client: BotClient, context: Context, offset: str | None, timeout_s: int) -> list[bytes]:
    """The next updates. A webhook left over from before is removed, once, with what waits in it kept."""
    at = int(offset) if offset else None
    try:
        try:
            return await client.updates(offset=at, timeout_s=timeout_s)
        except TelegramError as exc:
            if not is_webhook_conflict(exc):
                raise
            context.log.warning("telegram.webhook_removed")
            await client.bot.delete_webhook(drop_pending_updates=False)
            return await client.updates(offset=at, timeout_s=timeout_s)
    except TelegramError as exc:
        raise explain(exc, "asking for updates") from exc


async def _keep(
    updates: list[bytes], context: Context, deliver: Deliver, *, origin: Origin, scope: str, offset: str | None
) -> str | None:
    """Commit the updates and the offset after them together; the offset to ask with next."""
    if not updates:
        return offset
    now = context.now()
    raws = [to_raw(update, origin, now) for update in updates]
    numbers = [number for number in map(update_id_of, updates) if number is not None]
    following = str(max(numbers) + 1) if numbers else None
    try:
        await deliver(raws, Cursor(scope=scope, value=following, expected=offset) if following else None)
    except NotCommitted as exc:
        raise Unavailable(f"the updates stay at Telegram: {exc}", retry_after_s=exc.retry_after_s) from exc
    if following is None:
        raise Unavailable("Telegram sent something that is not an update; it is kept. Is base_url right?")
    return following
