"""What Viber's events say, in its documented shapes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import ContactShared, DeliveryStatus, Inbound, NewMessage, Reachability, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.sdk.errors import Unparseable
from connectors.viber.delivery import peek_at, to_raw
from connectors.viber.parse import parse
from tests.connectors.viber import vectors as v

WHO = Handle(kind="viber", value=v.OLENA, evidence=Evidence.CHANNEL_ID)


def read_bytes(body: bytes) -> Inbound:
    [item] = parse(to_raw(body, peek_at(body), account="viber"))
    return item


def read(event: dict[str, Any]) -> Inbound:
    return read_bytes(v.encoded(event))


def read_new(event: dict[str, Any]) -> NewMessage:
    item = read(event)
    assert isinstance(item, NewMessage), item
    return item


def test_text_has_its_sender_conversation_id_and_time() -> None:
    said = read_new(v.TEXT)

    assert (said.content.text, said.sender.name, said.sender.handles) == ("Де моє замовлення?", "Олена", (WHO,))
    assert (said.external_id, said.thread.key) == (str(v.TOKEN), v.OLENA)
    assert said.sent_at == datetime.fromtimestamp(v.AT_MS / 1000, UTC)
    assert said.is_time_vouched


def test_token_beyond_what_a_float_can_hold_is_kept_whole() -> None:
    token = 2**64 - 1

    assert read_new(v.message({"type": "text", "text": "x"}, token=token)).external_id == str(token)
    as_text = v.TEXT | {"message_token": str(token)}
    assert read_new(as_text).external_id == str(token)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (v.STICKER, "[sticker 46105]"),
        (v.URL, "https://shop.example/lamp"),
        (v.LOCATION, "📍 50.768910, 6.114990"),
        (
            v.message({"type": "location", "location": {"lat": "50.5", "lon": "6", "address": "вул. 1"}}),
            "вул. 1\n📍 50.500000, 6.000000",
        ),
        (v.RICH, "Так\nНі"),
        (v.message({"type": "rich_media", "alt_text": "Оберіть", "rich_media": []}), "Оберіть"),
        (v.message({"type": "contact", "text": "ось", "contact": {}}), "ось"),
        (v.message({"type": "contact", "contact": {"name": "Іван", "phone_number": ""}}), "📇 Іван"),
    ],
)
def test_what_has_no_words_is_said_in_words(event: dict[str, Any], text: str) -> None:
    assert read_new(event).content.text == text


@pytest.mark.parametrize(
    ("event", "name", "kind", "size"),
    [
        (v.PICTURE, "1.jpg", "image/jpeg", 81233),
        (v.VIDEO, f"video-{v.TOKEN}.mp4", "video/mp4", 10_000),
        (v.FILE, "чек.pdf", "application/octet-stream", 10_000),
    ],
)
def test_file_is_named_by_its_address(event: dict[str, Any], name: str, kind: str, size: int) -> None:
    [file] = read_new(event).content.attachments

    assert (file.filename, file.content_type, file.size, file.reference) == (name, kind, size, v.MEDIA)
    assert file.content is None


def test_caption_of_a_picture_is_the_text() -> None:
    assert read_new(v.PICTURE).content.text == "Прийшов не той колір"


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.message({"type": "file", "text": "чек", "media": v.MEDIA, "size": "large", "file_name": 7}))

    assert said.content.text == "чек"
    assert [one.reference for one in said.content.attachments] == [v.MEDIA]
    assert [one.partition(":")[0] for one in said.warnings] == ["size", "file_name"]


def test_shared_phone_is_claimed_because_viber_does_not_say_whose_it_is() -> None:
    shared = read(v.CONTACT)

    assert isinstance(shared, ContactShared)
    assert shared.sender.handles == (WHO, Handle(kind="phone", value="+380671112233", evidence=Evidence.CLAIMED))


@pytest.mark.parametrize(
    ("event", "status", "detail", "is_permanent"),
    [
        (v.DELIVERED, "delivered", "", False),
        (v.SEEN, "read", "", False),
        (v.FAILED, "failed", "no suitable device", True),
    ],
)
def test_statuses_name_our_message_by_its_token(
    event: dict[str, Any], status: str, detail: str, is_permanent: bool
) -> None:
    told = read(event)

    assert isinstance(told, DeliveryStatus)
    assert (told.status, told.detail, told.is_permanent) == (status, detail, is_permanent)
    assert (told.sent_id, told.sent_to, told.about) == (str(v.TOKEN), WHO, ())


def test_who_unsubscribes_is_out_of_reach_until_they_subscribe() -> None:
    gone, back = read(v.UNSUBSCRIBED), read(v.SUBSCRIBED)

    assert isinstance(gone, Reachability)
    assert isinstance(back, Reachability)
    assert (gone.is_reachable, back.is_reachable) == (False, True)
    assert gone.sender.handles == back.sender.handles == (WHO,)
    assert gone.external_id != back.external_id


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        (v.STARTED, "conversation_started"),
        (v.UNKNOWN, "hologram"),
        (v.CLIENT_STATUS, "client_status"),
        (v.message({"type": "hologram"}), "message: hologram"),
        (v.message({"type": "text", "text": ""}), "message: text without content"),
        (v.event("seen"), "seen"),
        (v.event("unsubscribed"), "unsubscribed"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(event: dict[str, Any], shape: str) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert item.shape == shape


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"event":"message"}',
        v.encoded(v.TEXT)[:-4],
        v.encoded(v.message({"type": "text", "text": "x"}, sender={"name": "nobody"})),
        v.encoded({**v.TEXT, "message_token": None}),
        v.encoded({**v.TEXT, "timestamp": -1}),
        b'{"event":"message","message":' + b"[" * 5000,
    ],
)
def test_what_is_no_event_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        read_bytes(body)


def test_language_of_the_app_counts_only_where_there_are_no_words() -> None:
    assert read_new(v.TEXT).content.language == ""
    assert read_new(v.VIDEO).content.language == "uk"


def test_deliveries_are_named_by_event_token_and_person() -> None:
    names = [
        to_raw(body, peek_at(body), account="a").delivery_id for body in map(v.encoded, (v.TEXT, v.SEEN, v.FAILED))
    ]

    assert names == [f"message:{v.TOKEN}", f"seen:{v.TOKEN}:{v.OLENA}", f"failed:{v.TOKEN}:{v.OLENA}"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_name_of_an_event_is_longer_than_its_bound(name: str, user: str) -> None:
    body = v.encoded({"event": name, "message_token": 1, "user_id": user})

    assert 0 < len(to_raw(body, peek_at(body), account="a").delivery_id) <= 200
