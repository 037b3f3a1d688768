"""What VK's messages say, in their documented shapes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import (
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
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.testing.hub import EARLY_2026
from connectors.vk.delivery import from_history, to_raw
from connectors.vk.parse import parse
from connectors.vk.settings import Settings
from tests.connectors.vk import vectors as v

WHO = Handle(kind="vk", value=str(v.MARIA), evidence=Evidence.CHANNEL_ID)


def raw_of(body: bytes) -> RawMessage:
    return to_raw(body, account="vk", now=EARLY_2026)


def read(event: dict[str, Any], **settings: bool) -> Inbound:
    given = msgspec.json.encode(Settings(group_id=v.GROUP, **settings))
    [item] = parse(replace(raw_of(v.encoded(event)), settings=given))
    return item


def read_new(event: dict[str, Any], **settings: bool) -> NewMessage:
    item = read(event, **settings)
    assert isinstance(item, NewMessage), item
    return item


def test_text_has_its_sender_conversation_number_and_time() -> None:
    said = read_new(v.TEXT)

    assert said.content.text == "Здравствуйте, заказ 20418 не пришёл"
    assert (said.sender.handles, said.direction) == ((WHO,), Direction.IN)
    assert (said.external_id, said.thread.key) == (f"{v.MARIA}:{v.CMID}", str(v.MARIA))
    assert said.sent_at == datetime.fromtimestamp(v.AT, UTC)
    assert said.is_time_vouched


def test_message_of_an_old_version_stands_in_the_object_itself() -> None:
    assert read_new(v.event("message_new", v.message("давно"))).content.text == "давно"


def test_answer_names_the_message_that_it_answers() -> None:
    assert read_new(v.ANSWER).thread.in_reply_to == f"{v.MARIA}:60"


def test_forwarded_messages_are_quoted_by_depth_and_bring_their_files() -> None:
    said = read_new(v.FORWARDED)

    assert said.content.text == "вот\n> нет света\n> второй день\n>> и у меня\n> до сих пор"
    assert [file.reference for file in said.content.attachments] == [v.FILE]


def test_message_that_forwards_itself_for_ever_is_read_to_a_depth() -> None:
    held = v.message("ох")
    for _ in range(50):
        held = v.message("ох", fwd_messages=[held])

    assert read_new(v.event("message_new", {"message": held})).content.text.count("ох") == 5


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (v.GEO, "Москва\n📍 55.750000, 37.610000"),
        (v.attached(v.STICKER), "[sticker 9014]"),
        (v.attached(v.VIDEO), "[video] Не включается https://vk.com/video-5_4"),
        (v.attached(v.LINK), "Лампа https://shop.example/lamp"),
        (v.attached(v.POST), f"[wall] Скидки https://vk.com/wall-{v.GROUP}_900"),
        (v.attached(v.GOODS), f"[market] Лампа https://vk.com/product-{v.GROUP}_11"),
        (v.attached(v.thing("hologram", of=1)), "[hologram]"),
        (v.attached(v.thing("poll", id=1, question="Вам удобно?")), "[poll] Вам удобно?"),
        (v.new("Tom &amp; &lt;b&gt; [id1|Павел], [club5|@lampy]"), "Tom & <b> Павел, @lampy"),
        (v.attached(v.thing("photo", id=1, owner_id=2, sizes=[]), text="см. фото"), "см. фото\n[photo]"),
    ],
)
def test_what_is_no_file_is_said_in_words(event: dict[str, Any], text: str) -> None:
    assert read_new(event).content.text == text


@pytest.mark.parametrize(
    ("thing", "name", "kind", "size", "address"),
    [
        (v.PHOTO, f"photo{v.MARIA}_457239018.jpg", "image/jpeg", 0, v.FILE),
        (v.DOCUMENT, "чек.pdf", "application/octet-stream", 10_000, "https://vk.com/doc7_6"),
        (v.VOICE, f"voice{v.MARIA}_7.ogg", "audio/ogg", 0, "https://psv4.userapi.com/v.ogg"),
    ],
)
def test_file_is_named_by_its_address(thing: dict[str, Any], name: str, kind: str, size: int, address: str) -> None:
    [file] = read_new(v.attached(thing)).content.attachments

    assert (file.filename, file.content_type, file.size, file.reference) == (name, kind, size, address)


def test_words_that_vk_heard_in_a_voice_message_are_read() -> None:
    assert read_new(v.attached(v.VOICE)).content.text == "где мой заказ"


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.new("чек", attachments=[{"type": "photo", "photo": 7}, {"odd": 1}, {"type": "sticker"}], geo=3))

    assert said.content.text == "чек\n[photo]\n[sticker]"
    assert [one.partition(":")[0] for one in said.warnings] == ["photo", "attachment", "geo"]


def test_pressed_button_and_link_that_led_here_are_kept() -> None:
    said = read_new(v.PRESSED)

    assert said.content.text == "Статус"
    assert said.extra == {"payload": '{"command":"status"}', "ref": "ad7", "ref_source": "market"}


def test_edit_is_a_version_of_its_message() -> None:
    edit = read(v.EDITED)

    assert isinstance(edit, EditedMessage)
    assert (edit.external_id, edit.revision) == (f"{v.MARIA}:{v.CMID}", v.AT + 60)
    assert edit.message.content.text == "Здравствуйте, заказ 20419 не пришёл"


def test_what_a_colleague_writes_at_vk_is_said_by_us_to_the_customer() -> None:
    said = read_new(v.COLLEAGUE)

    assert (said.direction, said.sender.handles, said.thread.key) == (Direction.OUT, (WHO,), str(v.MARIA))
    assert said.extra == {"administrator": "5"}


def test_our_own_answer_that_comes_back_only_says_that_it_was_sent() -> None:
    held = v.message("Вже їде", from_id=-v.GROUP, out=1, number=62, payload='{"channelhub":"ch.1.2.0123456789abcdef"}')
    told = read(v.event("message_reply", held))

    assert isinstance(told, DeliveryStatus)
    assert (told.status, told.about) == ("sent", ("ch.1.2.0123456789abcdef",))
    assert (told.sent_id, told.sent_to) == (f"{v.MARIA}:62", WHO)


def test_customer_cannot_pretend_that_a_message_is_ours() -> None:
    assert read_new(v.new("я", payload='{"channelhub":"ch.1.2.0123456789abcdef"}')).direction is Direction.IN


def test_read_message_is_named_by_its_number() -> None:
    told = read(v.READ)

    assert isinstance(told, DeliveryStatus)
    assert (told.status, told.sent_id, told.sent_to) == ("read", f"{v.MARIA}:62", WHO)


def test_reaction_is_shown_by_its_sign_and_taken_away_by_none() -> None:
    put, taken = read(v.REACTED), read(v.UNREACTED)

    assert isinstance(put, Reaction)
    assert isinstance(taken, Reaction)
    assert (put.target_id, put.emoji, put.sender.handles) == (f"{v.MARIA}:62", "👍", (WHO,))
    assert (taken.target_id, taken.emoji) == (put.target_id, "")


def test_who_denies_messages_is_out_of_reach_until_they_allow_them() -> None:
    gone, back = read(v.DENIED), read(v.ALLOWED)

    assert isinstance(gone, Reachability)
    assert isinstance(back, Reachability)
    assert (gone.is_reachable, back.is_reachable) == (False, True)
    assert gone.sender.handles == back.sender.handles == (WHO,)
    assert gone.external_id != back.external_id


def test_group_chat_is_a_conversation_where_that_is_wanted() -> None:
    said = read_new(v.IN_CHAT, chats=True)

    assert (said.thread.key, said.sender.handles) == (str(v.CHAT), (WHO,))
    assert said.external_id == f"{v.CHAT}:{v.CMID}"


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        (v.IN_CHAT, "group chat: message_new"),
        (v.INVITED, "chat: chat_invite_user"),
        (v.JOINED, "group_join"),
        (v.UNKNOWN, "hologram"),
        (v.new(""), "message_new without content"),
        (v.READ | {"object": {"from_id": -v.GROUP, "peer_id": v.MARIA}}, "message_read by us or in a chat"),
    ],
)
def test_what_is_no_message_is_kept_by_name(event: dict[str, Any], shape: str) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert item.shape == shape


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type":""}',
        v.encoded(v.TEXT)[:-4],
        v.encoded(v.event("message_new", 7)),
        v.encoded(v.event("message_new", {"message": {}})),
        v.encoded(v.new("x", number=0, id=0)),
        v.encoded(v.new("x", date=-1)),
        v.encoded(v.event("message_deny", {})),
        b'{"type":"message_new","object":' + b"[" * 5000,
    ],
)
def test_what_is_no_event_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(raw_of(body))


def test_delivery_keeps_no_secret() -> None:
    raw = raw_of(v.encoded(v.TEXT | {"secret": "kJ8shop4711"}))

    assert b"kJ8shop4711" not in raw.body
    assert parse(raw) == parse(raw_of(v.encoded(v.TEXT)))


def test_message_is_named_by_its_place_and_other_events_by_their_id_or_digest() -> None:
    said, edit, denied, nameless = (
        raw_of(v.encoded(one)).delivery_id for one in (v.TEXT, v.EDITED, v.DENIED, v.DENIED | {"event_id": ""})
    )

    assert (said, edit, denied) == (f"message_new:{v.MARIA}:{v.CMID}", v.EDITED["event_id"], "d1")
    assert len(nameless) == 64


@pytest.mark.parametrize("event", [v.TEXT, v.COLLEAGUE])
def test_message_that_is_read_later_is_the_same_as_its_event(event: dict[str, Any]) -> None:
    held = event["object"].get("message", event["object"])
    live = raw_of(v.encoded(event))
    later = from_history(msgspec.Raw(v.encoded(held)), group_id=v.GROUP, account="vk", now=EARLY_2026)

    assert later is not None
    assert (later.delivery_id, later.channel_time) == (live.delivery_id, live.channel_time)
    assert parse(later) == parse(live)
    assert later.is_backfill


@given(st.text(max_size=300), st.recursive(st.integers() | st.text() | st.none(), st.lists, max_leaves=5))
def test_no_event_breaks_the_parser_or_has_a_long_name(name: str, held: object) -> None:
    for kind in ("message_new", "message_edit", "wall_reply_edit", "message_read", "message_allow", name):
        raw = raw_of(v.encoded({"type": kind, "event_id": name, "object": held}))
        assert 0 < len(raw.delivery_id) <= 200
        try:
            found = parse(raw)
        except Unparseable:
            continue
        assert found == parse(raw)
