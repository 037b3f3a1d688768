"""Sending. MAX knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

import asyncio
from functools import partial
from typing import Any, Final

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt, send_parts
from connectors.max.client import MaxClient, NotReady
from connectors.max.config import MaxConfig
from connectors.max.parse import CHAT
from connectors.max.uploads import uploaded

MAX_UNITS: Final = 4000  # of a text (dev.max.ru, POST /messages)
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0)  # before a message is tried again whose file is still looked at
_AT_ONCE: Final = 5
_ALL: Final = "all"


class _Body(msgspec.Struct):
    mid: str


class _Message(msgspec.Struct):
    body: _Body


class _Sent(msgspec.Struct):
    message: _Message


async def send(client: MaxClient, message: Outbound) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, and files, one with each message from the
    last words on; the receipt names the last one.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the customer
    stopped the bot); everything else means that it may have arrived.
    """
    query = _place(message)
    texts = split(message.text, MAX_UNITS)
    if not texts and not message.attachments:
        raise Rejected("MAX takes no empty messages")
    files = [await uploaded(client, file) for file in message.attachments]
    parts = _parts(texts, files)
    if "chat_id" in query and message.in_reply_to.startswith("mid."):
        parts[0]["link"] = {"type": "reply", "mid": message.in_reply_to}
    sent = await send_parts([partial(_say, client, query, part) for part in parts])
    return receipt(sent, by_last=True)


def _parts(texts: list[str], files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A file that isn't a picture or video must be the only one of its message, so that each gets its own."""
    parts: list[dict[str, Any]] = [{"text": text} for text in texts]
    if files and not parts:
        parts = [{}]
    for number, file in enumerate(files):
        if number == 0:
            parts[-1]["attachments"] = [file]
        else:
            parts.append({"attachments": [file]})
    return parts


async def _say(client: MaxClient, query: dict[str, str], fields: dict[str, Any]) -> str:
    """How a message is named. While MAX still looks at its file, it is tried again for some seconds."""
    for pause_s in PAUSES_S:
        try:
            return await _post(client, query, fields)
        except NotReady:
            await asyncio.sleep(pause_s)
    return await _post(client, query, fields)


async def _post(client: MaxClient, query: dict[str, str], fields: dict[str, Any]) -> str:
    return (await client.ask("POST", "messages", _Sent, query=query, fields=fields)).message.body.mid


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
