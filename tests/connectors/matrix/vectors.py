"""Events in the shapes that the specification documents. The people are made up."""

import json
from datetime import UTC, datetime
from typing import Any

from channelhub.domain.raw import RawMessage
from connectors.matrix.delivery import NAME, Origin, to_raw
from connectors.matrix.shapes import Peek, read
from tests.servers.matrix import ME

OLEH = "@oleh:example.org"
ROOM = "!aH9rT2mUjR0nQz3d0s9wXvYtLkPqBnMcZxAsDfGhJkL"  # of version 12: without a server's name
AT_MS = 1_795_293_000_456
NOW_MS = AT_MS + 60_000


def event(kind: str, content: Any, *, sender: str = OLEH, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "event_id": f"$hN1kQz3d0s{number}",
        "sender": sender,
        "origin_server_ts": AT_MS,
        "content": content,
        "unsigned": {"age": 312, "membership": "join"},
    } | more


def message(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return event("m.room.message", content, **more)


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body} | more


def edit(of: str, body: str) -> dict[str, Any]:
    return text(
        f"* {body}",
        **{"m.new_content": text(body), "m.relates_to": {"rel_type": "m.replace", "event_id": of}},
    )


def raw(of: dict[str, Any], **told: str) -> RawMessage:
    body = json.dumps(of, ensure_ascii=False).encode()
    origin = Origin(account="matrix", me=ME, room=ROOM)
    now = datetime.fromtimestamp(NOW_MS / 1000, UTC)
    return to_raw(body, read(body, Peek) or Peek(), origin, now, **({NAME: "Олег"} | told))


TEXT = message(text("замовлення 20419 не прийшло"), number=1)
REPLY = message(
    text(
        "> <@hub:shop.example> Що сталося?\n\nТріснув екран",
        **{"m.relates_to": {"m.in_reply_to": {"event_id": "$asked"}}, "m.mentions": {"user_ids": [ME]}},
    ),
    number=2,
)
IMAGE = message(
    {
        "msgtype": "m.image",
        "body": "Тріснув екран",
        "filename": "screen.jpg",
        "url": "mxc://example.org/AbCdEfGh",
        "info": {"mimetype": "image/jpeg", "size": 91233, "w": 1280, "h": 960},
    },
    number=3,
)
FILE = message({"msgtype": "m.file", "body": "чек.pdf", "url": "mxc://example.org/PdF"}, number=4)
SEALED_FILE = message(
    {"msgtype": "m.file", "body": "чек.pdf", "file": {"url": "mxc://example.org/x", "key": {}, "v": "v2"}}, number=5
)
LOCATION = message(
    {"msgtype": "m.location", "body": "Я тут", "geo_uri": "geo:50.450100,30.523400;u=35"},
    number=6,
)
EMOTE = message({"msgtype": "m.emote", "body": "чекає"}, number=7)
NOTICE = message({"msgtype": "m.notice", "body": "Я робот"}, number=8)
STICKER = event("m.sticker", {"body": "Сумний кіт", "url": "mxc://example.org/cat", "info": {}}, number=9)
EDITED = message(edit("$first1", "замовлення 20419"), number=10)
THREADED = message(
    text(
        "а тут?",
        **{
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": "$root",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$before"},
            }
        },
    ),
    number=11,
)
REACTED_TO = event(
    "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$answer", "key": "👍"}}, number=12
)
REDACTED = event("m.room.redaction", {"redacts": "$hN1kQz3d0s1", "reason": "помилка"}, number=13)
OLD_REDACTED = event("m.room.redaction", {}, number=14, redacts="$hN1kQz3d0s1")
EMPTIED = message({}, number=15, unsigned={"redacted_because": {"type": "m.room.redaction"}})
ENCRYPTED = event(
    "m.room.encrypted",
    {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "AwgAEnACgAkLmt6qF84IK++J7UDH2Za1YVchHyprqTqsg",
        "session_id": "SESSION",
    },
    number=16,
)
ECHO = message(
    text("Вже їде", **{"channelhub.message": "0f5a"}),
    sender=ME,
    number=17,
    unsigned={"age": 3, "transaction_id": "channelhub.0f.0"},
)
COLLEAGUE = message(text("Зараз подивлюся"), sender=ME, number=18)
UNKNOWN = event("org.matrix.msc3381.poll.start", {"question": {"body": "?"}}, number=19)
STRANGE_TYPE = message({"msgtype": "org.example.hologram", "body": "fallback"}, number=20)

EVERY = [
    TEXT, REPLY, IMAGE, FILE, SEALED_FILE, LOCATION, EMOTE, NOTICE, STICKER, EDITED, THREADED, REACTED_TO, REDACTED,
    OLD_REDACTED, EMPTIED, ENCRYPTED, ECHO, COLLEAGUE, UNKNOWN, STRANGE_TYPE,
]  # fmt: skip
