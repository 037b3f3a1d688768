"""Sending. Discord takes each nonce once for some minutes, so a message whose answer got lost can be sent again."""

import base64
import hashlib
from typing import Any, Final

import msgspec

from channelhub.content.portions import split, utf16_units
from channelhub.domain.outbound import Outbound, OutgoingFile, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.files import ANY, FileRules
from channelhub.sdk.parts import receipt
from channelhub.sdk.uploads import file_part, form_of
from connectors.discord.client import DiscordClient, Unclear
from connectors.discord.config import DiscordConfig
from connectors.discord.echoes import Echoes
from connectors.discord.shapes import Channel, Named

MAX_UNITS: Final = 2000  # of a message's content
MAX_FILES: Final = 10  # of a message
MAX_FILE_BYTES: Final = 10 * 1024 * 1024
FILES: Final = FileRules(types={ANY: MAX_FILE_BYTES})
NONCE_CHARS: Final = 25
_SUPPRESS_EMBEDS: Final = 1 << 2
_AT_ONCE: Final = 5
_PER_MINUTE: Final = 60  # five messages in five seconds go into a channel


async def send(client: DiscordClient, account: str, message: Outbound, echoes: Echoes) -> SendReceipt:
    """Send a text and files, in several messages where they are more than one takes; the receipt names the first.

    Raises Unavailable and AuthFailed where it was not taken now, Rejected where it never will be; everything else means
    that it may have arrived. Sending the same again changes nothing, for some minutes or while this process runs.
    """
    texts: list[str] = split(message.text, MAX_UNITS, size=utf16_units)
    if why_not := FILES.refusal(message.attachments):
        raise Rejected(why_not)
    batches = [message.attachments[at : at + MAX_FILES] for at in range(0, len(message.attachments), MAX_FILES)]
    parts = [*((text, ()) for text in texts[:-1]), *_last(texts, batches)]
    if not parts:
        raise Rejected("Discord takes no empty messages")
    channel = message.conversation_key.rpartition(":")[2] or await _chat_with(client, message.to)
    names: list[str] = []
    for number, (text, files) in enumerate(parts):
        nonce = nonce_of(account, message, number)
        sent = echoes.sent_as(nonce)
        if not sent:
            fields = _fields(text, nonce, message.in_reply_to if number == 0 else "")
            sent = (await _post(client, channel, fields, files)).id
            echoes.note(nonce, sent)
        names.append(sent)
    return receipt(names)


def nonce_of(account: str, message: Outbound, part: int) -> str:
    """The same for each attempt. The digest keeps it apart from another message that got the same number after a
    restore of an older backup."""
    told = f"{account}\0{message.id}\0{message.to}\0{part}\0{message.text}"
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode()[:NONCE_CHARS]


def pace(_config: DiscordConfig) -> Pace:
    """Discord counts by channel; a customer's messages go to one, mostly."""
    return Pace(at_once=_AT_ONCE, per_minute_in_lane=_PER_MINUTE)


def _last(texts: list[str], batches: list[tuple[OutgoingFile, ...]]) -> list[tuple[str, tuple[OutgoingFile, ...]]]:
    """The last words with the first files, and the other files after them."""
    if not texts and not batches:
        return []
    first = (texts[-1] if texts else "", batches[0] if batches else ())
    return [first, *(("", batch) for batch in batches[1:])]


def _fields(text: str, nonce: str, answered: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "content": text,
        "nonce": nonce,
        "enforce_nonce": True,
        "allowed_mentions": {"parse": []},
        "flags": _SUPPRESS_EMBEDS,
    }
    if answered.isascii() and answered.isdigit():
        fields["message_reference"] = {"message_id": answered, "fail_if_not_exists": False}
    return fields


async def _post(client: DiscordClient, channel: str, fields: dict[str, Any], files: tuple[OutgoingFile, ...]) -> Named:
    if not (channel.isascii() and channel.isdigit()):
        raise Rejected("that is no channel of Discord")
    path = f"channels/{channel}/messages"
    if not files:
        return await client.ask("POST", path, Named, data=fields)
    parts = {f"files[{number}]": file_part(file) for number, file in enumerate(files)}
    form = form_of({"payload_json": msgspec.json.encode(fields).decode()}, parts, fields_type="application/json")
    return await client.ask("POST", path, Named, data=form, is_json=False)


async def _chat_with(client: DiscordClient, user: str) -> str:
    """The private chat with somebody. It may be opened any number of times."""
    try:
        return (await client.ask("POST", "users/@me/channels", Channel, data={"recipient_id": user})).id
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc
