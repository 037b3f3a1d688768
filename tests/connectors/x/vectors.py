"""Events in the shapes that X documents, with people who don't exist."""

import json
from typing import Any

US = "1111000011110000111"
IRYNA = "2222000022220000222"
POST_ID = "2080765813578191303"
DIRECT_ID = "2080765901528535096"
AT = "2026-11-21T20:30:00.000Z"
AT_MS = "1795293000512"
PICTURE = "https://pbs.twimg.com/media/AbC.jpg"
PRIVATE = "https://ton.twitter.com/1.1/ton/data/dm/2080765901528535096/1/x.png"
PERSON = {"id": IRYNA, "username": "iryna_k", "name": "Ірина", "verified": False, "protected": False}


def event(kind: str, payload: object, *, uuid: str = "-2080765813578191303", **more: Any) -> dict[str, Any]:
    return {
        "data": {"event_uuid": uuid, "filter": {"user_id": US}, "event_type": kind, "tag": "t", "payload": payload}
        | more
    }


def tweet(
    text: str = "@shop_ua де посилка &amp; чому так довго?", *, number: str = POST_ID, **changes: Any
) -> dict[str, Any]:
    return {
        "id": number, "text": text, "author_id": IRYNA, "created_at": AT, "conversation_id": POST_ID,
        "edit_history_tweet_ids": [number], "display_text_range": [0, 41], "lang": "uk", "reply_settings": "everyone",
        "entities": {"mentions": [{"start": 0, "start_str": "0", "end": 8, "username": "shop_ua", "id": US}]},
        **changes,
    }  # fmt: skip


def mention(text: str = "@shop_ua де посилка?", *, number: str = POST_ID, **changes: Any) -> dict[str, Any]:
    return event("post.mention.create", tweet(text, number=number, **changes), includes={"users": [PERSON]})


def edit(text: str, *, history: int) -> dict[str, Any]:
    """The version after `history` earlier ones."""
    numbers = [POST_ID, *(f"20807658135781914{step:02}" for step in range(history))]
    return mention(text, number=numbers[-1], edit_history_tweet_ids=numbers)


def direct(text: str, *, number: str = DIRECT_ID, sender: str = IRYNA, **data: Any) -> dict[str, Any]:
    create = {
        "target": {"recipient_id": US},
        "sender_id": sender,
        "message_data": {"text": text, "entities": {"hashtags": [], "urls": []}, **data},
    }
    return {"type": "message_create", "id": number, "created_timestamp": AT_MS, "message_create": create}


def received(*directs: dict[str, Any]) -> dict[str, Any]:
    users = {IRYNA: {"data": {"username": "iryna_k", "name": "Ірина"}}}
    return event("dm.received", {"direct_message_events": list(directs), "users": users}, uuid="685047217160052649")


MENTION = event("post.mention.create", tweet(), includes={"users": [PERSON]})
WRAPPED = event("post.mention.create", tweet(), includes={"users": [{"data": PERSON}]})
ANSWER = event(
    "post.reply.create",
    tweet("ні", number="2080765813578191999", in_reply_to_tweet_id="2080765813578191000", in_reply_to_user_id=US),
    includes={"users": [PERSON]},
)
QUOTE = event("post.quote.create", tweet("ганьба", number="2080765813578191998"))
LONG = mention("довгий…", note_tweet={"text": "довгий, і ось його кінець"})
LINKED = mention(
    "див. https://t.co/abc",
    entities={"urls": [{"url": "https://t.co/abc", "expanded_url": "https://shop.example/lamp"}]},
)
SHOWN = event(
    "post.mention.create",
    tweet("ось", attachments={"media_keys": ["3_1", "7_2"]}),
    includes={
        "users": [PERSON],
        "media": [
            {"media_key": "3_1", "type": "photo", "url": PICTURE},
            {
                "media_key": "7_2", "type": "video",
                "variants": [
                    {"content_type": "video/mp4", "bit_rate": 1, "url": "https://video.twimg.com/s.mp4"},
                    {"content_type": "video/mp4", "bit_rate": 9, "url": "https://video.twimg.com/b.mp4"},
                    {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/p.m3u8"},
                ],
            },
        ],
    },
)  # fmt: skip
EDITED = edit("@shop_ua де моя посилка?", history=1)
DIRECT = received(direct("Замовлення 20418"))
WITH_FILE = received(
    direct("чек", attachment={"type": "media", "media": {"media_url_https": PRIVATE, "type": "photo"}})
)
SENT = event("dm.sent", {"direct_message_events": [direct("Вже їде", sender=US)], "users": {}}, uuid="5")
OURS = event("post.mention.create", tweet(author_id=US))
SECRETLY = event("chat.received", {"encoded_event": "AbCd"}, uuid="77")
LIKED = event("like.create", {"id": POST_ID, "liker_id": IRYNA}, uuid="8")
LIKED_AGAIN = event("like.create", {"id": POST_ID, "liker_id": "3"}, uuid="9")
DELETED = event("post.delete", {"id": POST_ID, "author_id": US}, uuid="10")
UNKNOWN = event("hologram", {"of": ["tomorrow", {"deep": 2}]}, uuid="11")

EVERY = (
    MENTION, WRAPPED, ANSWER, QUOTE, LONG, LINKED, SHOWN, EDITED, DIRECT, WITH_FILE, SENT, OURS, SECRETLY, LIKED,
    LIKED_AGAIN, DELETED, UNKNOWN,
)  # fmt: skip


def encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
