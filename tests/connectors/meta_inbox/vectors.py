"""Posts in the shapes that Meta documents for pages and Instagram accounts, with people of nobody."""

import json
from typing import Any

PAGE = "104455667788"
ACCOUNT = "17841400000000001"
CUSTOMER = "6620011223344556"
APP_ID = "555000111"
SENT_MS = 1_768_400_000_871  # 2026-01-14
IMAGE = {"type": "image", "payload": {"url": "https://scontent.xx.fbcdn.net/v/t1.15752-9/1.jpg?oe=6A"}}


def post(entry: dict[str, Any], *, kind: str) -> bytes:
    """As Meta writes it: ASCII, with escaped slashes."""
    of = {"messenger": "page", "instagram": "instagram"}[kind]
    return json.dumps({"object": of, "entry": [entry]}).replace("/", "\\/").encode()


def event(*, place: str, at: int = SENT_MS, is_ours: bool = False, **fields: Any) -> dict[str, Any]:
    parties = {"sender": {"id": CUSTOMER}, "recipient": {"id": place}}
    if is_ours:
        parties = {"sender": {"id": place}, "recipient": {"id": CUSTOMER}}
    return parties | {"timestamp": at} | fields


def said(
    words: str, *, place: str, kind: str, mid: str = "m_1", is_ours: bool = False, at: int = SENT_MS, **fields: Any
) -> bytes:
    return happened(place=place, kind=kind, is_ours=is_ours, at=at, message={"mid": mid, "text": words} | fields)


def happened(*, place: str, kind: str, **fields: Any) -> bytes:
    return post({"id": place, "time": SENT_MS + 300, "messaging": [event(place=place, **fields)]}, kind=kind)


def changed(field: str, value: dict[str, Any], *, place: str, kind: str) -> bytes:
    entry = {"id": place, "time": SENT_MS // 1000 + 5, "changes": [{"field": field, "value": value}]}
    return post(entry, kind=kind)


FEED: dict[str, Any] = {
    "item": "comment",
    "verb": "add",
    "comment_id": "7001_9002",
    "post_id": f"{PAGE}_7001",
    "parent_id": f"{PAGE}_7001",
    "from": {"id": CUSTOMER, "name": "Ольга К."},
    "created_time": SENT_MS // 1000,
    "message": "Де моє замовлення?",
}
COMMENT: dict[str, Any] = {
    "id": "18055500000000001",
    "parent_id": "18055500000000000",
    "from": {"id": CUSTOMER, "username": "maria.k"},
    "text": "Доставка в Одесу?",
    "media": {"id": "17900000000000009", "media_product_type": "FEED"},
}
REVIEW: dict[str, Any] = {
    "item": "rating",
    "verb": "add",
    "rating": 2,
    "review_text": "Довго",
    "reviewer_id": CUSTOMER,
    "reviewer_name": "Ольга К.",
    "open_graph_story_id": "4455",
    "created_time": SENT_MS // 1000,
}


def of_both(place: str, kind: str) -> tuple[bytes, ...]:
    """Events that both kinds have."""
    common = {"place": place, "kind": kind}
    return (
        said("Коли приїде кур'єр?", **common, reply_to={"mid": "m_0"}, attachments=[IMAGE]),
        said("", **common, attachments=[{"type": "location", "payload": {"coordinates": {"lat": 50.4, "long": 30.5}}}]),
        said(
            "", **common, attachments=[{"type": "share", "payload": {"url": "https://x.example/1", "title": "Допис"}}]
        ),
        said("", **common, attachments=[{"type": "story_mention", "payload": {"url": "https://a.fbsbx.com/1"}}]),
        said("", **common, attachments=[{"type": "like_heart"}]),
        said("", **common, is_unsupported=True),
        said("", **common, is_deleted=True),
        said("Так", **common, quick_reply={"payload": "yes"}),
        said("Є?", **common, reply_to={"story": {"id": "18001", "url": "https://lookaside.fbsbx.com/ig/?a=1"}}),
        said("Вже їде", **common, is_ours=True, is_echo=True, app_id=263902037430900),
        said("Вже їде", **common, is_ours=True, is_echo=True, app_id=int(APP_ID), metadata="ch.1.2.abc"),
        happened(**common, message_edit={"mid": "m_1", "text": "Вже ні", "num_edit": "2"}),
        happened(**common, reaction={"mid": "m_1", "action": "react", "emoji": "❤", "reaction": "love"}),
        happened(**common, reaction={"mid": "m_1", "action": "unreact"}),
        happened(**common, postback={"mid": "m_9", "title": "Почати", "payload": "START", "referral": {"ref": "qr"}}),
        happened(**common, postback={"title": "Почати", "payload": "START"}),
        happened(**common, delivery={"mids": ["m_OUT1", "m_OUT2"], "watermark": SENT_MS}),
        happened(**common, read={"watermark": SENT_MS}),
        happened(**common, read={"mid": "m_OUT1"}),
        happened(**common, pass_thread_control={"new_owner_app_id": "1"}),
        happened(**common, hologram={"of": [1, {"deep": 2}]}),
        post(
            {"id": place, "time": SENT_MS, "standby": [event(place=place, message={"mid": "m_5", "text": "а"})]},
            kind=kind,
        ),
        post({"id": "0", "time": SENT_MS, "messaging": [event(place="0", message={"mid": "random_mid"})]}, kind=kind),
        post({"id": place, "time": SENT_MS, "messaging": [5, {"sender": 7}], "changes": [{"field": 7}]}, kind=kind),
        post({"id": place}, kind=kind),
    )


MESSENGER = (
    *of_both(PAGE, "messenger"),
    changed("feed", FEED, place=PAGE, kind="messenger"),
    changed("feed", FEED | {"verb": "edited", "message": "Вже є"}, place=PAGE, kind="messenger"),
    changed("feed", FEED | {"verb": "remove"}, place=PAGE, kind="messenger"),
    changed("feed", FEED | {"verb": "hide"}, place=PAGE, kind="messenger"),
    changed("feed", FEED | {"from": {"id": PAGE}}, place=PAGE, kind="messenger"),
    changed("feed", FEED | {"item": "reaction"}, place=PAGE, kind="messenger"),
    changed("mention", FEED | {"item": "post"}, place=PAGE, kind="messenger"),
    changed("ratings", REVIEW, place=PAGE, kind="messenger"),
)
INSTAGRAM = (
    *of_both(ACCOUNT, "instagram"),
    changed("comments", COMMENT, place=ACCOUNT, kind="instagram"),
    changed("live_comments", COMMENT, place=ACCOUNT, kind="instagram"),
    changed("comments", COMMENT | {"from": {"id": ACCOUNT}}, place=ACCOUNT, kind="instagram"),
    changed("mentions", {"media_id": "1", "comment_id": "2"}, place=ACCOUNT, kind="instagram"),
)
