"""What MAX's updates say, in their documented shapes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
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
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.max.delivery import to_raw
from connectors.max.parse import parse
from tests.connectors.max import vectors as v

WHO = Handle(kind="max", value=str(v.MARIA), evidence=Evidence.CHANNEL_ID)


def raw_of(body: bytes, *, groups: bool = False) -> RawMessage:
    return to_raw(body, account="max", takes_groups=groups)


def read(update: dict[str, Any], *, groups: bool = False) -> Inbound:
    [item] = parse(raw_of(v.encoded(update), groups=groups))
    return item


def read_new(update: dict[str, Any], *, groups: bool = False) -> NewMessage:
    item = read(update, groups=groups)
    assert isinstance(item, NewMessage), item
    return item


def test_text_has_its_sender_dialog_id_and_time() -> None:
    said = read_new(v.TEXT)

    assert (said.content.text, said.sender.name, said.sender.handles) == ("Не работает промокод", "Мария С.", (WHO,))
    assert (said.external_id, said.thread.key, said.direction) == (v.MID, str(v.MARIA), Direction.IN)
    assert said.sent_at == datetime.fromtimestamp(v.AT_MS / 1000, UTC)
    assert said.is_time_vouched


def test_answer_names_the_message_that_it_answers_and_does_not_repeat_it() -> None:
    said = read_new(v.ANSWER)

    assert (said.content.text, said.thread.in_reply_to) == ("Нет", v.ANSWERED)


def test_forwarded_message_is_quoted_and_brings_its_files() -> None:
    said = read_new(v.FORWARDED)

    assert said.content.text == "> нет света\n> второй день"
    assert [file.reference for file in said.content.attachments] == [v.FILE]
    assert said.thread.in_reply_to == ""


@pytest.mark.parametrize(
    ("update", "text"),
    [
        (v.created(None, v.STICKER), "[sticker st1]"),
        (v.created(None, v.PLACE), "📍 55.750000, 37.610000"),
        (v.created(None, v.SHARE), "Лампа https://shop.example/lamp"),
        (v.created(None, v.AUDIO), "где мой заказ"),
        (v.created("вот", v.card()), "вот\n📇 Мария С. +79161234567"),
        (
            v.created(None, {"type": "hologram", "payload": {"url": "https://x.example"}}),
            "[hologram] https://x.example",
        ),
        (v.created(None, {"type": "contact", "payload": {}}), "📇"),
        (
            v.update(
                "message_created",
                message=v.message("сюда")
                | {"body": {"mid": v.MID, "text": "сюда", "markup": [{"type": "link", "url": "https://a.example"}]}},
            ),
            "сюда\nhttps://a.example",
        ),
    ],
)
def test_what_is_no_file_is_said_in_words(update: dict[str, Any], text: str) -> None:
    assert read_new(update).content.text == text


@pytest.mark.parametrize(
    ("thing", "name", "kind", "size", "reference"),
    [
        (v.IMAGE, "image-8123456789.jpg", "image/jpeg", 0, v.FILE),
        (v.VIDEO, "video-file.mp4", "video/mp4", 0, "video:v1token"),
        (v.AUDIO, "audio-file.m4a", "audio/mp4", 0, "https://a.oneme.ru/a"),
        (v.DOCUMENT, "чек.pdf", "application/octet-stream", 9, "https://fd.oneme.ru/f"),
    ],
)
def test_file_is_named_by_its_address_and_a_video_by_its_token(
    thing: dict[str, Any], name: str, kind: str, size: int, reference: str
) -> None:
    [file] = read_new(v.created("вот", thing)).content.attachments

    assert (file.filename, file.content_type, file.size, file.reference) == (name, kind, size, reference)


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.created("чек", {"odd": 1}, {"type": "image", "payload": 7}, link=3))

    assert said.content.text == "чек\n[image]"
    assert [one.partition(":")[0] for one in said.warnings] == ["link", "attachment", "image"]


def test_shared_number_is_claimed_because_max_does_not_say_whose_it_is() -> None:
    shared = read(v.CONTACT)

    assert isinstance(shared, ContactShared)
    assert shared.sender.handles == (WHO, Handle(kind="phone", value="+79161234567", evidence=Evidence.CLAIMED))


def test_edit_is_a_version_by_the_time_of_the_change() -> None:
    edit = read(v.EDITED)

    assert isinstance(edit, EditedMessage)
    assert (edit.external_id, edit.revision) == (v.MID, v.AT_MS + 60_000)
    assert edit.message.content.text == "Не работает промокод LAMPA"


def test_removed_message_is_named() -> None:
    gone = read(v.REMOVED)

    assert isinstance(gone, DeletedMessage)
    assert gone.external_id == v.MID


def test_our_own_message_that_comes_back_only_says_that_it_was_sent() -> None:
    told = read(v.OWN)

    assert isinstance(told, DeliveryStatus)
    assert (told.status, told.sent_id, told.sent_to) == ("sent", v.ANSWERED, WHO)


def test_pressed_button_is_what_its_label_says() -> None:
    said = read_new(v.PRESSED)

    assert (said.content.text, said.sender.handles, said.thread.key) == ("Да", (WHO,), str(v.MARIA))
    assert (said.external_id, said.thread.in_reply_to, said.extra) == ("callback:cb1", v.ANSWERED, {"button": "yes"})


def test_who_stops_the_bot_is_out_of_reach_until_they_start_it() -> None:
    gone, back = read(v.STOPPED), read(v.STARTED)

    assert isinstance(gone, Reachability)
    assert isinstance(back, Reachability)
    assert (gone.is_reachable, back.is_reachable) == (False, True)
    assert gone.sender.handles == back.sender.handles == (WHO,)
    assert gone.external_id != back.external_id


def test_group_is_a_conversation_where_that_is_wanted() -> None:
    said = read_new(v.IN_GROUP, groups=True)

    assert (said.thread.key, said.sender.handles) == (f"chat:{v.GROUP}", (WHO,))


@pytest.mark.parametrize(
    ("update", "shape"),
    [
        (v.IN_GROUP, "chat: message_created"),
        (v.ADDED, "bot_added"),
        (v.UNKNOWN, "hologram"),
        (v.created(None), "message_created without content"),
        (v.update("message_created", message=v.message() | {"body": None}), "message_created without content"),
        (v.update("message_created", message=v.message("x") | {"sender": None}), "message_created without content"),
        (v.update("message_removed"), "message_removed"),
        (v.update("bot_stopped"), "bot_stopped"),
        (v.IN_GROUP | {"message": v.IN_GROUP["message"] | {"sender": v.OURSELVES}}, "message of a bot"),
    ],
)
def test_what_is_no_message_is_kept_by_name(update: dict[str, Any], shape: str) -> None:
    item = read(update)

    assert isinstance(item, Unknown)
    assert item.shape == shape


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"update_type":""}',
        b'{"update_type":"message_created"}',
        b'{"update_type":"message_callback"}',
        v.encoded(v.TEXT)[:-4],
        v.encoded(v.TEXT | {"timestamp": -1}),
        v.encoded(v.update("message_created", message={"body": {}})),
        b'{"update_type":"message_created","message":' + b"[" * 5000,
    ],
)
def test_what_is_no_update_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(raw_of(body))


def test_language_of_the_app_counts_only_where_there_are_no_words() -> None:
    assert read_new(v.TEXT).content.language == ""
    assert read_new(v.created(None, v.IMAGE)).content.language == "ru"


def test_deliveries_are_named_by_kind_and_message_and_edits_by_their_time() -> None:
    names = [raw_of(v.encoded(one)).delivery_id for one in (v.TEXT, v.EDITED, v.REMOVED, v.PRESSED)]

    assert names == [
        f"message_created:{v.MID}",
        f"message_edited:{v.MID}:{v.AT_MS + 60_000}",
        f"message_removed:{v.MID}",
        "message_callback:cb1",
    ]
    assert raw_of(v.encoded(v.STOPPED)).delivery_id != raw_of(v.encoded(v.STARTED)).delivery_id


@given(st.text(max_size=300), st.recursive(st.integers() | st.text() | st.none(), st.lists, max_leaves=5))
def test_no_update_breaks_the_parser_or_has_a_long_name(name: str, held: object) -> None:
    for kind in ("message_created", "message_callback", "bot_stopped", name):
        raw = raw_of(v.encoded({"update_type": kind, "message_id": name, "message": held, "user": held}))
        assert 0 < len(raw.delivery_id) <= 200
        try:
            found = parse(raw)
        except Unparseable:
            continue
        assert found == parse(raw)
