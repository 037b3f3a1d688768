"""Events in the shapes that VK documents, with people who don't exist."""

import json
from typing import Any

GROUP = 212345678
MARIA = 77112233
CHAT = 2_000_000_007
AT = 1_795_293_000
CMID = 61
FILE = "https://sun9-1.userapi.com/z.jpg"
CLIENT = {"button_actions": ["text", "open_link"], "keyboard": True, "inline_keyboard": True, "lang_id": 0}


def event(kind: str, held: object, *, event_id: str = "7c1f0c6f2ab54a0b", **changes: Any) -> dict[str, Any]:
    return {"group_id": GROUP, "type": kind, "event_id": event_id, "v": "5.199", "object": held, **changes}


def message(text: str = "", *, number: int = CMID, **changes: Any) -> dict[str, Any]:
    return {
        "id": 8841, "date": AT, "from_id": MARIA, "peer_id": MARIA, "conversation_message_id": number, "out": 0,
        "version": 10000901, "important": False, "is_hidden": False, "random_id": 0, "text": text, "fwd_messages": [],
        "attachments": [], **changes,
    }  # fmt: skip


def new(text: str = "", *, event_id: str = "7c1f0c6f2ab54a0b", **changes: Any) -> dict[str, Any]:
    return event("message_new", {"message": message(text, **changes), "client_info": CLIENT}, event_id=event_id)


def attached(*things: dict[str, Any], text: str = "") -> dict[str, Any]:
    return new(text, attachments=[{"type": thing["type"], thing["type"]: thing["held"]} for thing in things])


def thing(kind: str, **held: Any) -> dict[str, Any]:
    return {"type": kind, "held": held}


def comment(kind: str, **held: Any) -> dict[str, Any]:
    return event(kind, {"id": 915, "from_id": MARIA, "date": AT + 50, "text": "Почему так долго?"} | held)


PHOTO = thing(
    "photo", id=457239018, owner_id=MARIA, access_key="ab12", date=AT - 1, text="",
    sizes=[
        {"type": "z", "width": 1280, "height": 960, "url": FILE},
        {"type": "s", "width": 75, "height": 56, "url": "https://sun9-1.userapi.com/s.jpg"},
    ],
)  # fmt: skip
DOCUMENT = thing("doc", id=6, owner_id=MARIA, title="чек", ext="pdf", size=10_000, type=1, url="https://vk.com/doc7_6")
VOICE = thing(
    "audio_message", id=7, owner_id=MARIA, duration=3, link_mp3="https://psv4.userapi.com/v.mp3",
    link_ogg="https://psv4.userapi.com/v.ogg", transcript="где мой заказ", transcript_state="done",
)  # fmt: skip
STICKER = thing("sticker", sticker_id=9014, product_id=279, images=[])
VIDEO = thing("video", id=4, owner_id=-5, title="Не включается", access_key="k")
LINK = thing("link", url="https://shop.example/lamp", title="Лампа", description="")
POST = thing("wall", id=900, from_id=-GROUP, text="Скидки", post_type="post")
GOODS = thing("market", id=11, owner_id=-GROUP, title="Лампа", price={"amount": "100"})

TEXT = new("Здравствуйте, заказ 20418 не пришёл")
ANSWER = new(
    "Нет",
    reply_message={"date": AT - 9, "from_id": -GROUP, "id": 8840, "conversation_message_id": 60, "text": "Чем помочь?"},
)
FORWARDED = new(
    "вот",
    fwd_messages=[
        {
            "from_id": 5, "date": AT - 99, "text": "нет света\nвторой день", "conversation_message_id": 3,
            "attachments": [{"type": "photo", "photo": PHOTO["held"]}],
            "fwd_messages": [{"from_id": 6, "date": AT - 100, "text": "и у меня"}],
        },
        {"from_id": 5, "date": AT - 98, "text": "до сих пор"},
    ],
)  # fmt: skip
GEO = new(geo={"type": "point", "coordinates": {"latitude": 55.75, "longitude": 37.61}, "place": {"title": "Москва"}})
PRESSED = new("Статус", payload='{"command":"status"}', ref="ad7", ref_source="market")
EDITED = event("message_edit", message("Здравствуйте, заказ 20419 не пришёл", update_time=AT + 60))
COLLEAGUE = event(
    "message_reply", message("Сейчас посмотрим", from_id=-GROUP, out=1, number=62, admin_author_id=5, random_id=-99)
)
IN_CHAT = event("message_new", {"message": message("всем привет", id=0, peer_id=CHAT), "client_info": CLIENT})
INVITED = new(id=0, peer_id=CHAT, action={"type": "chat_invite_user", "member_id": -GROUP})
READ = event(
    "message_read", {"from_id": MARIA, "peer_id": MARIA, "read_message_id": 8842, "conversation_message_id": 62}
)
REACTED = event("message_reaction_event", {"reacted_id": MARIA, "peer_id": MARIA, "cmid": 62, "reaction_id": 4})
UNREACTED = event("message_reaction_event", {"reacted_id": MARIA, "peer_id": MARIA, "cmid": 62}, event_id="a1")
ALLOWED = event("message_allow", {"user_id": MARIA, "key": ""})
DENIED = event("message_deny", {"user_id": MARIA}, event_id="d1")
JOINED = event("group_join", {"user_id": MARIA, "join_type": "join"})
TYPING = event("message_typing_state", {"state": "typing", "from_id": MARIA, "to_id": -GROUP})
COMMENT = comment("wall_reply_new", post_id=900, owner_id=-GROUP, post_owner_id=-GROUP, parents_stack=[])
COMMENT_EDITED = comment("wall_reply_edit", post_id=900, owner_id=-GROUP, text="Почему так долго?!")
COMMENT_DELETED = event("wall_reply_delete", {"owner_id": -GROUP, "id": 915, "deleter_id": MARIA, "post_id": 900})
OWN_COMMENT = comment("wall_reply_new", id=916, from_id=-GROUP, post_id=900, owner_id=-GROUP, reply_to_user=MARIA)
UNDER_PHOTO = comment("photo_comment_new", photo_id=3, photo_owner_id=-GROUP)
UNDER_VIDEO = comment("video_comment_new", video_id=4, video_owner_id=-GROUP)
UNDER_GOODS = comment("market_comment_new", item_id=11, market_owner_id=-GROUP)
IN_DISCUSSION = comment("board_post_new", topic_id=8, topic_owner_id=-GROUP)
VISITOR = event(
    "wall_post_new", {"id": 901, "from_id": MARIA, "owner_id": -GROUP, "date": AT, "text": "Ужас", "post_type": "post"}
)
UNKNOWN = event("hologram", {"of": ["tomorrow", {"deep": 2}]})
PROFILE = {"type": "channelhub_profile", "object": {"id": MARIA, "first_name": "Мария", "last_name": "С."}}

EVERY = (
    TEXT, ANSWER, FORWARDED, GEO, PRESSED, EDITED, COLLEAGUE, IN_CHAT, INVITED, READ, REACTED, UNREACTED, ALLOWED,
    DENIED, JOINED, TYPING, COMMENT, COMMENT_EDITED, COMMENT_DELETED, OWN_COMMENT, UNDER_PHOTO, UNDER_VIDEO,
    UNDER_GOODS, IN_DISCUSSION, VISITOR, PROFILE, UNKNOWN,
    attached(PHOTO, DOCUMENT, VOICE, STICKER, VIDEO, LINK, POST, GOODS, text="Прийшло не то"),
)  # fmt: skip


def encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
