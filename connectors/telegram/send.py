"""Sending. Telegram knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot, Message, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from channelhub.content.portions import split, utf16_units
from channelhub.domain.outbound import Outbound, OutgoingFile, SendReceipt
from channelhub.sdk.errors import Blocked, Rejected, Unavailable
from channelhub.sdk.parts import receipt, send_parts
from connectors.telegram.chats import Chats
from connectors.telegram.client import explain
from connectors.telegram.names import external_id, number_of
from connectors.telegram.request import NotSent, TooManyRequests
from connectors.telegram.thread import Place, read_key
from connectors.telegram.uploads import FILES, MAX_CAPTION_UNITS, send_file

PATIENCE_S = 5.0  # that a message waits here for its turn; what has to wait longer waits in the outbox
PARTS_PATIENCE_S = 40.0  # the same for further messages of one answer; the hub gives a message a minute
MAX_UNITS = 4096  # UTF-16 code units of one message (core.telegram.org/bots/api#sendmessage)

_BLOCKED = ("bot was blocked by the user", "user is deactivated")


Part = Callable[[Place, int | None], Awaitable[Message]]  # sent to a place, as an answer to a message's number or none


async def send(bot: Bot, message: Outbound, chats: Chats) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, and its files, each when its chat may be
    written to.

    Raises Unavailable where nothing was taken, Rejected where it never will be; everything else means that it may have
    arrived. The receipt names the first message.
    """
    place = _place(message)
    if why_not := FILES.refusal(message.attachments):
        raise Rejected(why_not)
    parts = _parts(bot, message)
    if not parts:
        raise Rejected("Telegram takes no empty messages")
    talk = _Talk(chats, place, number_of(message.in_reply_to))
    sent = await send_parts([partial(talk.say, part, is_first=at == 0) for at, part in enumerate(parts)])
    return receipt(sent)


def _parts(bot: Bot, message: Outbound) -> list[Part]:
    """What goes as messages: the words, then the files; short words go below their only file."""
    texts = split(message.text, MAX_UNITS)
    caption = ""
    if len(message.attachments) == 1 and len(texts) == 1 and utf16_units(texts[0]) <= MAX_CAPTION_UNITS:
        caption = texts.pop()
    said: list[Part] = [partial(_say, bot, text) for text in texts]
    return said + [partial(_show, bot, file, caption) for file in message.attachments]


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


class _Talk:
    """One answer's messages, each where its chat is by then: a group that became a supergroup has a new number."""

    def __init__(self, chats: Chats, place: Place, answered: int | None) -> None:
        self._chats = chats
        self._place, self._answered = place, answered
        self._clock = asyncio.get_running_loop().time
        self._began_s = self._clock()
        if (now_id := chats.now(place.chat_id)) != place.chat_id:
            self._move(now_id)

    async def say(self, part: Part, *, is_first: bool) -> str:
        """Send one; how it is named. After a 429 the first goes back to the outbox; a later one waits here: what is
        before it is with the customer."""
        until_s = self._began_s + (PATIENCE_S if is_first else PARTS_PATIENCE_S)
        has_moved = False
        while True:
            await _turn(self._chats, self._place.chat_id, until_s)
            try:
                sent = await part(self._place, self._answered if is_first else None)
            except ChatMigrated as exc:
                if has_moved:
                    raise _verdict(exc) from exc
                self._chats.move(self._place.chat_id, exc.new_chat_id)
                self._move(exc.new_chat_id)
                has_moved = True
            except TooManyRequests as exc:
                self._chats.hold(self._place.chat_id, self._clock() + exc.retry_after_s)
                if is_first or self._clock() + exc.retry_after_s > until_s:
                    raise _verdict(exc) from exc
            except TelegramError as exc:
                raise _verdict(exc) from exc
            else:
                return external_id(self._place.chat_id, sent.message_id, business=self._place.business)

    def _move(self, chat_id: int) -> None:
        self._place, self._answered = Place(chat_id=chat_id), None


async def _turn(chats: Chats, chat_id: int, until_s: float) -> None:
    """Wait until the chat may be written to. Raises Unavailable where that is too long."""
    clock = asyncio.get_running_loop().time
    while (wait_s := chats.wait_s(chat_id, clock())) > 0:
        if clock() + wait_s > until_s:
            raise Unavailable(f"Telegram takes nothing more to this chat for {wait_s:.0f} s", retry_after_s=wait_s)
        await asyncio.sleep(wait_s)


async def _say(bot: Bot, text: str, place: Place, answered: int | None) -> Message:
    return await bot.send_message(
        place.chat_id,
        text,
        message_thread_id=place.topic,
        business_connection_id=place.business or None,
        reply_parameters=_reply(answered),
    )


async def _show(bot: Bot, file: OutgoingFile, caption: str, place: Place, answered: int | None) -> Message:
    return await send_file(bot, place, file, caption, _reply(answered))


def _reply(answered: int | None) -> ReplyParameters | None:
    return ReplyParameters(message_id=answered, allow_sending_without_reply=True) if answered else None


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
