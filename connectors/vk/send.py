"""Sending. VK takes a number of ours with each message, and the same number once: a lost answer is asked for again."""

import asyncio
import hashlib
from functools import partial
from typing import Final

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.parts import receipt, send_parts
from connectors.vk.client import Fault, Refusal, Unclear, VkClient
from connectors.vk.comments import Said, read_name
from connectors.vk.config import VkConfig
from connectors.vk.rights import without_right
from connectors.vk.said import OURS
from connectors.vk.shapes import FIRST_CHAT
from connectors.vk.upload import uploaded

MAX_UNITS: Final = 4096  # of a text; the documented limit is higher, and older apps show no more
PAUSE_S: Final = 0.5  # before a message whose answer got lost is asked for again
_AT_ONCE: Final = 5
_ALL: Final = "all"
_NOT_LET_IN: Final = frozenset({901, 902})  # they never let the community write, or no longer do


class _ItemFault(msgspec.Struct):
    code: int
    description: str = ""


class _Sent(msgspec.Struct):
    message_id: int = 0
    conversation_message_id: int = 0
    error: _ItemFault | None = None


class _Commented(msgspec.Struct):
    comment_id: int


async def send(client: VkClient, account: str, message: Outbound) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, files with the last; the receipt names that.

    Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the customer
    doesn't let the community write); everything else means that it may have arrived.
    """
    if ":" in message.in_reply_to and not message.in_reply_to.partition(":")[0].lstrip("-").isdigit():
        return await _comment(client, account, message)
    peer = _peer(message)
    parts: list[dict[str, object]] = [{"message": part} for part in split(message.text, MAX_UNITS)]
    if message.attachments:
        files = await uploaded(client, peer, message.attachments)
        parts = [*parts[:-1], (parts[-1] if parts else {}) | {"attachment": ",".join(files)}]
    if not parts:
        raise Rejected("VK takes no empty messages")
    names = await send_parts(
        [partial(_part, client, message, peer, part, key(account, message, at)) for at, part in enumerate(parts)]
    )
    return receipt(names, by_last=True)


def key(account: str, message: Outbound, number: int) -> int:
    """The number that a part is sent with, the same for each attempt, not 0. The words keep it apart from another
    message that got the same id after a restore of an older backup."""
    named = f"{account}\0{message.id}\0{message.to}\0{number}\0{message.text}"
    digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4]) % (2**31 - 1) + 1


def _peer(message: Outbound) -> int:
    """The conversation. A dialog is its customer's own, so it must be the identity that is answered."""
    try:
        peer, recipient = int(message.conversation_key or message.to), int(message.to)
    except ValueError:
        raise Rejected("this is no conversation of VK: its key and the recipient are numbers") from None
    if peer < FIRST_CHAT and peer != recipient:
        raise Rejected("the conversation is another person's than the one this answer is for")
    return peer


async def _part(client: VkClient, message: Outbound, peer: int, part: dict[str, object], random_id: int) -> str:
    asked: dict[str, object] = part | {"peer_ids": peer, "random_id": random_id}
    if message.reply_token:
        asked["payload"] = msgspec.json.encode({OURS: message.reply_token}).decode()
    try:
        sent = await _asked(client, asked)
    except Refusal as exc:
        raise _verdict(exc) from exc
    if sent.error is not None:
        fault = Fault(error_code=sent.error.code, error_msg=sent.error.description)
        raise _verdict(Refusal("messages.send", fault))
    return f"{peer}:{sent.conversation_message_id or f'id{sent.message_id}'}"


async def _asked(client: VkClient, asked: dict[str, object]) -> _Sent:
    """What VK answers; asked again where its answer got lost, which sends nothing twice. What is refused then may have
    been taken before."""
    try:
        return await _once(client, asked)
    except Unclear as exc:
        lost = exc
    await asyncio.sleep(PAUSE_S)
    try:
        return await _once(client, asked)
    except (Unavailable, AuthFailed, Refusal) as exc:
        raise Unclear(f"{lost}; asked again: {exc}") from exc


async def _once(client: VkClient, asked: dict[str, object]) -> _Sent:
    """VK answers for each of several conversations; we ask with one."""
    sent = await client.ask("messages.send", list[_Sent], asked)
    if len(sent) != 1:
        raise Unclear("messages.send: VK's answer is not in the documented shape")
    return sent[0]


async def _comment(client: VkClient, account: str, message: Outbound) -> SendReceipt:
    """A public answer in the community's name. Nothing automatic: hundreds alike are what VK takes for spam."""
    try:
        said = read_name(message.in_reply_to)
    except ValueError:
        raise Rejected("this is nothing that VK lets anybody answer") from None
    if message.attachments:
        raise Rejected("files can't be sent below comments")
    if message.is_automatic:
        raise Rejected("automatic answers don't go under public comments")
    if said.spot.kind != "wall":
        raise Rejected(f"answers below a {said.spot.kind} can't be sent from here: write them at VK's site")
    asked: dict[str, object] = {
        "owner_id": said.spot.owner,
        "post_id": said.spot.item,
        "from_group": client.group_id,
        "message": message.text,
        "guid": key(account, message, 0),
    }
    if said.comment:
        asked["reply_to_comment"] = said.comment
    try:
        sent = await client.ask("wall.createComment", _Commented, asked)
    except Refusal as exc:
        raise without_right(exc, "wall") if exc.is_of_rights else Rejected(str(exc)) from exc
    return SendReceipt(external_id=str(Said(spot=said.spot, comment=sent.comment_id)))


def _verdict(refusal: Refusal) -> AuthFailed | Rejected:
    """What a refusal of a message means."""
    if refusal.code in _NOT_LET_IN:
        return Blocked(f"{refusal}: the customer doesn't let the community write")
    if refusal.code == 7:
        return without_right(refusal, "messages")
    return Rejected(str(refusal))


def pace(_config: VkConfig) -> Pace:
    """VK takes 20 requests in a second from a community's token: less are sent at five at once."""
    return Pace(at_once=_AT_ONCE, at_once_in_lane=_AT_ONCE, lane=lambda _peer: _ALL)
