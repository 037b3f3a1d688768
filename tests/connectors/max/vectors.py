"""Updates in the shapes that MAX documents, with people who don't exist."""

import json
from typing import Any

BOT = 9988776
MARIA = 20411223344
DIALOG = -70000123456789
GROUP = -70000999999999
AT_MS = 1_795_293_000_100
MID = "mid.ffffffffc0a1b2c300018f0000000002"
ANSWERED = "mid.ffffffffc0a1b2c300018f0000000001"
FILE = "https://i.oneme.ru/i?r=AbCd"
PERSON = {
    "user_id": MARIA, "first_name": "Мария", "last_name": "С.", "username": None, "is_bot": False,
    "last_activity_time": 1_795_292_990_000, "name": "Мария С.",
}  # fmt: skip
OURSELVES = {"user_id": BOT, "first_name": "Магазин", "username": "shop_bot", "is_bot": True, "last_activity_time": 0}
HERE = {"chat_id": DIALOG, "chat_type": "dialog", "user_id": BOT}


def update(kind: str, *, at_ms: int = AT_MS + 23, **fields: Any) -> dict[str, Any]:
    return {"update_type": kind, "timestamp": at_ms, **fields}


def message(text: str | None = None, *attachments: dict[str, Any], mid: str = MID, **changes: Any) -> dict[str, Any]:
    body = {"mid": mid, "seq": 115512345678909999, "text": text, "attachments": list(attachments) or None}
    return {"sender": PERSON, "recipient": HERE, "timestamp": AT_MS, "body": body, **changes}


def created(text: str | None = None, *attachments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return update("message_created", message=message(text, *attachments, **changes), user_locale="ru")


def edited(text: str, *, at_ms: int, mid: str = MID) -> dict[str, Any]:
    return update("message_edited", at_ms=at_ms, message=message(text, mid=mid))


def card(name: str = "Мария С.", phone: str = "79161234567") -> dict[str, Any]:
    vcf = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL;TYPE=cell:{phone}\r\nEND:VCARD\r\n"
    return {"type": "contact", "payload": {"vcf_info": vcf, "max_info": PERSON, "hash": "a1"}}


IMAGE = {"type": "image", "payload": {"photo_id": 8123456789, "token": "f9LHodD0cO", "url": FILE}}
VIDEO = {"type": "video", "payload": {"url": "https://vd1.okcdn.ru/?id=1", "token": "v1token"}, "duration": 9}
AUDIO = {"type": "audio", "payload": {"url": "https://a.oneme.ru/a", "token": "t"}, "transcription": "где мой заказ"}
DOCUMENT = {"type": "file", "payload": {"url": "https://fd.oneme.ru/f", "token": "t"}, "filename": "чек.pdf", "size": 9}
STICKER = {"type": "sticker", "payload": {"url": "https://i.oneme.ru/s", "code": "st1"}}
PLACE = {"type": "location", "latitude": 55.75, "longitude": 37.61}
SHARE = {"type": "share", "payload": {"url": "https://shop.example/lamp", "token": "t"}, "title": "Лампа"}
KEYS = {
    "type": "inline_keyboard",
    "payload": {"buttons": [[{"type": "callback", "text": "Да", "payload": "yes"}, {"type": "link", "text": "Сайт"}]]},
}

TEXT = created("Не работает промокод")
ANSWER = created(
    "Нет", link={"type": "reply", "sender": OURSELVES, "chat_id": DIALOG, "message": {"mid": ANSWERED, "text": "Да?"}}
)
FORWARDED = created(
    None,
    link={
        "type": "forward", "sender": PERSON, "chat_id": 1,
        "message": {"mid": ANSWERED, "text": "нет света\nвторой день", "attachments": [IMAGE]},
    },
)  # fmt: skip
IN_GROUP = created("всем привет", recipient={"chat_id": GROUP, "chat_type": "chat", "user_id": None})
CONTACT = created(None, card())
EDITED = edited("Не работает промокод LAMPA", at_ms=AT_MS + 60_000)
REMOVED = update("message_removed", message_id=MID, chat_id=DIALOG, user_id=MARIA)
OWN = created("Чем помочь?", sender=OURSELVES, mid=ANSWERED, recipient=HERE | {"user_id": MARIA})
PRESSED = update(
    "message_callback",
    callback={"timestamp": AT_MS, "callback_id": "cb1", "payload": "yes", "user": PERSON},
    message=message("Доставить?", KEYS, mid=ANSWERED, sender=OURSELVES),
)
STARTED = update("bot_started", chat_id=DIALOG, user=PERSON, payload="ad7", user_locale="ru")
STOPPED = update("bot_stopped", chat_id=DIALOG, user=PERSON, user_locale="ru")
ADDED = update("bot_added", chat_id=GROUP, user=PERSON, is_channel=False)
UNKNOWN = update("hologram", of=["tomorrow", {"deep": 2}])

EVERY = (
    TEXT, ANSWER, FORWARDED, IN_GROUP, CONTACT, EDITED, REMOVED, OWN, PRESSED, STARTED, STOPPED, ADDED, UNKNOWN,
    created("Пришло не то", IMAGE, VIDEO, AUDIO, DOCUMENT, STICKER, PLACE, SHARE),
)  # fmt: skip


def encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
