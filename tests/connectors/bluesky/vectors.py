"""What a server tells, in the shapes of its lexicons. The people are made up."""

import json
from datetime import UTC, datetime
from typing import Any

from channelhub.domain.raw import RawMessage
from connectors.bluesky.delivery import ME as ME_TOLD
from connectors.bluesky.delivery import NAME, PEER, What, to_raw
from tests.servers.bluesky import ME

NOW = datetime(2026, 11, 21, 20, 31, tzinfo=UTC)
IRYNA: dict[str, Any] = {
    "did": "did:plc:z72i7hdynmk6r22z27h6tvur",
    "handle": "iryna.bsky.social",
    "displayName": "Ірина",
    "labels": [],
}
URI = f"at://{IRYNA['did']}/app.bsky.feed.post/3m6b4kq2xyz2a"
ROOT = f"at://{ME}/app.bsky.feed.post/3m6b4aaaaaa2a"
CONVO = "3m6bconvo2a"


def record(**more: Any) -> dict[str, Any]:
    return {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-21T20:30:00.000Z",
        "langs": ["uk"],
        "text": "@shop.example де замовлення?",
        "facets": [
            {
                "index": {"byteStart": 0, "byteEnd": 13},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": ME}],
            }
        ],
    } | more


def notification(reason: str = "mention", of: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "uri": URI,
        "cid": "bafyreib2rxk3rh6kzwq7",
        "author": IRYNA,
        "reason": reason,
        "record": record() if of is None else of,
        "isRead": False,
        "indexedAt": "2026-11-21T20:30:01.512Z",
    } | more


def message(**more: Any) -> dict[str, Any]:
    return {
        "$type": "chat.bsky.convo.defs#messageView",
        "id": "3m6bdm2a",
        "rev": "22222q5xg2s2a",
        "text": "де мій пакунок?",
        "sender": {"did": IRYNA["did"]},
        "sentAt": "2026-11-21T20:29:00.000Z",
    } | more


def log(kind: str, **more: Any) -> dict[str, Any]:
    return {"$type": f"chat.bsky.convo.defs#{kind}", "rev": "22222q5xg2s2a", "convoId": CONVO} | more


def raw(of: dict[str, Any], what: What = What.NOTIFICATION, **told: str) -> RawMessage:
    body = json.dumps(of, ensure_ascii=False).encode()
    return to_raw("bluesky", what, body, NOW, **({ME_TOLD: ME} | told))


def image(cid: str) -> dict[str, Any]:
    blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/png", "size": 91233}
    return {"alt": "Тріснув екран", "image": blob, "aspectRatio": {"width": 4, "height": 3}}


LINKED = "Ось 👉 shop.example/ord... дякую"
_AT = len("Ось 👉 ".encode())
LINK = {
    "index": {"byteStart": _AT, "byteEnd": _AT + len("shop.example/ord...")},
    "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/orders/20418"}],
}
REPLY_REF = {"root": {"uri": ROOT, "cid": "bafyroot"}, "parent": {"uri": ROOT, "cid": "bafyroot"}}
IMAGES = {"$type": "app.bsky.embed.images", "images": [image("bafkreiscreen")]}
VIDEO = {
    "$type": "app.bsky.embed.video",
    "video": {"$type": "blob", "ref": {"$link": "bafkreivideo"}, "mimeType": "video/mp4", "size": 5},
}
QUOTED = {"$type": "app.bsky.embed.record", "record": {"uri": ROOT, "cid": "bafyroot"}}
WITH_MEDIA = {
    "$type": "app.bsky.embed.recordWithMedia",
    "record": {"$type": "app.bsky.embed.record", "record": {"uri": ROOT, "cid": "bafyroot"}},
    "media": IMAGES,
}
CARD = {
    "$type": "app.bsky.embed.external",
    "external": {"uri": "https://news.example/1", "title": "Новина", "description": ""},
}

MENTION = notification()
REPLY = notification("reply", of=record(reply=REPLY_REF), reasonSubject=ROOT)
QUOTE = notification("quote", of=record(embed=QUOTED))
PICTURE = notification(of=record(embed=IMAGES))
FILM = notification(of=record(embed=VIDEO))
BOTH = notification(of=record(embed=WITH_MEDIA))
LIKE = notification("like", of={"$type": "app.bsky.feed.like"}, reasonSubject=ROOT)
REPOST = notification("repost", of={"$type": "app.bsky.feed.repost"}, reasonSubject=ROOT)
UNKNOWN = notification("hologram")

WROTE = log("logCreateMessage", message=message())
ANSWERED = log("logCreateMessage", message=message(sender={"did": ME}, text="вже їде"))
DELETED = log("logDeleteMessage", message=message(text=None) | {"$type": "chat.bsky.convo.defs#deletedMessageView"})
DELETED["message"].pop("text")
REACTED = log(
    "logAddReaction",
    message=message(sender={"did": ME}),
    reaction={"value": "👍", "sender": {"did": IRYNA["did"]}, "createdAt": "2026-11-21T20:30:00.000Z"},
)
UNREACTED = REACTED | {"$type": "chat.bsky.convo.defs#logRemoveReaction"}
STRANGE = log("logHologram", of=["tomorrow"])

EVERY = [raw(one) for one in (MENTION, REPLY, QUOTE, PICTURE, FILM, BOTH, LIKE, REPOST, UNKNOWN)] + [
    raw(one, What.LOG, **{PEER: IRYNA["did"], NAME: "Ірина"})
    for one in (WROTE, ANSWERED, DELETED, REACTED, UNREACTED, STRANGE)
]
