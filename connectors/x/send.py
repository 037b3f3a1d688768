"""Sending. X knows no idempotency key, so a message whose answer got lost is never sent again by itself."""

import re
from functools import partial
from typing import Any, Final

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt, send_parts
from connectors.x.client import XClient
from connectors.x.config import XConfig
from connectors.x.parse import DIRECT, POST, is_public
from connectors.x.uploads import rules, uploaded

MAX_DIRECT_CHARS: Final = 10_000
MAX_WEIGHT: Final = 280  # of a post; characters of most alphabets weigh 1, others and emoji 2, an address 23
_ADDRESS: Final = re.compile(r"https?://[^\s]{1,4000}")
_ADDRESS_WEIGHT: Final = 23
_LIGHT: Final = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_AT_ONCE: Final = 2
_ALL: Final = "all"


class _Direct(msgspec.Struct):
    dm_event_id: str


class _DirectSent(msgspec.Struct):
    data: _Direct


class _Tweet(msgspec.Struct):
    id: str


class _Posted(msgspec.Struct):
    data: _Tweet


async def send(client: XClient, message: Outbound) -> SendReceipt:
    """Send direct messages, or answer in public what was said in public, with files; the receipt names the last one.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: they take no
    direct messages of ours); everything else means that it may have arrived.
    """
    if why_not := rules(message.conversation_key).refusal(message.attachments):
        raise Rejected(why_not)
    if is_public(message.conversation_key):
        return await _answer(client, message)
    if message.conversation_key and message.conversation_key != message.to:
        raise Rejected("the conversation is another person's than the one this answer is for")
    if not (message.to.isascii() and message.to.isdigit()):
        raise Rejected("this is nobody at X: accounts are numbers here")
    texts = split(message.text, MAX_DIRECT_CHARS)
    if not texts and not message.attachments:
        raise Rejected("X takes no empty messages")
    files = [await uploaded(client, file, goes_public=False) for file in message.attachments]
    sent = await send_parts([partial(_say, client, message.to, part) for part in _parts(texts, files)])
    return receipt(sent, by_last=True)


def _parts(texts: list[str], files: list[str]) -> list[dict[str, Any]]:
    """X takes one file with a direct message: the first goes with the last words."""
    parts: list[dict[str, Any]] = [{"text": text} for text in texts]
    attached = [{"attachments": [{"media_id": media}]} for media in files]
    if parts and attached:
        parts[-1] |= attached.pop(0)
    return parts + attached


async def _say(client: XClient, to: str, fields: dict[str, Any]) -> str:
    path = f"dm_conversations/with/{to}/messages"
    answer = await client.ask("POST", path, _DirectSent, fields, is_account=True)
    return f"{DIRECT}{answer.data.dm_event_id}"


def weight(text: str) -> int:
    """How long X counts a post (docs.x.com, Counting characters)."""
    addresses = len(_ADDRESS.findall(text))
    rest = _ADDRESS.sub("", text)
    heavy = sum(not any(first <= ord(char) <= last for first, last in _LIGHT) for char in rest)
    return addresses * _ADDRESS_WEIGHT + len(rest) + heavy


async def _answer(client: XClient, message: Outbound) -> SendReceipt:
    """A public answer. Nothing automatic: hundreds alike are what X takes for spam."""
    if message.is_automatic:
        raise Rejected("automatic answers don't go under public posts")
    if not message.in_reply_to.startswith(POST):
        raise Rejected("there is no post that this would answer")
    text = message.text.strip()
    if not text:
        raise Rejected("X takes no empty posts")
    if weight(text) > MAX_WEIGHT:
        raise Rejected(
            f"a public answer may be {MAX_WEIGHT} characters long, this one counts {weight(text)}: shorten it"
        )
    fields: dict[str, Any] = {"text": text, "reply": {"in_reply_to_tweet_id": message.in_reply_to.removeprefix(POST)}}
    if files := [await uploaded(client, file, goes_public=True) for file in message.attachments]:
        fields["media"] = {"media_ids": files}
    posted = await client.ask("POST", "tweets", _Posted, fields, is_account=True)
    return SendReceipt(external_id=f"{POST}{posted.data.id}")


def pace(_config: XConfig) -> Pace:
    """X takes 15 direct messages and 100 posts in 15 minutes, and more by plan: what is too much it refuses for now."""
    return Pace(at_once=_AT_ONCE, at_once_in_lane=_AT_ONCE, lane=lambda _recipient: _ALL)
