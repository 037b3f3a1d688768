"""Sending. Viber knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from channelhub.content.portions import split, utf16_units
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt, send_parts
from connectors.viber.client import ViberClient, failure
from connectors.viber.config import ViberConfig
from connectors.viber.files import FILES, MAX_CAPTION_UNITS, file_message, is_picture

MAX_UNITS = 7000  # of a text (developers.viber.com, send_message)
_AT_ONCE = 5
_ALL = "all"


async def send(
    client: ViberClient, config: ViberConfig, message: Outbound, *, addresses: Sequence[str] = ()
) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, and a message for each file, which Viber
    fetches at its address; the receipt has the last one's token.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the customer
    unsubscribed); everything else means that it may have arrived.
    """
    if message.conversation_key and message.conversation_key != message.to:
        raise Rejected("the conversation is another person's than the one this answer is for")
    if why_not := FILES.refusal(message.attachments):
        raise Rejected(why_not)
    parts = _parts(message, addresses)
    if not parts:
        raise Rejected("Viber takes no empty messages")
    tokens = await send_parts([partial(_send_part, client, config, message.to, part) for part in parts])
    return receipt(tokens, by_last=True)


def _parts(message: Outbound, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """What goes as messages: the words, then the files in order. Short words go below their only picture."""
    texts = split(message.text, MAX_UNITS)
    caption = ""
    is_single = len(message.attachments) == 1 and is_picture(message.attachments[0])
    if is_single and len(texts) == 1 and utf16_units(texts[0]) <= MAX_CAPTION_UNITS:
        caption = texts.pop()
    said: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
    placed = zip(message.attachments, addresses, strict=True)
    return said + [file_message(file, address, caption) for file, address in placed]


async def _send_part(client: ViberClient, config: ViberConfig, receiver: str, part: dict[str, Any]) -> str:
    asked = {"receiver": receiver, "min_api_version": 1, "sender": sender(config)} | part
    answer = await client.ask("send_message", asked)
    if answer.status:
        raise failure(answer, "send_message")
    return str(answer.message_token)


def sender(config: ViberConfig) -> dict[str, str]:
    """Who a message is from."""
    return {"name": config.name} | ({"avatar": config.avatar} if config.avatar else {})


def pace(config: ViberConfig) -> Pace:
    """Viber counts all messages of a bot together, so they are one lane."""
    return Pace(
        at_once=_AT_ONCE,
        at_once_in_lane=_AT_ONCE,
        per_minute_in_lane=config.messages_per_minute,
        lane=lambda _receiver: _ALL,
    )
