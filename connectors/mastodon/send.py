"""Answers: posts that answer the customer's, as public as it at most, under a key that has a repetition taken once.

Instances keep such keys for an hour. A lost answer is asked for again at once, while the key surely lives; after that
the hub doesn't repeat it by itself.
"""

import asyncio
import hashlib
from urllib.parse import quote

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.json_parts import read_part
from connectors.mastodon.client import MastodonClient, Refused, Unclear, read
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.place import Place, narrower, read_key
from connectors.mastodon.shapes import Account, Id, Mention, Status

MAX_CHARS = 500  # where the instance doesn't say
LEAST_ROOM = 100  # for words beside the name of whom they are for
MAX_PARTS = 5
MOST_MENTIONED = 10
TRIES = 3
_AGAIN_S = 0.2


class PartlySent(Exception):
    """Some parts of a long answer are posted, the rest is not."""


class _Target(msgspec.Struct, frozen=True):
    """The post that is answered, who is named, and how public it may be."""

    status_id: str
    acct: str
    visibility: str


class _Posted(msgspec.Struct, frozen=True):
    id: Id


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: int = MAX_CHARS


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Statuses = _Statuses()


class _Instance(msgspec.Struct, frozen=True):
    configuration: _Configuration = _Configuration()


async def send(client: MastodonClient, account: str, message: Outbound) -> SendReceipt:
    """Post a text, in a thread of several where it is longer than one may be; the receipt names the first.

    Raises Unavailable and AuthFailed where it was not taken now, Rejected where it never will be; everything else means
    that it may have arrived.
    """
    if not message.text.strip():
        raise Rejected("Mastodon takes no empty posts")
    try:
        target = await _target(client, message)
        most = (await client.get("v2/instance", _Instance)).configuration.statuses.max_characters
    except Refused as exc:
        raise Rejected(f"the instance refuses it: {exc}") from exc
    room = max(most - len(target.acct) - 2, LEAST_ROOM)
    parts = split(message.text, room)
    if len(parts) > MAX_PARTS:
        raise Rejected(
            f"this instance takes {room} characters in a post, and at most {MAX_PARTS} go: shorten the answer"
        )
    return SendReceipt(external_id=await _post_all(client, target, parts, _key(account, message), message.language))


def pace(_config: MastodonConfig) -> Pace:
    """Instances take 300 requests in five minutes, and an answer is four or more."""
    return Pace(at_once=1, per_minute_in_lane=10, lane=lambda _to: "")


async def _post_all(client: MastodonClient, target: _Target, parts: list[str], key: str, language: str) -> str:
    first, answered = "", target.status_id
    for number, part in enumerate(parts):
        fields = {
            "status": f"@{target.acct} {part}",
            "in_reply_to_id": answered,
            "visibility": target.visibility,
        } | ({"language": language} if language else {})
        try:
            answered = await _post(client, fields, f"{key}-{number}")
        except Refused as exc:
            if number == 0:
                raise Rejected(f"the instance refuses it: {exc}") from exc
            raise PartlySent(f"{number} of {len(parts)} posts are there, then: {exc}") from exc
        except (Unavailable, AuthFailed) as exc:
            if number == 0:
                raise
            raise PartlySent(f"{number} of {len(parts)} posts are there, then: {exc}") from exc
        first = first or answered
    return first


async def _post(client: MastodonClient, fields: dict[str, str], key: str) -> str:
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
