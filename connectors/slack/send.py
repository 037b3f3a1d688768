"""Sending. Slack knows no idempotency key, so a message whose answer got lost is never sent again by itself; what we
sign goes along as metadata, by which Slack's event about the message, or its history, settles it."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Final

import aiohttp
import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, OutgoingFile, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt, send_parts
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig
from connectors.slack.said import METADATA_TYPE
from connectors.slack.uploads import share, upload
from connectors.slack.words import escaped

MAX_CHARS: Final = 4000  # of a text as Slack advises; it cuts off at 40,000
_AT_ONCE: Final = 5
_PER_MINUTE: Final = 60  # about one a second in a channel


class _Channel(msgspec.Struct, frozen=True):
    id: str


class _Opened(msgspec.Struct, frozen=True):
    channel: _Channel


class _Posted(msgspec.Struct, frozen=True):
    channel: str
    ts: str


async def send(client: SlackClient, config: SlackConfig, http: aiohttp.ClientSession, message: Outbound) -> SendReceipt:
    """Send a text, in several messages where it is longer than one should be, and files after it; the receipt names
    the first message of the text.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be; everything else means
    that it may have arrived.
    """
    texts = split(message.text, MAX_CHARS, size=lambda text: len(escaped(text)))
    if not texts and not message.attachments:
        raise Rejected("Slack takes no empty messages")
    channel, thread = await _place(client, message)
    files = await upload(client, config, http, message.attachments)
    steps: list[Callable[[], Coroutine[None, None, str]]] = [
        partial(_say, client, _fields(message, channel, thread) | {"text": escaped(text)}) for text in texts
    ]
    if files:
        steps.append(partial(_show, client, files, message.attachments, channel, thread))
    sent = await send_parts(steps)
    return receipt(sent)


def _fields(message: Outbound, channel: str, thread: str) -> dict[str, str]:
    fields = {"channel": channel, "mrkdwn": "false", "unfurl_links": "false", "unfurl_media": "false"}
    fields |= {"thread_ts": thread} if thread else {}
    if message.reply_token:
        told = {"event_type": METADATA_TYPE, "event_payload": {"token": message.reply_token}}
        fields["metadata"] = msgspec.json.encode(told).decode()
    return fields


async def _say(client: SlackClient, fields: dict[str, str]) -> str:
    posted = await client.ask("chat.postMessage", fields, _Posted)
    return f"{posted.channel}:{posted.ts}"


async def _show(
    client: SlackClient, ids: Sequence[str], files: Sequence[OutgoingFile], channel: str, thread: str
) -> str:
    """Slack names the message with files to nobody who shares them."""
    await share(client, ids, files, channel=channel, thread=thread)
    return ""


async def _place(client: SlackClient, message: Outbound) -> tuple[str, str]:
    """The channel, and the thread there if it goes into one: a private chat's only where the customer wrote in it."""
    if not message.conversation_key:
        opened = await client.look_up("conversations.open", {"users": message.to}, _Opened)
        return opened.channel.id, ""
    channel, _, thread = message.conversation_key.partition(":")
    if not thread and message.in_reply_to.startswith(f"{channel}:"):
        thread = message.in_reply_to.removeprefix(f"{channel}:").partition(":")[2]
    return channel, thread


def pace(_config: SlackConfig) -> Pace:
    """Slack counts by channel; a customer's messages go to one, mostly."""
    return Pace(at_once=_AT_ONCE, per_minute_in_lane=_PER_MINUTE)
