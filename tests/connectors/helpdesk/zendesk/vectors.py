"""Tickets, comments and events in the shapes that Zendesk documents, with people who don't exist."""

from typing import Any

OLHA = {
    "id": 8899,
    "name": "Ольга",
    "email": "olha@example.ua",
    "phone": "+380501234567",
    "role": "end-user",
    "verified": True,
}
AGENT = {"id": 77, "name": "Олена з підтримки", "email": "olena@shop.example", "phone": None, "role": "agent"}
RECEIPT = {
    "id": 5001,
    "file_name": "чек.pdf",
    "content_url": "https://shop.zendesk.com/attachments/token/abc/?name=chek.pdf",
    "content_type": "application/pdf",
    "size": 1234,
    "inline": False,
}


def ticket(number: int = 20418, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "external_id": None,
        "subject": "Повернення",
        "description": "Хочу повернути лампу",
        "status": "open",
        "requester_id": 8899,
        "submitter_id": 8899,
        "assignee_id": 77,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "tags": [],
        "custom_fields": [],
        "created_at": "2026-01-10T10:00:00Z",
        "updated_at": "2026-01-15T11:00:00Z",
        "is_public": True,
    } | fields


def comment(number: int = 771, text: str = "Надсилаю чек", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "Comment",
        "author_id": 8899,
        "body": text,
        "html_body": f"<div>{text}</div>",
        "plain_body": text,
        "public": True,
        "attachments": [],
        "audit_id": 9,
        "via": {"channel": "email"},
        "created_at": "2026-01-15T11:00:00Z",
        "metadata": {},
    } | fields


def event(kind: str = "comment_added", *, number: int = 771, text: str = "Надсилаю чек", **said: Any) -> dict[str, Any]:
    return {
        "type": f"zen:event-type:ticket.{kind}",
        "account_id": 112233,
        "id": f"2b24ef10-{kind}-{number}",
        "time": "2026-01-15T11:00:00Z",
        "zendesk_event_version": "2022-06-20",
        "subject": "zen:ticket:20418",
        "detail": {
            "id": "20418",
            "subject": "Повернення",
            "requester_id": "8899",
            "status": "OPEN",
            "via": {"channel": "email"},
            "created_at": "2026-01-10T10:00:00Z",
            "updated_at": "2026-01-15T11:00:00Z",
        },
        "event": {
            "comment": {
                "id": str(number),
                "body": text,
                "is_public": True,
                "author": {"id": "8899", "name": "Ольга", "is_staff": False},
            }
            | said,
            "meta": {"sequence": {"id": "01KAM2Q4T0", "position": 1}},
        },
    }


BY_AGENT = {"author": {"id": "77", "name": "Олена з підтримки", "is_staff": True}}
HOLOGRAM = event("hologram_added") | {"event": {"of": ["tomorrow"]}}
EVENTS = (
    event(),
    event(number=772, **BY_AGENT),
    event(number=773, is_public=False, **BY_AGENT),
    event("comment_redacted"),
    event("comment_made_private", number=772),
    HOLOGRAM,
)
