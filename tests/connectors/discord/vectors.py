"""Events in the shapes that Discord documents, with people who don't exist."""

import json
from typing import Any

from tests.servers.discord import BOT

VLAD, HANNA, TARAS = "300112233445566778", "300112233445566779", "300112233445566780"
CHAT, CHANNEL, THREAD, GUILD = (
    "1440000000000000001",
    "1440000000000000002",
    "1440000000000000003",
    "1430000000000000000",
)
ROLE = "1430000000000000009"
ID = "1441530600123456789"
AUTHOR = {"id": VLAD, "username": "vlad.k", "global_name": "Влад", "discriminator": "0", "avatar": None}
COLLEAGUE = {"id": TARAS, "username": "taras", "global_name": "Тарас"}


def said(text: str = "Не приходить код", *, number: int = 0, **fields: Any) -> dict[str, Any]:
    """A message in the private chat; `number` makes its id."""
    return {
        "id": str(int(ID) + number * 2**22),
        "channel_id": CHAT,
        "author": AUTHOR,
        "content": text,
        "timestamp": "2026-11-21T20:30:00.512000+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
        **fields,
    }


def shared(text: str = "hi", **fields: Any) -> dict[str, Any]:
    """The same on a server."""
    return said(text, **({"channel_id": CHANNEL, "guild_id": GUILD, "member": {"nick": "Vlad", "roles": []}} | fields))


PICTURE = {
    "id": "1441530600123456000",
    "filename": "err.png",
    "content_type": "image/png",
    "size": 20480,
    "url": "https://cdn.discordapp.com/attachments/1/2/err.png?ex=6a&is=69&hm=ab",
    "proxy_url": "https://media.discordapp.net/attachments/1/2/err.png",
    "width": 800,
    "height": 600,
}
CREATED, UPDATED, DELETED = "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"
EDITED_AT = "2026-11-21T20:31:00.000100+00:00"

TEXT = said()
ANSWER = said(
    type=19,
    attachments=[PICTURE],
    message_reference={"type": 0, "message_id": "1441530000000000000", "channel_id": CHAT},
    referenced_message={"id": "1441530000000000000", "author": {"id": BOT, "username": "lamps", "bot": True}},
)
FORWARD = said(
    "",
    message_reference={"type": 1, "message_id": "9", "channel_id": "8"},
    message_snapshots=[{"message": {"content": "Сервіс лежить", "attachments": [PICTURE], "type": 0}}],
)
STICKER = said("", sticker_items=[{"id": "1", "name": "Wave", "format_type": 1}])
POLL = said("", poll={"question": {"text": "Коли?"}, "answers": [{"answer_id": 1, "poll_media": {"text": "Зараз"}}]})
MARKED = said(
    f"<@{HANNA}> <@!1> <#5> <@&6> <:wave:7> <a:x:8> <t:1700000000:R> 1 < 2",
    mentions=[{"id": HANNA, "username": "hanna", "global_name": "Ганна"}],
)
MENTION = shared(f"<@{BOT}> не працює", mentions=[{"id": BOT, "username": "lamps", "bot": True}])
GROUP = shared()
ECHO = said("Дивимось", author={"id": BOT, "username": "lamps", "bot": True}, nonce="N" * 25)
ANOTHER_BOT = shared("deployed", author={"id": "5", "username": "ci", "bot": True})
WEBHOOK = shared("posted", webhook_id="6", author={"id": "6", "username": "hook"})
JOINED = shared("", type=7)
EDIT = said("Не приходить код на пошту", edited_timestamp=EDITED_AT)
PREVIEW = said("Не приходить https://a.example", embeds=[{"type": "link"}])
GONE = {"id": ID, "channel_id": CHAT}
SEVERAL_GONE = {"ids": [ID, str(int(ID) + 1)], "channel_id": CHANNEL, "guild_id": GUILD}
REACTION = {"user_id": VLAD, "channel_id": CHAT, "message_id": ID, "emoji": {"id": None, "name": "🔥"}, "type": 0}
INTERACTION = {"id": "7", "type": 2, "user": AUTHOR, "channel_id": CHAT, "data": {"name": "status"}}

EVERY: tuple[tuple[str, Any], ...] = (
    *((CREATED, one) for one in (
        TEXT, ANSWER, FORWARD, STICKER, POLL, MARKED, MENTION, GROUP, ECHO, ANOTHER_BOT, WEBHOOK, JOINED
    )),
    (UPDATED, EDIT), (UPDATED, PREVIEW), (DELETED, GONE), ("MESSAGE_DELETE_BULK", SEVERAL_GONE),
    ("MESSAGE_REACTION_ADD", REACTION), ("MESSAGE_REACTION_REMOVE", REACTION), ("INTERACTION_CREATE", INTERACTION),
    ("HOLOGRAM", {"of": ["tomorrow"]}),
)  # fmt: skip


def frame(event: str, data: Any, *, number: int = 42) -> bytes:
    return json.dumps({"op": 0, "t": event, "s": number, "d": data}, ensure_ascii=False).encode()
