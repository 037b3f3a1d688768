"""Updates in the shapes that Bot API documents, one of each that we tell apart."""

import json
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SENT = 1_795_262_400  # an hour and a half before NOW
BOT_ID = "7391204518"

OLENA: dict[str, Any] = {
    "id": 418820331,
    "is_bot": False,
    "first_name": "Олена",
    "last_name": "Коваль",
    "username": "olena_k",
    "language_code": "uk",
}
PRIVATE: dict[str, Any] = {"id": 418820331, "first_name": "Олена", "type": "private"}
GROUP: dict[str, Any] = {"id": -1001234567890, "title": "Покупці", "type": "supergroup", "is_forum": True}
CHANNEL: dict[str, Any] = {"id": -1009876543210, "title": "Новини", "type": "channel"}
BOT: dict[str, Any] = {"id": int(BOT_ID), "is_bot": True, "first_name": "Shop", "username": "shop_help_bot"}


def message(**fields: Any) -> dict[str, Any]:
    """A private message of Олена; None removes a field."""
    whole = {"message_id": 5521, "from": OLENA, "chat": PRIVATE, "date": SENT} | fields
    return {name: value for name, value in whole.items() if value is not None}


def wire(update_id: int = 731204518, **update: Any) -> bytes:
    return json.dumps({"update_id": update_id} | update, ensure_ascii=False).encode()


def file(name: str, **fields: Any) -> dict[str, Any]:
    return {"file_id": f"id-{name}", "file_unique_id": f"u-{name}", "file_size": 1234} | fields


TEXT = wire(message=message(text="Не приходить код 🙁"))
PHOTO = wire(
    message=message(
        caption="Зламалась блискавка, замовлення 20418",
        photo=[file("small", width=90, height=67), file("large", width=1280, height=960, file_size=84113)],
        caption_entities=[{"offset": 31, "length": 5, "type": "phone_number"}],
        reply_to_message=message(message_id=5519, text="Чим допомогти?") | {"from": BOT},
    )
)
OWN_CONTACT = wire(
    message=message(contact={"phone_number": "380501234567", "first_name": "Олена", "user_id": 418820331})
)
OTHER_CONTACT = wire(message=message(contact={"phone_number": "+380671112233", "first_name": "Ігор"}))
EDIT = wire(731204530, edited_message=message(text="Не приходить код з ранку", edit_date=SENT + 60))
CALLBACK = wire(
    callback_query={
        "id": "1798812345678901234",
        "from": OLENA,
        "message": message(message_id=5522, text="Оцініть"),
        "chat_instance": "-390011223344",
        "data": "csat:5",
    }
)
CALLBACK_LABELLED = wire(
    callback_query={
        "id": "1798812345678901235",
        "from": OLENA,
        "message": message(
            message_id=5522,
            text="Оцініть",
            reply_markup={
                "inline_keyboard": [[{"text": "Добре", "callback_data": "csat:5"}, {"text": "Сайт", "url": "x"}]]
            },
        )
        | {"from": BOT},
        "chat_instance": "-390011223344",
        "data": "csat:5",
    }
)
CALLBACK_TOO_OLD = wire(
    callback_query={
        "id": "1798812345678901236",
        "from": OLENA,
        "message": {"message_id": 5522, "date": 0, "chat": PRIVATE},
        "chat_instance": "-390011223344",
        "data": "csat:5",
    }
)
CALLBACK_INLINE = wire(
    callback_query={"id": "7", "from": OLENA, "inline_message_id": "AAA", "chat_instance": "1", "data": "csat:5"}
)
REACTION = wire(
    message_reaction={
        "chat": PRIVATE,
        "message_id": 5522,
        "user": OLENA,
        "date": SENT,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "👍"}],
    }
)
REACTION_CHANGED = wire(
    message_reaction={
        "chat": PRIVATE,
        "message_id": 5522,
        "user": OLENA,
        "date": SENT + 5,
        "old_reaction": [{"type": "emoji", "emoji": "👍"}],
        "new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}],
    }
)
REACTION_GONE = wire(
    message_reaction={
        "chat": PRIVATE,
        "message_id": 5522,
        "user": OLENA,
        "date": SENT + 6,
        "old_reaction": [{"type": "emoji", "emoji": "👍"}],
        "new_reaction": [],
    }
)
REACTION_COUNT = wire(
    message_reaction_count={
        "chat": CHANNEL,
        "message_id": 9,
        "date": SENT,
        "reactions": [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 3}],
    }
)
GROUP_TOPIC = wire(
    message=message(chat=GROUP, text="У мене теж не працює", message_thread_id=77, is_topic_message=True)
)
ANONYMOUS_ADMIN = wire(
    message=message(
        chat=GROUP,
        text="Правила групи",
        sender_chat=GROUP,
        **{"from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}},
    )
)
CHANNEL_POST = wire(channel_post=message(chat=CHANNEL, sender_chat=CHANNEL, text="Розпродаж") | {"from": OLENA})
BUSINESS = wire(business_message=message(business_connection_id="bc1", text="Де моє замовлення?"))
BUSINESS_ANSWER = wire(
    business_message=message(business_connection_id="bc1", text="Вже їде") | {"from": OLENA | {"id": 55}}
)
BUSINESS_DELETED = wire(
    deleted_business_messages={"business_connection_id": "bc1", "chat": PRIVATE, "message_ids": [5521, 5523]}
)
BUSINESS_EDITED = wire(
    731204531,
    edited_business_message=message(business_connection_id="bc1", text="Де моє замовлення 20418?", edit_date=SENT + 9),
)
BUSINESS_CONNECTED = wire(
    business_connection={
        "id": "bc1",
        "user": OLENA | {"id": 55},
        "user_chat_id": 55,
        "date": SENT,
        "rights": {"can_reply": True},
        "is_enabled": True,
    }
)
QUOTED = wire(
    message=message(
        text="Ось це",
        reply_to_message=message(message_id=5519, text="Чим допомогти? Є три варіанти.") | {"from": BOT},
        quote={"text": "три варіанти", "position": 17, "is_manual": True},
    )
)
REPLIED_ELSEWHERE = wire(
    message=message(
        text="Це правда?",
        external_reply={
            "origin": {"type": "channel", "chat": CHANNEL | {"username": "shop_news"}, "message_id": 77, "date": SENT},
            "chat": CHANNEL | {"username": "shop_news"},
            "message_id": 77,
        },
        quote={"text": "Розпродаж", "position": 0},
    )
)
REPLIED_TO_STORY = wire(message=message(text="А ціна?", reply_to_story={"chat": CHANNEL, "id": 12}))
IN_NAMED_TOPIC = wire(
    message=message(
        chat=GROUP,
        text="І в мене",
        message_thread_id=77,
        is_topic_message=True,
        reply_to_message=message(
            message_id=77, chat=GROUP, forum_topic_created={"name": "Оплата", "icon_color": 7322096}
        ),
    )
)
CHECKLIST = wire(
    message=message(
        checklist={
            "title": "Що не працює",
            "tasks": [{"id": 1, "text": "оплата", "completion_date": SENT}, {"id": 2, "text": "вхід"}],
        }
    )
)
POLL = wire(
    message=message(
        poll={
            "id": "1",
            "question": "Працює?",
            "options": [{"text": "так", "voter_count": 0}, {"text": "ні", "voter_count": 2}],
            "total_voter_count": 2,
            "is_closed": False,
        }
    )
)
WEB_APP = wire(message=message(web_app_data={"data": '{"order":20418}', "button_text": "Замовлення"}))
ANOTHERS_CONTACT = wire(
    message=message(
        contact={"phone_number": "+380671112233", "first_name": "Ігор", "last_name": "Бойко", "user_id": 777}
    )
)
PAID = wire(message=message(successful_payment={"currency": "UAH", "total_amount": 125000, "invoice_payload": "20418"}))
RICH = wire(
    message=message(
        rich_message={
            "blocks": [
                {"type": "heading", "size": 1, "text": "Замовлення 20418"},
                {
                    "type": "paragraph",
                    "text": ["Не ", {"type": "bold", "text": "працює"}, {"type": "url", "text": " оплата"}],
                },
                {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": "Apple Pay"}]}]},
                {"type": "divider"},
                {"type": "block_of_tomorrow", "blocks": [{"type": "paragraph", "text": "і ще щось"}]},
            ]
        }
    )
)
VOICE = wire(message=message(voice=file("voice", duration=4, mime_type="audio/ogg")))
DOCUMENT = wire(message=message(document=file("doc", file_name="../../рахунок.pdf", mime_type="application/pdf")))
ANIMATION = wire(message=message(animation=file("gif", mime_type="video/mp4"), document=file("gif")))
VIDEO = wire(message=message(video=file("video"), caption="ось відео"))
AUDIO = wire(message=message(audio=file("audio", file_name="запис.mp3", mime_type="audio/mpeg")))
STICKER = wire(message=message(sticker=file("sticker", emoji="😡", is_animated=False, is_video=True)))
LOCATION = wire(message=message(location={"latitude": 50.4501, "longitude": 30.5234}))
VENUE = wire(
    message=message(
        location={"latitude": 50.4501, "longitude": 30.5234},
        venue={
            "location": {"latitude": 50.4501, "longitude": 30.5234},
            "title": "Відділення 5",
            "address": "вул. Хрещатик, 1",
        },
    )
)
PINNED = wire(message=message(pinned_message=message(message_id=5500, text="адреса")))
MEMBER = wire(
    my_chat_member={
        "chat": PRIVATE,
        "from": OLENA,
        "date": SENT,
        "old_chat_member": {"status": "member", "user": BOT},
        "new_chat_member": {"status": "kicked", "user": BOT, "until_date": 0},
    }
)
MEMBER_AGAIN = wire(
    my_chat_member={
        "chat": PRIVATE,
        "from": OLENA,
        "date": SENT,
        "old_chat_member": {"status": "kicked", "user": BOT, "until_date": 0},
        "new_chat_member": {"status": "member", "user": BOT},
    }
)
MEMBER_OF_GROUP = wire(
    my_chat_member={
        "chat": GROUP,
        "from": OLENA,
        "date": SENT,
        "old_chat_member": {"status": "member", "user": BOT},
        "new_chat_member": {"status": "kicked", "user": BOT, "until_date": 0},
    }
)
TOMORROW = wire(something_of_tomorrow={"from": OLENA, "date": SENT, "deep": [{"er": None}]})
FORWARDED = wire(
    message=message(text="дивіться", forward_origin={"type": "hidden_user", "date": SENT, "sender_user_name": "Ігор"})
)

FORWARDED_FROM_USER = wire(
    message=message(text="дивіться", forward_origin={"type": "user", "date": SENT, "sender_user": OLENA | {"id": 9}})
)
FORWARDED_FROM_GROUP = wire(
    message=message(
        text="дивіться",
        forward_origin={"type": "chat", "date": SENT, "sender_chat": GROUP, "author_signature": "модератор"},
    )
)
FORWARDED_FROM_CHANNEL = wire(
    message=message(
        text="дивіться",
        forward_origin={
            "type": "channel",
            "date": SENT,
            "chat": CHANNEL | {"username": "shop_news"},
            "message_id": 77,
        },
    )
)

VECTORS = [value for name, value in sorted(globals().items()) if name.isupper() and isinstance(value, bytes)]
