"""Sending, by pushes that may be repeated: LINE takes each retry key once (for a day).

A reply token would cost nothing, but it lives for a minute and knows no retry key: after a lost answer nobody could
tell whether the customer has the message.
"""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import PartlySent, receipt
from connectors.line.client import LineClient
from connectors.line.config import LineConfig
from connectors.line.files import file_messages

MAX_UNITS = 5000  # UTF-16 code units of a text (developers.line.biz, Text message)
MAX_MESSAGES = 5  # of one push: all are taken, or none
_AT_ONCE = 5
_PRIVATE = "U"


class Sent(msgspec.Struct, frozen=True):
    id: str


class Pushed(msgspec.Struct, frozen=True, rename="camel"):
    """What a push answers, also where it was taken before."""

    sent_messages: tuple[Sent, ...] = ()


async def send(
    client: LineClient, account: str, message: Outbound, *, addresses: Sequence[str] = (), preview: str = ""
) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, and a message for each file, which LINE
    fetches at its address; the receipt names the first.

    Raises Unavailable and AuthFailed where it was not taken now, Rejected where it never will be; everything else means
    that it may have arrived. Sending the same again changes nothing.
    """
    place = message.conversation_key or message.to
    if place.startswith(_PRIVATE) and place != message.to:
        raise Rejected("the conversation is another person's than the one this answer is for")
    parts = split(message.text, MAX_UNITS)
    if len(parts) > MAX_MESSAGES:
        raise Rejected(f"LINE takes {MAX_MESSAGES * MAX_UNITS} characters at once: shorten the answer")
    messages: list[dict[str, Any]] = [{"type": "text", "text": part} for part in parts]
    messages += file_messages(message.attachments, addresses, preview)
    if not messages:
        raise Rejected("LINE takes no empty messages")
    pushes = [messages[at : at + MAX_MESSAGES] for at in range(0, len(messages), MAX_MESSAGES)]
    names: list[str] = []
    for number, push in enumerate(pushes):
        key = retry_key(account, message, number)
        try:
            answer = await client.ask("POST", "message/push", {"to": place, "messages": push}, retry_key=key)
        except Rejected as exc:
            if number == 0:
                raise
            words = f"{number} of {len(pushes)} parts were sent, then: {exc}"
            raise PartlySent(words, names=names, total=len(messages)) from exc
        names += [sent.id for sent in answer.read(Pushed).sent_messages]
    return receipt(names)


def retry_key(account: str, message: Outbound, push: int = 0) -> str:
    """The same for each attempt. The digest keeps it apart from another message that got the same number after a
    restore of an older backup."""
    told = "\0".join((message.to, message.text, *(file.sha256 for file in message.attachments)))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    which = f":{push}" if push else ""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"channelhub:{account}:{message.id}:{digest}{which}"))


def pace(_config: LineConfig) -> Pace:
    """LINE takes 2,000 pushes in a second: more than we send at five at once."""
    return Pace(at_once=_AT_ONCE)
