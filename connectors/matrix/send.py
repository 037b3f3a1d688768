"""Answers: sent into the room under a transaction id, which the homeserver takes once.

An answer that got lost is asked for again under the same id, which tells the event that is there already.
"""

import hashlib
from typing import Any
from urllib.parse import quote

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, OutgoingFile, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected
from channelhub.sdk.parts import receipt
from connectors.matrix.client import MatrixClient, Refused, read
from connectors.matrix.config import MatrixConfig
from connectors.matrix.shapes import MARK, Answered, Membership
from connectors.matrix.thread import Place, read_key, transaction
from connectors.matrix.uploads import Uploads, require_room

MAX_BYTES = 16_000  # of a text as JSON writes it: an event has 65,536 at most, with ids and signatures
MAX_PARTS = 10
_AT_ONCE = 4
_MISSING = "M_NOT_FOUND"


async def send(
    client: MatrixClient, config: MatrixConfig, account: str, message: Outbound, uploads: Uploads
) -> SendReceipt:
    """Send a text, in several messages where it is longer than one may be, then its files, each in one; the receipt
    names the first.

    Raises Unavailable and AuthFailed where it was not taken now, Rejected where it never will be; everything else means
    that it may have arrived. Sending the same again changes nothing.
    """
    place = _place(message)
    texts = split(message.text, MAX_BYTES, size=_json_bytes)
    if not texts and not message.attachments:
        raise Rejected("Matrix takes no empty messages")
    if len(texts) > MAX_PARTS:
        raise Rejected(f"an answer of more than {MAX_PARTS} messages: shorten it")
    try:
        await _look_round(client, config, place, message.to)
        if message.attachments:
            await require_room(client, message.attachments)
        name, names = _name(account, message), list[str]()
        parts: tuple[str | OutgoingFile, ...] = (*texts, *message.attachments)
        for number, part in enumerate(parts):
            request = transaction(name, number)
            said = _text(message, part) if isinstance(part, str) else await uploads.content(client, part, request)
            names.append(await _put(client, place, request, said | _framing(message, place, name, number)))
    except Refused as exc:
        raise Rejected(f"the homeserver refuses it: {exc}") from exc
    return receipt(names)


def pace(_config: MatrixConfig) -> Pace:
    """Homeservers limit by the minute and say how long to wait; Synapse's default is 0.2 messages a second."""
    return Pace(at_once=_AT_ONCE)


def _place(message: Outbound) -> Place:
    try:
        return read_key(message.conversation_key)
    except ValueError:
        raise Rejected(
            "there is no room with this customer yet: the hub answers where it was written to, and begins no rooms"
        ) from None


async def _look_round(client: MatrixClient, config: MatrixConfig, place: Place, to: str) -> None:
    """Whether the customer is there to read it, and whether it may be said unencrypted. Raises Rejected, Refused."""
    room = quote(place.room, safe="")
    try:
        member = await client.get(f"rooms/{room}/state/m.room.member/{quote(to, safe='')}", Membership)
    except Refused as exc:
        if exc.code != _MISSING:
            raise
        member = Membership()
    is_room_itself = to == place.room
    if member.membership != "join" and not is_room_itself:
        raise Rejected("the customer is no longer in this room: nobody would read the answer")
    if config.answers_encrypted_rooms:
        return
    try:
        await client.get(f"rooms/{room}/state/m.room.encryption", msgspec.Raw)
    except Refused as exc:
        if exc.code != _MISSING:
            raise
        return
    raise Rejected(
        "the room is encrypted and the hub can't encrypt. Answer on another channel, or allow plain answers with "
        "answers_encrypted_rooms = true"
    )


def _text(message: Outbound, text: str) -> dict[str, Any]:
    """Programs that answer should not take what a program wrote for a person's words: m.notice."""
    return {"msgtype": "m.notice" if message.is_automatic else "m.text", "body": text}


def _framing(message: Outbound, place: Place, name: str, number: int) -> dict[str, Any]:
    """Whom it is for, what it answers, and the mark by which we know our own later on: everybody in the room sees it,
    so it is no secret and proves nothing."""
    content: dict[str, Any] = {
        "m.mentions": {"user_ids": [message.to]} if message.to.startswith("@") else {},
        MARK: name,
    }
    answered = message.in_reply_to if number == 0 and message.in_reply_to.startswith("$") else ""
    if place.root:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": place.root,
            "is_falling_back": not answered,
            "m.in_reply_to": {"event_id": answered or place.root},
        }
    elif answered:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": answered}}
    return content


async def _put(client: MatrixClient, place: Place, name: str, content: dict[str, Any]) -> str:
    path = f"rooms/{quote(place.room, safe='')}/send/m.room.message/{quote(name, safe='')}"
    return read(await client.ask("PUT", path, content), _Sent).event_id


class _Sent(Answered, frozen=True):
    """The answer names the event; without its id it isn't the homeserver's."""

    event_id: str


def _name(account: str, message: Outbound) -> str:
    """The same for each attempt. The digest keeps it apart from another message that got the same number after a
    restore of an older backup."""
    text = f"{account}\0{message.id}\0{message.to}\0{message.text}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _json_bytes(text: str) -> int:
    """At least the number of characters, as `split` asks for."""
    return len(text.encode("utf-8", "replace")) + text.count("\n") + text.count('"') + text.count("\\")
