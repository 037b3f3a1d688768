"""Sending. Viber knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.viber.client import ViberClient, failure
from connectors.viber.config import ViberConfig

MAX_UNITS = 7000  # of a text (developers.viber.com, send_message)
_AT_ONCE = 5
_ALL = "all"


class PartlySent(Exception):
    """Of a long text the first parts are with the customer; sending it again would repeat them."""


async def send(client: ViberClient, config: ViberConfig, message: Outbound) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be; the receipt has the last one's token.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the customer
    unsubscribed); everything else means that it may have arrived.
    """
    if message.conversation_key and message.conversation_key != message.to:
        raise Rejected("the conversation is another person's than the one this answer is for")
    parts = split(message.text, MAX_UNITS)
    if not parts:
        raise Rejected("Viber takes no empty messages")
    token = ""
    for number, part in enumerate(parts):
        try:
            token = await _send_part(client, config, message.to, part)
        except (Unavailable, AuthFailed, Rejected) as exc:
            if number == 0:
                raise
            raise PartlySent(f"{number} of {len(parts)} parts were sent, then: {exc}") from exc
    return SendReceipt(external_id=token)


async def _send_part(client: ViberClient, config: ViberConfig, receiver: str, text: str) -> str:
    answer = await client.ask(
        "send_message",
        {"receiver": receiver, "min_api_version": 1, "sender": sender(config), "type": "text", "text": text},
    )
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
