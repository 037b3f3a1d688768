"""Sending. Telegram knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

import asyncio

from telegram import Bot, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.errors import Blocked, Rejected, Unavailable
from connectors.telegram.chats import Chats
from connectors.telegram.client import explain
from connectors.telegram.names import external_id, number_of
from connectors.telegram.request import NotSent, TooManyRequests
from connectors.telegram.thread import Place, read_key

PATIENCE_S = 5.0  # that a message waits here for its turn; what has to wait longer waits in the outbox
PARTS_PATIENCE_S = 40.0  # the same for the further parts of a long text; the hub gives a message a minute
MAX_UNITS = 4096  # UTF-16 code units of one message (core.telegram.org/bots/api#sendmessage)

_BLOCKED = ("bot was blocked by the user", "user is deactivated")


class PartlySent(Exception):
    """Of a long text the first parts are with the customer; sending it again would repeat them."""


async def send(bot: Bot, message: Outbound, chats: Chats) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, each when its chat may be written to.

    Raises Unavailable where nothing was taken, Rejected where it never will be; everything else means that it may have
    arrived. The receipt names the first message.
    """
    place, answered = _place(message), number_of(message.in_reply_to)
    if (now_id := chats.now(place.chat_id)) != place.chat_id:
        place, answered = Place(chat_id=now_id), None
    parts = split(message.text, MAX_UNITS)
    if not parts:
        raise Rejected("Telegram takes no empty messages")
    began_s = asyncio.get_running_loop().time()
    first = ""
    for number, part in enumerate(parts):
        until_s = began_s + (PATIENCE_S if number == 0 else PARTS_PATIENCE_S)
        try:
            sent, place = await _send_part(
                bot, chats, place, part, answered if number == 0 else None, until_s=until_s, is_first=number == 0
            )
        except (Unavailable, Rejected) as exc:
            if number == 0:
                raise
            raise PartlySent(f"{number} of {len(parts)} parts were sent, then: {exc}") from exc
        first = first or external_id(place.chat_id, sent, business=place.business)
    return SendReceipt(external_id=first)


def _place(message: Outbound) -> Place:
    """The conversation's chat. A private one is its customer's own, so it must be the identity that is answered."""
    try:
        place = read_key(message.conversation_key or message.to)
        recipient = int(message.to)
    except ValueError:
        raise Rejected("this is not a Telegram chat: the conversation and the recipient are numbers") from None
    if place.chat_id > 0 and place.chat_id != recipient:
        raise Rejected("the conversation is another person's than the one this answer is for")
    return place


async def _send_part(
    bot: Bot, chats: Chats, place: Place, text: str, answered: int | None, *, until_s: float, is_first: bool
) -> tuple[int, Place]:
    """The sent message's number and where it went: a group that became a supergroup has a new id, once told.

    After a 429 the first part goes back to the outbox; a later one waits here: what is before it is with the customer.
    """
    clock = asyncio.get_running_loop().time
    has_moved = False
    while True:
        await _turn(chats, place.chat_id, until_s)
        try:
            return await _call(bot, place, text, answered), place
        except ChatMigrated as exc:
            if has_moved:
                raise _verdict(exc) from exc
            chats.move(place.chat_id, exc.new_chat_id)
            place, answered, has_moved = Place(chat_id=exc.new_chat_id), None, True
        except TooManyRequests as exc:
            chats.hold(place.chat_id, clock() + exc.retry_after_s)
            if is_first or clock() + exc.retry_after_s > until_s:
                raise _verdict(exc) from exc
        except TelegramError as exc:
            raise _verdict(exc) from exc


async def _turn(chats: Chats, chat_id: int, until_s: float) -> None:
    """Wait until the chat may be written to. Raises Unavailable where that is too long."""
    clock = asyncio.get_running_loop().time
    while (wait_s := chats.wait_s(chat_id, clock())) > 0:
        if clock() + wait_s > until_s:
            raise Unavailable(f"Telegram takes nothing more to this chat for {wait_s:.0f} s", retry_after_s=wait_s)
        await asyncio.sleep(wait_s)


async def _call(bot: Bot, place: Place, text: str, answered: int | None) -> int:
    reply = ReplyParameters(message_id=answered, allow_sending_without_reply=True) if answered else None
    sent = await bot.send_message(
        place.chat_id,
        text,
        message_thread_id=place.topic,
        business_connection_id=place.business or None,
        reply_parameters=reply,
    )
    return sent.message_id


def _verdict(exc: TelegramError) -> Exception:
    """What a failure says of the message: not taken (Unavailable), never (Rejected), or possibly taken (as it is)."""
    match exc:
        case Forbidden() if any(sign in exc.message.lower() for sign in _BLOCKED):
            return Blocked(f"the customer can't be written to (403): {exc.message[:300]}")
        case Forbidden():
            return Rejected(f"the customer can't be written to (403): {exc.message[:300]}")
        case BadRequest() if "business" in exc.message.lower():
            return Rejected(
                f"the business account no longer lets the bot answer (400: {exc.message[:200]}). Its owner connects it "
                "in Telegram: Settings, Telegram Business, Chatbots, with the right to reply"
            )
        case BadRequest() | ChatMigrated():
            return Rejected(f"Telegram refuses the message (400): {exc.message[:300]}")
        case NotSent() | TooManyRequests() | Conflict():
            return explain(exc, "sending")
        case InvalidToken():
            return Unavailable(str(explain(exc, "sending")))
        case _:
            return exc
