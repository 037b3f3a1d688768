"""Sending. The Bot Connector knows no idempotency key: what perhaps arrived is never sent again by itself."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt, send_parts
from connectors.teams.client import TeamsClient
from connectors.teams.config import TeamsConfig
from connectors.teams.files import messages
from connectors.teams.places import Places

MAX_BYTES: Final = 16_000  # of a text: Teams takes some 28 KB with everything around it, in UTF-16
_AT_ONCE: Final = 5
_PER_MINUTE: Final = 60  # 60 in half a minute are taken in a conversation, 1,800 in an hour


class _Sent(msgspec.Struct, frozen=True):
    id: str = ""


async def send(client: TeamsClient, places: Places, message: Outbound, *, addresses: Sequence[str] = ()) -> SendReceipt:
    """Send a text into the conversation that it answers, in several messages where it is long, and its files after it,
    by their addresses where Teams doesn't show them; the receipt names the first.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be; everything else means
    that it may have arrived.
    """
    texts = split(message.text, MAX_BYTES, size=lambda text: 2 * len(text.encode("utf-8", "surrogatepass")))
    parts = messages(texts, message.attachments, addresses)
    if not parts:
        raise Rejected("Teams takes no empty messages")
    if not message.conversation_key:
        raise Rejected("Teams takes answers in conversations only: the customer has to write first")
    answered = message.in_reply_to
    path = f"activities/{quote(answered, safe='')}" if answered else "activities"
    url = await places.address(message.conversation_key, path)
    place = {"replyToId": answered} if answered else {}
    key = message.conversation_key
    return receipt(await send_parts([partial(_say, client, url, part | place, key) for part in parts]))


async def _say(client: TeamsClient, url: str, activity: dict[str, Any], key: str) -> str:
    """How a message is named, where Teams says."""
    sent = await client.post(url, activity, _Sent)
    return f"{key}:{sent.id}" if sent.id else ""


def pace(_config: TeamsConfig) -> Pace:
    return Pace(at_once=_AT_ONCE, per_minute_in_lane=_PER_MINUTE)
