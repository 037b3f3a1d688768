"""Answers: posts that answer the customer's, as public as it at most, under a key that has a repetition taken once.

Instances keep such keys for an hour. A lost answer is asked for again at once, while the key surely lives; after that
the hub doesn't repeat it by itself.
"""

import asyncio
import hashlib
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.json_parts import read_part
from channelhub.sdk.parts import receipt, send_parts
from connectors.mastodon.client import MastodonClient, Refused, Unclear, read
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.limits import Instance, of_instance
from connectors.mastodon.place import Place, narrower, read_key
from connectors.mastodon.shapes import Account, Id, Mention, Status
from connectors.mastodon.uploads import grouped, uploaded

LEAST_ROOM = 100  # for words beside the name of whom they are for
MAX_PARTS = 5
MOST_MENTIONED = 10
TRIES = 3
_AGAIN_S = 0.2


class _Target(msgspec.Struct, frozen=True):
    """The post that is answered, who is named, and how public it may be."""

    status_id: str
    acct: str
    visibility: str


class _Posted(msgspec.Struct, frozen=True):
    id: Id


class _Part(NamedTuple):
    """One post of an answer: words, and files by their ids."""

    text: str
    media: list[str]


async def send(client: MastodonClient, account: str, message: Outbound) -> SendReceipt:
    """Post a text, in a thread of several where it is longer than one may be, with its files at the end; the receipt
    names the first.

    Raises Unavailable and AuthFailed where it was not taken now, Rejected where it never will be; everything else means
    that it may have arrived.
    """
    if not message.text.strip() and not message.attachments:
        raise Rejected("Mastodon takes no empty posts")
    try:
        target = await _target(client, message)
        parts = await _parts(client, message, await of_instance(client), target)
    except Refused as exc:
        raise Rejected(f"the instance refuses it: {exc}") from exc
    thread = _Thread(client, target, key=_key(account, message), language=message.language)
    posts = await send_parts([partial(thread.post, number, part) for number, part in enumerate(parts)])
    return receipt(posts)


async def _parts(client: MastodonClient, message: Outbound, instance: Instance, target: _Target) -> list[_Part]:
    """The posts that an answer becomes. Its files are uploaded here, before any of it is posted."""
    if why_not := instance.files.refusal(message.attachments):
        raise Rejected(f"on this instance {why_not}")
    room = max(instance.max_chars - len(target.acct) - 2, LEAST_ROOM)
    texts, groups = split(message.text, room) or [""], grouped(message.attachments, instance.files_in_post)
    if len(texts) + max(len(groups) - 1, 0) > MAX_PARTS:
        raise Rejected(
            f"this instance takes {room} characters in a post, pictures together and videos alone, and at most "
            f"{MAX_PARTS} posts go: shorten the answer"
        )
    media = [await uploaded(client, group) for group in groups]
    last = _Part(texts[-1], media[0] if media else [])
    return [*(_Part(text, []) for text in texts[:-1]), last, *(_Part("", ids) for ids in media[1:])]


def pace(_config: MastodonConfig) -> Pace:
    """Instances take 300 requests in five minutes, and an answer is four or more."""
    return Pace(at_once=1, per_minute_in_lane=10, lane=lambda _to: "")


class _Thread:
    """The posts of one answer: each answers the one before it."""

    def __init__(self, client: MastodonClient, target: _Target, *, key: str, language: str) -> None:
        self._client = client
        self._target = target
        self._answered = target.status_id
        self._key = key
        self._language = language

    async def post(self, number: int, part: _Part) -> str:
        """The post's id. Raises Unavailable, AuthFailed, Rejected, and Unclear for what may be there."""
        fields: dict[str, Any] = {
            "status": f"@{self._target.acct} {part.text}".rstrip(),
            "in_reply_to_id": self._answered,
            "visibility": self._target.visibility,
        }
        fields |= {"language": self._language} if self._language else {}
        fields |= {"media_ids": part.media} if part.media else {}
        try:
            self._answered = await _post(self._client, fields, f"{self._key}-{number}")
        except Refused as exc:
            raise Rejected(f"the instance refuses it: {exc}") from exc
        return self._answered


async def _post(client: MastodonClient, fields: dict[str, Any], key: str) -> str:
    """The post's id. What may have been taken is asked for again; a refusal then says nothing of the first time."""
    unclear: Unclear | None = None
    for number in range(TRIES):
        try:
            return read(await client.ask("POST", "v1/statuses", fields, key=key), _Posted).id
        except Unclear as exc:
            unclear = exc
        except (Unavailable, AuthFailed, Refused) as exc:
            if unclear is not None:
                raise unclear from exc
            raise
        await asyncio.sleep(_AGAIN_S * 2**number)
    raise unclear or Unclear("no answer")


async def _target(client: MastodonClient, message: Outbound) -> _Target:
    """What is answered: the last post of the conversation, else its first, that the customer wrote or is named in."""
    try:
        place = read_key(message.conversation_key)
    except ValueError:
        raise Rejected("there is no post of this customer's to answer, and the hub begins no conversations") from None
    for status_id in dict.fromkeys(filter(None, (message.in_reply_to, place.root))):
        try:
            status = await client.get(f"v1/statuses/{quote(status_id, safe='')}", Status)
        except Refused:
            continue  # deleted
        if acct := await _acct(client, status, message.to):
            return _Target(status_id=status.id, acct=acct, visibility=_visibility(place, status))
    raise Rejected("the post that would be answered was deleted, or is another person's")


def _visibility(place: Place, status: Status) -> str:
    return narrower(place.visibility, status.visibility)


async def _acct(client: MastodonClient, status: Status, to: str) -> str:
    """What the customer is called at this instance; empty where the post has nothing to do with them."""
    if status.account.key == to:
        return status.account.acct
    mentioned = read_part(status.mentions, list[Mention], "mentions", []) or []
    for mention in mentioned[:MOST_MENTIONED]:
        try:
            account = await client.get(f"v1/accounts/{quote(mention.id, safe='')}", Account)
        except Refused:
            continue  # gone
        if account.key == to:
            return account.acct
    return ""


def _key(account: str, message: Outbound) -> str:
    """The same for each attempt. The digest keeps it apart from another message that got the same number after a
    restore of an older backup."""
    text = f"{account}\0{message.id}\0{message.to}\0{message.text}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
