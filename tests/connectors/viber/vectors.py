"""Posts in the shapes that Viber documents, with people who don't exist."""

import json
from typing import Any

OLENA = "q1Zr8xYv0pT3uE7aS5dKLw=="
SENDER = {
    "id": OLENA,
    "name": "Олена",
    "avatar": "https://media-direct.cdn.viber.com/download_photo?dlid=1",
    "language": "uk",
    "country": "UA",
    "api_version": 10,
}
AT_MS = 1_795_293_000_412
TOKEN = 6_017_250_912_385_541_207
MEDIA = "https://dl-media.viber.com/1/share/2/long/vibes/icon/image/0x0/aa/1.jpg"


def message(content: dict[str, Any], *, token: int = TOKEN, **changes: Any) -> dict[str, Any]:
    return {
        "event": "message",
        "timestamp": AT_MS,
        "chat_hostname": "SN-CHAT-11_",
        "message_token": token,
        "sender": SENDER,
        "message": content,
        "silent": False,
        **changes,
    }


def event(name: str, **fields: Any) -> dict[str, Any]:
    return {"event": name, "timestamp": AT_MS, "chat_hostname": "SN-CHAT-11_", "message_token": TOKEN, **fields}


TEXT = message({"type": "text", "text": "Де моє замовлення?", "tracking_data": ""})
PICTURE = message(
    {"type": "picture", "text": "Прийшов не той колір", "media": MEDIA, "thumbnail": MEDIA, "file_name": "1.jpg"}
    | {"size": 81233}
)
VIDEO = message({"type": "video", "media": MEDIA, "thumbnail": MEDIA, "size": 10_000, "duration": 10})
FILE = message({"type": "file", "media": MEDIA, "file_name": "чек.pdf", "size": 10_000})
STICKER = message({"type": "sticker", "sticker_id": 46105})
CONTACT = message({"type": "contact", "contact": {"name": "Олена", "phone_number": "380671112233", "avatar": ""}})
URL = message({"type": "url", "media": "https://shop.example/lamp"})
LOCATION = message({"type": "location", "location": {"lat": 50.76891, "lon": 6.11499}})
RICH = message(
    {"type": "rich_media", "rich_media": {"Type": "rich_media", "Buttons": [{"Text": "Так"}, {"Text": "Ні"}]}}
)
STARTED = event("conversation_started", type="open", context="shop", user=SENDER, subscribed=False)
SUBSCRIBED = event("subscribed", user=SENDER)
UNSUBSCRIBED = event("unsubscribed", user_id=OLENA)
DELIVERED = event("delivered", user_id=OLENA)
SEEN = event("seen", user_id=OLENA)
FAILED = event("failed", user_id=OLENA, desc="no suitable\ndevice")
UNKNOWN = event("hologram", of=["tomorrow", {"deep": 2}])
CLIENT_STATUS = event("client_status", user={"id": OLENA}, status={"code": 0})

EVERY = (
    TEXT, PICTURE, VIDEO, FILE, STICKER, CONTACT, URL, LOCATION, RICH, STARTED, SUBSCRIBED, UNSUBSCRIBED, DELIVERED,
    SEEN, FAILED, UNKNOWN, CLIENT_STATUS,
)  # fmt: skip


def encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
