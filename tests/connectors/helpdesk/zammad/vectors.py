"""Tickets, articles and posts in the shapes that Zammad documents, with people who don't exist."""

from typing import Any

IRYNA: dict[str, Any] = {
    "id": 8,
    "firstname": "Ірина",
    "lastname": "Мельник",
    "login": "iryna@example.ua",
    "email": "iryna@example.ua",
    "phone": "044 123 45 67",
    "mobile": "+380501234567",
    "organization": None,
    "roles": ["Customer"],
    "role_ids": [3],
    "verified": False,
    "vip": False,
    "active": True,
}
AGENT: dict[str, Any] = {
    "id": 3,
    "firstname": "Олена",
    "lastname": "Коваль",
    "login": "olena@shop.example",
    "email": "olena@shop.example",
    "phone": "",
    "mobile": "",
    "roles": ["Admin", "Agent"],
    "role_ids": [1, 2],
}
RECEIPT: dict[str, Any] = {
    "id": 174,
    "filename": "чек.pdf",
    "size": "35574",
    "preferences": {"Content-Type": "application/pdf", "Mime-Type": "application/pdf"},
}
BEGUN = "2026-01-15T10:00:00.000Z"


def ticket(number: int = 81, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "group_id": 3,
        "priority_id": 2,
        "state_id": 2,
        "organization_id": None,
        "number": f"100{number}",
        "title": "Повернення",
        "owner_id": 3,
        "customer_id": 8,
        "note": None,
        "article_count": 1,
        "preferences": {},
        "created_at": "2026-01-10T10:00:00.000Z",
        "updated_at": BEGUN,
        "article_ids": [104],
        "customer": "iryna@example.ua",
        "owner": "olena@shop.example",
        "group": "Service Desk",
        "state": "open",
    } | fields


def article(number: int = 104, text: str = "Надсилаю чек", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "ticket_id": 81,
        "type_id": 1,
        "sender_id": 2,
        "from": "Ірина Мельник <iryna@example.ua>",
        "to": "Service Desk",
        "cc": None,
        "subject": "Повернення",
        "message_id": "<m@example.ua>",
        "content_type": "text/plain",
        "body": text,
        "internal": False,
        "preferences": {},
        "created_by_id": 8,
        "updated_by_id": 8,
        "origin_by_id": None,
        "created_at": BEGUN,
        "updated_at": BEGUN,
        "attachments": [],
        "type": "email",
        "sender": "Customer",
        "created_by": "iryna@example.ua",
        "updated_by": "iryna@example.ua",
    } | fields


BY_AGENT: dict[str, Any] = {"sender": "Agent", "created_by_id": 3, "created_by": "olena@shop.example"}
BY_ZAMMAD: dict[str, Any] = {"sender": "System", "created_by_id": 1, "created_by": "-"}


def post(said: dict[str, Any] | None, **ticket_fields: Any) -> dict[str, Any]:
    """What the webhook posts of an article, whose people stand in it whole; None: of a change of the ticket only."""
    people = {one["id"]: one for one in (IRYNA, AGENT)}
    whole = {} if said is None else said | {"created_by": people.get(said["created_by_id"], {}), "accounted_time": 0}
    return {
        "ticket": ticket(**ticket_fields) | {"customer": IRYNA, "owner": AGENT, "state": "open"},
        "article": whole,
    }


def event(number: int = 104, text: str = "Надсилаю чек", **fields: Any) -> dict[str, Any]:
    return post(article(number, text, **fields))


HOLOGRAM = event(sender="Hologram")
EVENTS = (
    event(),
    event(105, **BY_AGENT),
    event(106, internal=True, **BY_AGENT),
    event(107, attachments=[RECEIPT], content_type="text/html", body="<p>Ось <b>чек</b></p>"),
    event(108, type="phone", created_by_id=3, origin_by_id=8),
    HOLOGRAM,
)
