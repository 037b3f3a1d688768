"""What LINE's events say, in its documented shapes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeletedMessage, EditedMessage, Inbound, NewMessage, Reachability, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.sdk.errors import Unparseable
from connectors.line.delivery import to_raws
from connectors.line.parse import parse
from tests.connectors.line import vectors as v

WHO = Handle(kind="line", value=v.HANA, evidence=Evidence.CHANNEL_ID)
AT = datetime.fromtimestamp(v.AT_MS / 1000, UTC)


def read(event: dict[str, Any], *, takes_groups: bool = True) -> Inbound:
    [raw] = to_raws(v.posted(event), account="line", takes_groups=takes_groups)
    [item] = parse(raw)
    return item


def read_new(event: dict[str, Any]) -> NewMessage:
    item = read(event)
    assert isinstance(item, NewMessage), item
    return item


def test_text_has_its_sender_conversation_quote_and_time() -> None:
    said = read_new(v.TEXT)

    assert (said.content.text, said.sender.handles) == ("@Shop いつ届きますか", (WHO,))
    assert (said.external_id, said.thread.key, said.thread.in_reply_to) == (
        v.MESSAGE_ID,
        v.HANA,
        "598765432101230000",
    )
    assert (said.sent_at, said.is_time_vouched) == (AT, True)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (v.LOCATION, "Shop\n四谷1-6-1\n📍 35.687574, 139.729220"),
        (v.STICKER, "[sticker]"),
        (v.KEYWORDS, "[sticker: cony]"),
        (v.message({"type": "sticker", "text": "ありがとう"}), "ありがとう"),
    ],
)
def test_what_has_no_words_is_said_in_words(event: dict[str, Any], text: str) -> None:
    assert read_new(event).content.text == text


@pytest.mark.parametrize(
    ("event", "name", "kind", "size", "reference"),
    [
        (v.IMAGE, f"image-{v.MESSAGE_ID}.jpg", "image/jpeg", 0, v.MESSAGE_ID),
        (v.VIDEO, f"video-{v.MESSAGE_ID}.mp4", "video/mp4", 0, v.MESSAGE_ID),
        (v.AUDIO, f"audio-{v.MESSAGE_ID}.m4a", "audio/mp4", 0, v.MESSAGE_ID),
        (v.FILE, "чек.pdf", "application/octet-stream", 2138, v.MESSAGE_ID),
        (v.ELSEWHERE, f"video-{v.MESSAGE_ID}.mp4", "video/mp4", 0, "https://example.com/original.mp4"),
    ],
)
def test_file_is_named_by_who_keeps_it(event: dict[str, Any], name: str, kind: str, size: int, reference: str) -> None:
    [file] = read_new(event).content.attachments

    assert (file.filename, file.content_type, file.size, file.reference) == (name, kind, size, reference)


def test_images_sent_together_are_an_album_in_their_order() -> None:
    said = read_new(v.IMAGE)

    assert said.album.startswith("E005D41A")
    assert said.album_place == 2


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.message({"type": "file", "fileName": "чек.pdf", "fileSize": "large", "imageSet": 7}))

    assert [one.filename for one in said.content.attachments] == ["чек.pdf"]
    assert [one.partition(":")[0] for one in said.warnings] == ["fileSize", "imageSet"]


def test_edit_is_a_later_version_of_the_same_message() -> None:
    edited = read(v.EDITED)

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.revision) == (v.MESSAGE_ID, v.AT_MS + 1000)
    assert edited.message.content.text == "いつ?"


def test_unsent_message_is_taken_back() -> None:
    assert read(v.UNSENT) == DeletedMessage(external_id=v.MESSAGE_ID, at=AT)


def test_who_unfollows_is_out_of_reach_until_they_follow() -> None:
    gone, back = read(v.UNFOLLOWED), read(v.FOLLOWED)

    assert isinstance(gone, Reachability)
    assert isinstance(back, Reachability)
    assert (gone.is_reachable, back.is_reachable) == (False, True)
    assert gone.sender.handles == back.sender.handles == (WHO,)
    assert gone.external_id != back.external_id


def test_group_is_a_conversation_of_its_own_and_its_writer_who_wrote() -> None:
    said, withheld = read_new(v.GROUP_TEXT), read_new(v.UNSIGNED_GROUP)

    assert (said.thread.key, said.sender.handles) == (v.GROUP, (WHO,))
    assert [one.value for one in withheld.sender.handles] == [v.GROUP]


@pytest.mark.parametrize("event", [v.GROUP_TEXT, v.UNSENT | {"source": {"type": "room", "roomId": "R1"}}])
def test_groups_that_are_not_wanted_open_nothing(event: dict[str, Any]) -> None:
    item = read(event, takes_groups=False)

    assert isinstance(item, Unknown)
    assert item.shape == f"{event['source']['type']}: {event['type']}"
    assert isinstance(read(v.TEXT, takes_groups=False), NewMessage)


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        (v.UNKNOWN, "hologram"),
        (v.POSTBACK, "postback"),
        (v.JOINED, "memberJoined"),
        (v.NO_SOURCE, "module"),
        (v.message({"type": "hologram"}), "message: hologram"),
        (v.message({"type": "text", "text": ""}), "message: text without content"),
        (v.event("unsend"), "unsend"),
        (v.event("follow", source=None), "follow"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(event: dict[str, Any], shape: str) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert item.shape == shape


@pytest.mark.parametrize(
    "event",
    [
        {"timestamp": 1},
        v.event("message"),
        v.message({"type": "text", "text": "x"}, source=None),
        v.message({"type": "text", "text": "x"}, timestamp=-1),
        v.event("message", message={"type": "text", "text": "no id"}),
        v.event("message", message={"id": "", "type": "text", "text": "x"}),
    ],
)
def test_what_is_no_event_is_parked(event: dict[str, Any]) -> None:
    with pytest.raises(Unparseable):
        read(event)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", v.posted(v.TEXT)[:-3], b'{"events":' + b"[" * 5000])
def test_what_is_no_post_is_kept_whole_and_parked(body: bytes) -> None:
    [raw] = to_raws(body, account="line", takes_groups=True)

    assert raw.body == body
    with pytest.raises(Unparseable):
        parse(raw)


def test_redelivered_event_has_the_same_name_whatever_it_comes_with() -> None:
    first = v.message({"type": "text", "text": "a"}, number=7)
    again = first | {"deliveryContext": {"isRedelivery": True}}
    [before] = to_raws(v.posted(first), account="line", takes_groups=True)
    [_, after] = to_raws(v.posted(v.TEXT, again), account="line", takes_groups=True)

    assert before.delivery_id == after.delivery_id


@given(st.text(max_size=300))
def test_no_name_of_an_event_is_empty_or_endless(name: str) -> None:
    [raw] = to_raws(v.posted({"type": "x", "webhookEventId": name}), account="line", takes_groups=True)

    assert 0 < len(raw.delivery_id) <= 100
