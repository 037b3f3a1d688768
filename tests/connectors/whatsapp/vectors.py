"""Posts in the shapes that WhatsApp documents, with people of nobody."""

import json
from typing import Any

from tests.servers.graph import NUMBER_ID

BUSINESS = "380441112233"
USER = "UA.8812003344556677"
PHONE = "380501234567"
SENT = 1_768_400_000  # 2026-01-14


def contact(*, name: str = "Ірина", user_id: str = USER, wa_id: str = PHONE) -> dict[str, Any]:
    fields = {"user_id": user_id, "wa_id": wa_id}
    return {"profile": {"name": name, "username": "iryna.shop"}} | {key: one for key, one in fields.items() if one}


def message(kind: str, part: object, *, number: int | str = 1, **fields: Any) -> dict[str, Any]:
    """A message of a type; the part stands under its name."""
    return {
        "from": PHONE,
        "from_user_id": USER,
        "id": f"wamid.IN{number}",
        "timestamp": str(SENT),
        "type": kind,
        kind: part,
    } | fields


def text(words: str, *, number: int | str = 1, **fields: Any) -> dict[str, Any]:
    return message("text", {"body": words}, number=number, **fields)


def value(*, number_id: str = NUMBER_ID, **fields: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": BUSINESS, "phone_number_id": number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata} | fields


def change(field: str = "messages", **fields: Any) -> dict[str, Any]:
    return {"field": field, "value": value(**fields)}


def post(*changes: dict[str, Any]) -> bytes:
    """As Meta writes it: ASCII, with escaped slashes."""
    told = {"object": "whatsapp_business_account", "entry": [{"id": "210987654321098", "changes": list(changes)}]}
    return json.dumps(told).replace("/", "\\/").encode()


def said(*messages: dict[str, Any], **fields: Any) -> bytes:
    return post(change(contacts=[contact()], messages=list(messages), **fields))


def status(state: str, *, token: str = "ch.1.2.abc", **fields: Any) -> bytes:
    told = {"id": "wamid.OUT1", "status": state, "timestamp": str(SENT), "recipient_user_id": USER}
    return post(change(statuses=[told | {"biz_opaque_callback_data": token} | fields]))


FILE = {
    "id": "1180022334455667",
    "mime_type": "application/pdf",
    "sha256": "m1Hq0lJ2m0b0o0Q1l2pQe0l7mZ0Z1r1u5aYd7Q2s3t4=",
}
EDITED = {"original_message_id": "wamid.IN1", "message": {"type": "text", "text": {"body": "Вже працює"}}}
REFERRAL = {
    "source_url": "https://fb.me/ad",
    "source_id": "120",
    "source_type": "ad",
    "headline": "Знижка",
    "body": "Лише сьогодні",
    "ctwa_clid": "clid-1",
}
CARD = {"name": {"formatted_name": "Майстер"}, "phones": [{"phone": "+380670000000", "type": "CELL"}]}
PRODUCT = {"product_retailer_id": "sku-7", "quantity": 2, "item_price": 150.5, "currency": "UAH"}
FLOW = {"name": "flow", "body": "Sent", "response_json": '{"flow_token":"t","size":"M","colors":["red","blue"]}'}

VECTORS: tuple[bytes, ...] = (
    said(text("Не працює оплата")),
    said(text("без номера", **{"from": ""}), text("ще одне", number=2)),
    post(change(contacts=[contact(user_id="")], messages=[text("старий вигляд", from_user_id="")])),
    said(message("image", FILE | {"mime_type": "image/jpeg", "caption": "Ось"})),
    said(message("audio", FILE | {"mime_type": "audio/ogg; codecs=opus", "voice": True})),
    said(message("document", FILE | {"filename": "рахунок.pdf", "caption": "Не сходиться сума"})),
    said(message("sticker", FILE | {"animated": False})),
    said(message("location", {"latitude": 50.45, "longitude": 30.52, "name": "Склад", "address": "вул. Нова, 1"})),
    said(message("contacts", [CARD])),
    said(message("interactive", {"type": "button_reply", "button_reply": {"id": "yes", "title": "Так"}})),
    said(
        message("interactive", {"type": "list_reply", "list_reply": {"id": "2", "title": "Київ", "description": "1"}})
    ),
    said(message("interactive", {"type": "nfm_reply", "nfm_reply": FLOW})),
    said(
        message("button", {"text": "Скасувати", "payload": "cancel-17"}, context={"from": BUSINESS, "id": "wamid.OUT1"})
    ),
    said(message("order", {"catalog_id": "1", "text": "швидше", "product_items": [PRODUCT]})),
    said(message("reaction", {"message_id": "wamid.OUT1", "emoji": "❤"})),
    said(message("reaction", {"message_id": "wamid.OUT1"}, number=2)),
    said(message("edit", EDITED, number=3)),
    said(message("revoke", {"original_message_id": "wamid.IN1"}, number=4)),
    said(message("system", {"type": "user_changed_number", "body": "changed", "wa_id": "380679876543"})),
    said(message("system", {"type": "customer_identity_changed", "body": "changed"})),
    said(message("unsupported", {"type": "poll"}, errors=[{"code": 131051, "title": "Message type unknown"}])),
    said(message("hologram", {"of": [1, {"deep": 2}]})),
    said(text("у групі", group_id="g1")),
    said(text("зі знижки", referral=REFERRAL)),
    said(text("переслане", context={"forwarded": True})),
    said({"id": "wamid.X", "type": 5}),
    post(change("smb_message_echoes", message_echoes=[text("з телефону", **{"from": BUSINESS, "to": PHONE})])),
    status("sent"),
    status("delivered"),
    status("read"),
    status("deleted"),
    status(
        "failed", errors=[{"code": 131047, "title": "Re-engagement", "error_data": {"details": "More than 24 hours"}}]
    ),
    post(change(errors=[{"code": 130429, "title": "Rate limit hit"}])),
    post({"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}}),
    post(change(), {"field": 7}),
    post(),
)
