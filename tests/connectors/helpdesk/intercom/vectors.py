"""Conversations, parts and events in the shapes that Intercom documents, with people who don't exist."""

from typing import Any

BEGUN_S = 1768471200  # 2026-01-15T10:00:00Z
IRYNA = {"type": "user", "id": "6762f19b1bb69f9f2193bbd4", "name": "Ірина", "email": "iryna@example.ua"}
AGENT = {"type": "admin", "id": "814860", "name": "Олена", "email": "olena@shop.example"}
BOT = {"type": "bot", "id": "274", "name": "Fin", "email": "operator+abcd1234@intercom.io"}
RECEIPT = {
    "type": "upload",
    "name": "чек.pdf",
    "url": "https://shop.intercom-attachments-7.com/i/o/5001/abc/chek.pdf?expires=1768474800&signature=0a1b",
    "content_type": "application/pdf",
    "filesize": 1234,
    "width": None,
    "height": None,
}
PICTURE = "https://downloads.intercomcdn.com/i/o/5002/def/foto.jpg?expires=1768474800&amp;signature=2c3d"


def talk(number: str = "20418", **fields: Any) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": number,
        "title": None,
        "created_at": BEGUN_S - 1000,
        "updated_at": BEGUN_S,
        "waiting_since": BEGUN_S,
        "snoozed_until": None,
        "open": True,
        "state": "open",
        "read": True,
        "priority": "not_priority",
        "admin_assignee_id": 814860,
        "team_assignee_id": None,
        "source": {
            "type": "email",
            "id": "901",
            "delivered_as": "customer_initiated",
            "subject": "<p>Доставка</p>",
            "body": "<p>Де посилка?</p>",
            "author": IRYNA,
            "attachments": [],
            "url": None,
            "redacted": False,
        },
        "contacts": {
            "type": "contact.list",
            "contacts": [{"type": "contact", "id": IRYNA["id"], "external_id": "c-501"}],
        },
        "teammates": {"type": "admin.list", "admins": [{"type": "admin", "id": "814860"}]},
        "tags": {"type": "tag.list", "tags": []},
    } | fields


def opening(**fields: Any) -> dict[str, Any]:
    """A conversation's `source` with other fields."""
    return {"source": talk()["source"] | fields}


def part(number: str = "1201", text: str | None = "Дякую, знайшла", **fields: Any) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": number,
        "part_type": "comment",
        "body": None if text is None else f"<p>{text}</p>",
        "created_at": BEGUN_S,
        "updated_at": BEGUN_S,
        "notified_at": BEGUN_S,
        "assigned_to": None,
        "author": IRYNA,
        "attachments": [],
        "external_id": None,
        "redacted": False,
    } | fields


def event(topic: str, *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    listed = {"type": "conversation_part.list", "conversation_parts": list(parts), "total_count": len(parts)}
    return notification(topic, talk() | fields | {"conversation_parts": listed})


def notification(topic: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "notification_event",
        "app_id": "ab12cd",
        "id": f"notif_0b1c2d3e-{topic}",
        "topic": topic,
        "delivery_status": "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "created_at": BEGUN_S + 1,
        "first_sent_at": BEGUN_S + 1,
        "links": {},
        "self": None,
        "data": {"type": "notification_event_data", "item": item},
    }


GONE: dict[str, Any] = {"body": "<p><i>This message was deleted</i></p>", "redacted": True}
PING = notification("ping", {"type": "ping", "message": "something something interzen"}) | {"id": None}
HOLOGRAM = notification("conversation.hologram.added", {"type": "conversation", "of": ["tomorrow"]})
TICKET = notification("ticket.contact.replied", {"type": "ticket", "id": "55", "ticket_parts": {}})
EVENTS = (
    event("conversation.user.created"),
    event("conversation.user.replied", part()),
    event("conversation.admin.replied", part("1202", author=AGENT)),
    event("conversation.operator.replied", part("1203", author=BOT)),
    event("conversation.admin.noted", part("1204", author=AGENT, part_type="note")),
    event("conversation.admin.closed", part("1205", "Гарного дня", author=AGENT, part_type="close")),
    event("conversation.user.replied", part("1206", attachments=[RECEIPT])),
    event("conversation_part.redacted", part(**GONE)),
    notification("conversation_part.redacted", part(**GONE)),
    HOLOGRAM,
    TICKET,
)
