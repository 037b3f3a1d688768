"""What X's events say, in their documented shapes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import Direction, EditedMessage, Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.x.delivery import to_raw
from connectors.x.parse import is_public, parse
from connectors.x.settings import Settings
from tests.connectors.x import vectors as v

WHO = Handle(kind="x", value=v.IRYNA, evidence=Evidence.CHANNEL_ID)


def raw_of(body: bytes) -> RawMessage:
    return to_raw(body, account="x")


def read(event: dict[str, Any], *, posts: bool = True) -> Inbound:
    given = msgspec.json.encode(Settings(user_id=v.US, posts=posts))
    [item] = parse(replace(raw_of(v.encoded(event)), settings=given))
    return item


def read_new(event: dict[str, Any]) -> NewMessage:
    item = read(event)
    assert isinstance(item, NewMessage), item
    return item


def test_mention_is_a_public_message_of_its_author() -> None:
    said = read_new(v.MENTION)

    assert said.content.text == "@shop_ua де посилка & чому так довго?"
    assert (said.sender.name, said.sender.handles, said.direction) == ("Ірина", (WHO,), Direction.IN)
    assert (said.external_id, said.thread.key) == (f"post:{v.POST_ID}", f"{v.POST_ID}#{v.IRYNA}")
    assert is_public(said.thread.key)
    assert said.sent_at == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert said.is_time_vouched


def test_user_is_found_in_both_shapes() -> None:
    assert read_new(v.WRAPPED).sender == read_new(v.MENTION).sender


def test_answer_names_the_post_that_it_answers() -> None:
    assert read_new(v.ANSWER).thread.in_reply_to == "post:2080765813578191000"


def test_post_that_comes_as_mention_and_as_answer_is_one_message() -> None:
    as_answer = {"data": v.MENTION["data"] | {"event_type": "post.reply.create"}}

    assert read_new(as_answer).external_id == read_new(v.MENTION).external_id
    assert raw_of(v.encoded(as_answer)).delivery_id != raw_of(v.encoded(v.MENTION)).delivery_id


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (v.LONG, "довгий, і ось його кінець"),
        (v.LINKED, "див. https://shop.example/lamp"),
        (v.QUOTE, "ганьба"),
        (v.DIRECT, "Замовлення 20418"),
    ],
)
def test_words_are_whole_and_addresses_long(event: dict[str, Any], text: str) -> None:
    assert read_new(event).content.text == text


def test_pictures_and_the_best_of_a_video_are_files() -> None:
    files = read_new(v.SHOWN).content.attachments

    assert [(file.filename, file.content_type, file.reference) for file in files] == [
        ("AbC.jpg", "image/jpeg", v.PICTURE),
        ("b.mp4", "video/mp4", "https://video.twimg.com/b.mp4"),
    ]


def test_edit_is_a_version_of_the_first_post() -> None:
    first, second = read(v.EDITED), read(v.edit("востаннє", history=2))

    assert isinstance(first, EditedMessage)
    assert isinstance(second, EditedMessage)
    assert first.external_id == second.external_id == f"post:{v.POST_ID}"
    assert first.revision < second.revision


def test_direct_message_is_a_conversation_with_its_sender() -> None:
    said = read_new(v.DIRECT)

    assert (said.sender.name, said.sender.handles) == ("Ірина", (WHO,))
    assert (said.external_id, said.thread.key) == (f"dm:{v.DIRECT_ID}", v.IRYNA)
    assert not is_public(said.thread.key)
    assert said.sent_at == datetime.fromtimestamp(int(v.AT_MS) / 1000, UTC)


def test_file_of_a_direct_message_is_named_by_its_address() -> None:
    [file] = read_new(v.WITH_FILE).content.attachments

    assert (file.filename, file.content_type, file.reference) == ("x.png", "image/png", v.PRIVATE)


def test_several_direct_messages_of_one_event_are_several() -> None:
    items = parse(raw_of(v.encoded(v.received(v.direct("раз", number="1"), v.direct("два", number="2")))))

    assert [item.external_id for item in items] == ["dm:1", "dm:2"]


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.mention("ось", entities=7, note_tweet=[]))

    assert said.content.text == "ось"
    assert [one.partition(":")[0] for one in said.warnings] == ["note_tweet", "entities"]


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        (v.SENT, "dm.sent"),
        (v.OURS, "post.mention.create"),
        (v.SECRETLY, "chat.received"),
        (v.DELETED, "post.delete"),
        (v.UNKNOWN, "hologram"),
        (v.received(), "dm.received without messages"),
        (v.received(v.direct("")), "dm.received without content"),
    ],
)
def test_what_is_no_message_to_us_is_kept_by_name(event: dict[str, Any], shape: str) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert item.shape == shape


def test_where_posts_are_not_wanted_they_are_only_kept() -> None:
    assert isinstance(read(v.MENTION, posts=False), Unknown)
    assert isinstance(read(v.DIRECT, posts=False), NewMessage)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"data":{}}',
        b'{"data":{"event_type":""}}',
        v.encoded(v.MENTION)[:-4],
        v.encoded(v.event("post.mention.create", {"id": "1"})),
        v.encoded(v.event("post.mention.create", {"id": "", "author_id": "1"})),
        v.encoded(v.event("dm.received", 7)),
        b'{"data":{"event_type":"dm.received","payload":' + b"[" * 5000,
    ],
)
def test_what_is_no_event_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(raw_of(body))


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-11-21", "0001-01-01T00:00:00+14:00", "9" * 400])
def test_strange_time_is_none(stamp: str) -> None:
    assert read_new(v.mention(created_at=stamp)).sent_at is None


def test_deliveries_are_named_by_what_was_said_and_others_by_their_event() -> None:
    names = [raw_of(v.encoded(one)).delivery_id for one in (v.MENTION, v.DIRECT, v.LIKED, v.LIKED_AGAIN)]

    assert names == [
        f"post.mention.create:{v.POST_ID}",
        f"dm.received:{v.DIRECT_ID}",
        "like.create:8",
        "like.create:9",
    ]


@given(st.text(max_size=300), st.recursive(st.integers() | st.text() | st.none(), st.lists, max_leaves=5))
def test_no_event_breaks_the_parser_or_has_a_long_name(name: str, held: object) -> None:
    for kind in ("post.mention.create", "dm.received", name):
        for payload in (held, {"id": name, "author_id": "1", "text": "x", "created_at": name, "entities": held}):
            raw = raw_of(v.encoded(v.event(kind, payload, uuid=name)))
            assert 0 < len(raw.delivery_id) <= 200
            try:
                found = parse(raw)
            except Unparseable:
                continue
            assert found == parse(raw)


def test_odd_direct_message_takes_no_other_with_it() -> None:
    event = v.received(v.direct("перше"), v.direct("x") | {"message_create": 5}, v.direct("друге") | {"id": "77"})
    first, odd, last = parse(raw_of(v.encoded(event)))

    assert [type(one) for one in (first, odd, last)] == [NewMessage, Unknown, NewMessage]
    with pytest.raises(Unparseable):
        parse(raw_of(v.encoded(v.received(v.direct("x") | {"message_create": 5}))))
