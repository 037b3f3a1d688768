"""What each shape of update says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    ContactShared,
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reachability,
    Reaction,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.telegram.parse import parse
from connectors.telegram.shapes import Message
from tests.connectors.telegram import vectors as v

OLENA = Handle(kind="telegram", value="418820331", evidence=Evidence.CHANNEL_ID)


def read(body: bytes, **extra: str) -> Inbound:
    items = parse(
        RawMessage(account="bot", delivery_id="1", body=body, envelope=Envelope(extra={"bot": v.BOT_ID} | extra))
    )
    assert len(items) == 1
    return items[0]


def read_new(body: bytes, **extra: str) -> NewMessage:
    item = read(body, **extra)
    assert isinstance(item, NewMessage)
    return item


def test_text_names_sender_chat_time_and_language() -> None:
    item = read_new(v.TEXT)

    assert item.external_id == "418820331:5521"
    assert item.sender.name == "Олена Коваль"
    assert item.sender.handles == (OLENA,)
    assert item.content.text == "Не приходить код 🙁"
    assert item.content.language == "uk"
    assert item.thread.key == "418820331"
    assert item.sent_at == datetime.fromtimestamp(v.SENT, UTC)
    assert item.is_time_vouched
    assert item.direction is Direction.IN
    assert not item.automatic.is_any


@pytest.mark.parametrize(
    ("code", "text", "language"),
    [
        ("uk", "не працює", "uk"),
        ("en", "код не приходит", ""),
        ("uk", "where is my order", ""),
        ("pt-BR", "where is my order 20418", "pt"),
        ("ru", "20418", "ru"),
        ("", "код", ""),
        ("ї1", "код", ""),
    ],
)
def test_language_of_the_app_is_taken_where_the_script_agrees(code: str, text: str, language: str) -> None:
    sender = v.OLENA | {"language_code": code}

    assert read_new(v.wire(message=v.message(text=text, **{"from": sender}))).content.language == language


def test_photo_gives_its_caption_and_its_largest_size() -> None:
    item = read_new(v.PHOTO)

    assert item.content.text == "Зламалась блискавка, замовлення 20418"
    assert [(a.reference, a.size, a.content_type) for a in item.content.attachments] == [
        ("id-large", 84113, "image/jpeg")
    ]
    assert item.thread.in_reply_to == "418820331:5519"


def test_own_contact_is_vouched_for_and_another_is_only_claimed() -> None:
    own, other = read(v.OWN_CONTACT), read(v.OTHER_CONTACT)
    assert isinstance(own, ContactShared)
    assert isinstance(other, ContactShared)

    assert own.sender.handles == (
        OLENA,
        Handle(kind="phone", value="+380501234567", evidence=Evidence.CHANNEL_CONTACT),
    )
    assert other.sender.handles[1].evidence is Evidence.CLAIMED


def test_contact_of_another_user_is_a_card_and_no_handle_of_the_sender() -> None:
    item = read_new(v.ANOTHERS_CONTACT)

    assert item.content.text == "📇 Ігор Бойко +380671112233"
    assert item.sender.handles == (OLENA,)


def test_edit_is_a_later_version_of_the_same_message() -> None:
    edit = read(v.EDIT)
    assert isinstance(edit, EditedMessage)

    assert edit.external_id == read_new(v.TEXT).external_id
    assert edit.message.content.text == "Не приходить код з ранку"
    assert edit.message.sent_at == datetime.fromtimestamp(v.SENT, UTC)


def test_two_edits_in_one_second_are_two_revisions_in_order() -> None:
    first = read(v.wire(10, edited_message=v.message(text="a", edit_date=v.SENT)))
    second = read(v.wire(11, edited_message=v.message(text="b", edit_date=v.SENT)))
    later = read(v.wire(3, edited_message=v.message(text="c", edit_date=v.SENT + 1)))
    assert isinstance(first, EditedMessage)
    assert isinstance(second, EditedMessage)
    assert isinstance(later, EditedMessage)

    assert first.revision < second.revision < later.revision < 2**63


def test_live_location_is_a_version_every_ten_minutes_and_where_it_stops() -> None:
    def moved(after_s: int, **live: int) -> int:
        location = {"latitude": 50.4501, "longitude": 30.5234} | live
        item = read(v.wire(after_s, edited_message=v.message(location=location, edit_date=v.SENT + after_s)))
        assert isinstance(item, EditedMessage)
        return item.revision

    moving = [moved(after_s, live_period=3600) for after_s in range(10, 3600, 10)]

    assert len(set(moving)) == 6
    assert moving == sorted(moving)
    assert moved(3600) > moving[-1]


@pytest.mark.parametrize(
    ("body", "said"), [(v.CALLBACK_LABELLED, "Добре"), (v.CALLBACK, "csat:5"), (v.CALLBACK_TOO_OLD, "csat:5")]
)
def test_pressed_button_says_what_stands_on_it(body: bytes, said: str) -> None:
    item = read_new(body)

    assert item.content.text == said
    assert item.extra == {"button": "csat:5"}
    assert (item.thread.key, item.thread.in_reply_to) == ("418820331", "418820331:5522")
    assert item.sender.handles == (OLENA,)
    assert item.direction is Direction.IN


def test_buttons_pressed_one_after_the_other_are_two_messages() -> None:
    assert read_new(v.CALLBACK).external_id != read_new(v.CALLBACK_TOO_OLD).external_id


def test_button_in_a_chat_we_do_not_see_is_kept_with_its_sender() -> None:
    item = read(v.CALLBACK_INLINE)
    assert isinstance(item, Unknown)

    assert item.shape == "callback_query"
    assert item.sender is not None
    assert item.sender.handles == (OLENA,)


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [(v.REACTION, "", "👍"), (v.REACTION_CHANGED, "👍", "[custom_emoji]"), (v.REACTION_GONE, "👍", "")],
)
def test_reaction_names_its_target_and_what_it_takes_the_place_of(body: bytes, before: str, after: str) -> None:
    item = read(body)
    assert isinstance(item, Reaction)

    assert (item.target_id, item.before, item.emoji) == ("418820331:5522", before, after)


@pytest.mark.parametrize(("body", "is_reachable"), [(v.MEMBER, False), (v.MEMBER_AGAIN, True)])
def test_block_of_the_bot_and_its_end_say_whether_the_customer_can_be_reached(body: bytes, is_reachable: bool) -> None:
    item = read(body)
    assert isinstance(item, Reachability)

    assert item.is_reachable is is_reachable
    assert item.sender.handles == (OLENA,)
    assert item.sent_at == datetime.fromtimestamp(v.SENT, UTC)


def test_block_and_its_end_within_a_second_are_in_order() -> None:
    change = {"chat": v.PRIVATE, "from": v.OLENA, "date": v.SENT, "old_chat_member": {"status": "member"}}
    first = read(v.wire(10, my_chat_member=change | {"new_chat_member": {"status": "kicked"}}))
    second = read(v.wire(11, my_chat_member=change | {"new_chat_member": {"status": "member"}}))
    assert isinstance(first, Reachability)
    assert isinstance(second, Reachability)

    assert first.place < second.place


def test_group_message_is_a_message_only_where_groups_are_taken() -> None:
    ignored = read(v.GROUP_TOPIC, groups="off")
    taken = read_new(v.GROUP_TOPIC)
    assert isinstance(ignored, Unknown)

    assert ignored.shape == "group message"
    assert ignored.sender is not None
    assert taken.thread.key == "-1001234567890/77"
    assert taken.sender.handles == (OLENA,)


def test_private_message_is_taken_while_groups_are_off() -> None:
    assert read_new(v.TEXT, groups="off").content.text


def test_anonymous_admin_and_channel_write_in_their_chats_name() -> None:
    admin, post = read_new(v.ANONYMOUS_ADMIN), read_new(v.CHANNEL_POST)

    assert admin.sender.handles[0].value == "-1001234567890"
    assert post.sender.handles[0].value == "-1009876543210"
    assert post.automatic.is_bulk


def test_own_echo_goes_out_and_another_bot_is_automatic() -> None:
    echo = read_new(v.wire(message=v.message(text="Вітаємо", **{"from": v.BOT})))
    other = read_new(v.wire(message=v.message(text="Вітаємо", **{"from": v.BOT | {"id": 5}})))

    assert echo.direction is Direction.OUT
    assert other.direction is Direction.IN
    assert other.automatic.is_any


def test_business_messages_count_by_themselves_and_know_their_direction() -> None:
    asked, answered = read_new(v.BUSINESS), read_new(v.BUSINESS_ANSWER)

    assert asked.external_id == "bc1:418820331:5521"
    assert asked.thread.key == "418820331@bc1"
    assert (asked.direction, answered.direction) == (Direction.IN, Direction.OUT)


@pytest.mark.parametrize(("bot", "is_ours"), [(v.BOT, True), (v.BOT | {"id": 5}, False)])
def test_answer_of_the_bot_in_a_business_chat_is_found_by_its_name_and_another_bots_is_said(
    bot: dict[str, Any], is_ours: bool
) -> None:
    owner = v.OLENA | {"id": 55}
    said = v.message(business_connection_id="bc1", text="Вже їде", sender_business_bot=bot) | {"from": owner}
    item = read(v.wire(business_message=said))

    if is_ours:
        assert isinstance(item, DeliveryStatus)
        assert (item.status, item.sent_id, item.sent_to) == ("sent", "bc1:418820331:5521", OLENA)
    else:
        assert isinstance(item, NewMessage)
        assert item.direction is Direction.OUT


def test_deleted_business_messages_are_named_one_by_one() -> None:
    items = parse(RawMessage(account="bot", delivery_id="1", body=v.BUSINESS_DELETED))

    assert items == [
        DeletedMessage(external_id="bc1:418820331:5521"),
        DeletedMessage(external_id="bc1:418820331:5523"),
    ]


def test_rich_message_reads_as_lines_even_of_unknown_blocks() -> None:
    assert read_new(v.RICH).content.text.splitlines() == [
        "Замовлення 20418",
        "Не працює оплата",
        "1.",
        "Apple Pay",
        "і ще щось",
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "filename"),
    [
        (v.VOICE, "audio/ogg", "voice-u-voice.ogg"),
        (v.DOCUMENT, "application/pdf", "рахунок.pdf"),
        (v.ANIMATION, "video/mp4", "animation-u-gif.mp4"),
        (v.VIDEO, "video/mp4", "video-u-video.mp4"),
        (v.AUDIO, "audio/mpeg", "запис.mp3"),
        (v.STICKER, "video/webm", "sticker-u-sticker.webm"),
    ],
)
def test_file_is_referred_to_with_type_and_a_safe_name(body: bytes, content_type: str, filename: str) -> None:
    (attachment,) = read_new(body).content.attachments

    assert (attachment.content_type, attachment.filename) == (content_type, filename)
    assert attachment.reference.startswith("id-")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (v.LOCATION, "📍 50.450100, 30.523400"),
        (v.VENUE, "Відділення 5\nвул. Хрещатик, 1\n📍 50.450100, 30.523400"),
        (v.STICKER, "😡"),
        (v.POLL, "Працює?\n- так\n- ні"),
        (v.CHECKLIST, "Що не працює\n[x] оплата\n[ ] вхід"),
        (v.WEB_APP, 'Замовлення\n{"order":20418}'),
    ],
)
def test_what_is_no_text_reads_as_text(body: bytes, text: str) -> None:
    assert read_new(body).content.text == text


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (v.PINNED, "message: pinned_message"),
        (v.PAID, "message: successful_payment"),
        (v.wire(message=v.message()), "message without text or file"),
        (v.BUSINESS_CONNECTED, "business_connection enabled"),
        (v.REACTION_COUNT, "message_reaction_count"),
        (v.MEMBER_OF_GROUP, "my_chat_member: kicked"),
        (v.TOMORROW, "something_of_tomorrow"),
        (v.wire(), "empty update"),
    ],
)
def test_other_shapes_are_kept_as_unknown(body: bytes, shape: str) -> None:
    item = read(body)
    assert isinstance(item, Unknown)

    assert item.shape == shape


def test_unreadable_file_costs_a_warning_and_not_the_message() -> None:
    item = read_new(v.wire(message=v.message(text="ось", document={"file_id": 5})))

    assert item.content.text == "ось"
    assert item.warnings
    assert "document" in item.warnings[0]


@pytest.mark.parametrize(
    ("body", "name", "link"),
    [
        (v.FORWARDED, "Ігор", None),
        (v.FORWARDED_FROM_USER, "Олена Коваль", None),
        (v.FORWARDED_FROM_GROUP, "Покупці (модератор)", None),
        (v.FORWARDED_FROM_CHANNEL, "Новини", "https://t.me/shop_news/77"),
        (v.wire(message=v.message(text="x", forward_origin={"type": "of_tomorrow", "date": v.SENT})), "?", None),
    ],
)
def test_forward_says_whose_words_they_are_and_when_they_were_said(body: bytes, name: str, link: str | None) -> None:
    extra = read_new(body).extra

    assert extra["forwarded_from"] == name
    assert extra["forwarded_at"] == datetime.fromtimestamp(v.SENT, UTC).isoformat()
    assert extra.get("forwarded_link") == link


def test_quoted_words_stand_beside_the_answer() -> None:
    item = read_new(v.QUOTED)

    assert (item.content.text, item.extra["quote"]) == ("Ось це", "три варіанти")
    assert item.thread.in_reply_to == "418820331:5519"


@pytest.mark.parametrize(
    ("body", "answers"), [(v.REPLIED_ELSEWHERE, "Новини https://t.me/shop_news/77"), (v.REPLIED_TO_STORY, "Новини #12")]
)
def test_answer_to_a_message_elsewhere_says_to_which_and_names_none_of_this_chat(body: bytes, answers: str) -> None:
    item = read_new(body)

    assert item.extra["answers"] == answers
    assert item.thread.in_reply_to == ""


def test_topic_has_its_name_and_is_not_answered_by_each_message_in_it() -> None:
    item = read_new(v.IN_NAMED_TOPIC)

    assert (item.extra["group"], item.extra["topic"]) == ("Покупці", "Оплата")
    assert item.thread.key == "-1001234567890/77"
    assert item.thread.in_reply_to == ""


def test_edit_in_a_business_chat_is_a_version_of_the_message_there() -> None:
    item = read(v.BUSINESS_EDITED)
    assert isinstance(item, EditedMessage)

    assert item.external_id == read_new(v.BUSINESS).external_id


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"message":{}}',
        b'{"update_id":"x"}',
        b"\xff\xfe",
        v.wire(message={"text": "no id"}),
        b"[" * 100_000,
        b'{"update_id":1,"message":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    ],
)
def test_what_is_no_update_is_unparseable(body: bytes) -> None:
    with pytest.raises(Unparseable):
        read(body)


def test_endless_nesting_in_a_rich_message_is_bounded() -> None:
    deep: Any = "кінець"
    for _ in range(200):
        deep = {"type": "bold", "text": [deep]}
    assert read_new(v.wire(message=v.message(rich_message={"blocks": [{"text": deep}]}))).content.text == "кінець"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
ODD_FIELDS = st.sampled_from([*Message.__struct_encode_fields__, "new_reaction", "user", "nobody_knows_this"])
KINDS = st.sampled_from(
    [
        "message",
        "edited_message",
        "business_message",
        "message_reaction",
        "deleted_business_messages",
        "callback_query",
        "business_connection",
        "my_chat_member",
    ]
)


@given(
    kind=KINDS,
    odd=st.dictionaries(ODD_FIELDS, JSON, max_size=5),
    update_id=st.integers(-(2**70), 2**70),
)
@example(kind="message", odd={"date": 10**18}, update_id=1)
@example(kind="message", odd={"text": "\ud800"}, update_id=1)
def test_any_update_gives_values_or_unparseable(kind: str, odd: dict[str, Any], update_id: int) -> None:
    whole = v.message(text="так", message_ids=[1], user=v.OLENA) | odd
    body = json.dumps({"update_id": update_id, kind: whole}).encode()
    raw = RawMessage(account="bot", delivery_id="1", body=body)
    try:
        items = parse(raw)
    except Unparseable:
        return
    assert items
    assert parse(raw) == items
    for item in items:
        assert str(item).encode()  # no lone surrogates: it can be stored


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_give_values_or_unparseable(body: bytes) -> None:
    try:
        items = parse(RawMessage(account="bot", delivery_id="1", body=body))
    except Unparseable:
        return
    assert items
