"""Conversations, messages and events in Chatwoot's shapes, with people who don't exist."""

from typing import Any

IRYNA = {"id": 55, "name": "Ірина", "email": None, "phone_number": "+380501234567", "identifier": None}
AGENT = {"id": 7, "name": "Олена", "email": "olena@shop.example", "type": "user"}
PHOTO = {
    "id": 31,
    "message_id": 9911,
    "file_type": "image",
    "data_url": "https://chat.example.com/rails/active_storage/blobs/redirect/abc/%D1%84%D0%BE%D1%82%D0%BE.jpg",
    "file_size": 777,
}
PLACE = {"id": 32, "file_type": "location", "coordinates_lat": 50.45, "coordinates_long": 30.52}
BEGUN_S = 1768471200  # 2026-01-15T10:00:00Z


def talk(number: int = 20418, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "account_id": 1,
        "inbox_id": 4,
        "status": "open",
        "additional_attributes": {},
        "meta": {"sender": IRYNA, "channel": "Channel::Whatsapp", "hmac_verified": False},
        "last_activity_at": BEGUN_S,
        "created_at": BEGUN_S - 1000,
        "labels": [],
    } | fields


def listed(number: int = 9911, text: str | None = "Привіт, де замовлення?", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "content": text,
        "message_type": 0,
        "created_at": BEGUN_S,
        "private": False,
        "source_id": None,
        "content_type": "text",
        "content_attributes": {},
        "sender": IRYNA | {"type": "contact"},
    } | fields


def event(kind: str = "message_created", *, number: int = 9911, text: str = "Привіт", **said: Any) -> dict[str, Any]:
    return {
        "event": kind,
        "id": number,
        "content": text,
        "content_type": "text",
        "content_attributes": {},
        "additional_attributes": {},
        "message_type": "incoming",
        "private": False,
        "source_id": "wamid.HBgM",
        "created_at": "2026-01-15T10:00:00.512Z",
        "account": {"id": 1, "name": "Shop"},
        "inbox": {"id": 4, "name": "WhatsApp"},
        "sender": IRYNA | {"avatar": "", "blocked": False, "account": {"id": 1, "name": "Shop"}},
        "conversation": {
            "id": 20418,
            "inbox_id": 4,
            "channel": "Channel::Whatsapp",
            "status": "open",
            "additional_attributes": {},
            "contact_inbox": {"id": 70, "source_id": "380501234567"},
            "meta": {"sender": IRYNA, "assignee": AGENT, "hmac_verified": False},
            "labels": [],
            "created_at": BEGUN_S - 1000,
            "updated_at": 1768471200.512,
        },
    } | said


DELETED = {"content_attributes": {"deleted": True}}
HOLOGRAM = {"event": "hologram_added", "of": ["tomorrow"]}
EVENTS = (
    event(),
    event(number=2, message_type="outgoing", sender=AGENT),
    event(number=3, message_type="outgoing", sender=AGENT, private=True),
    event(number=4, message_type="template", sender=None),
    event(number=5, attachments=[PHOTO, PLACE]),
    event("message_updated", **DELETED),
    HOLOGRAM,
)
