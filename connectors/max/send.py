"""Sending. MAX knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

from typing import Any, Final

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.max.client import MaxClient
from connectors.max.config import MaxConfig
from connectors.max.parse import CHAT

MAX_UNITS: Final = 4000  # of a text (dev.max.ru, POST /messages)
_AT_ONCE: Final = 5
_ALL: Final = "all"


class PartlySent(Exception):
    """Of a long text the first parts are with the customer; sending it again would repeat them."""


class _Body(msgspec.Struct):
    mid: str


class _Message(msgspec.Struct):
    body: _Body


class _Sent(msgspec.Struct):
    message: _Message


async def send(client: MaxClient, message: Outbound) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be; the receipt names the last one.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the customer
    stopped the bot); everything else means that it may have arrived.
    """
    query = _place(message)
    parts = split(message.text, MAX_UNITS)
    if not parts:
        raise Rejected("MAX takes no empty messages")
    mid = ""
    for number, part in enumerate(parts):
        fields: dict[str, Any] = {"text": part}
        if number == 0 and "chat_id" in query and message.in_reply_to.startswith("mid."):
            fields["link"] = {"type": "reply", "mid": message.in_reply_to}
        try:
            mid = (await client.ask("POST", "messages", _Sent, query=query, fields=fields)).message.body.mid
        except (Unavailable, AuthFailed, Rejected) as exc:
            if number == 0:
                raise
            raise PartlySent(f"{number} of {len(parts)} parts were sent, then: {exc}") from exc
    return SendReceipt(external_id=mid)


def _place(message: Outbound) -> dict[str, str]:
    """Where it goes. A dialog is its customer's own, so it must be the identity that is answered."""
    place = message.conversation_key or message.to
    if place.startswith(CHAT):
        return {"chat_id": place.removeprefix(CHAT)}
    if place != message.to:
        raise Rejected("the conversation is another person's than the one this answer is for")
    if not (place.isascii() and place.isdigit()):
        raise Rejected("this is nobody at MAX: people are numbers there")
    return {"user_id": place}


def pace(_config: MaxConfig) -> Pace:
    """MAX takes 30 requests in a second from a bot: less are sent at five at once."""
    return Pace(at_once=_AT_ONCE, at_once_in_lane=_AT_ONCE, lane=lambda _recipient: _ALL)
