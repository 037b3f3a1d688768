"""What Matrix's events say, in their documented shapes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.matrix.delivery import EDITS, FOREIGN, PEER, REACTED
from connectors.matrix.parse import ENCRYPTED, parse
from tests.connectors.matrix import vectors as v

WHO = Handle(kind="matrix", value=v.OLEH, evidence=Evidence.CHANNEL_ID)
AT = datetime.fromtimestamp(v.AT_MS / 1000, UTC)


def read(event: dict[str, Any], **told: str) -> Inbound:
    [item] = parse(v.raw(event, **told))
    return item


def read_new(event: dict[str, Any], **told: str) -> NewMessage:
    item = read(event, **told)
    assert isinstance(item, NewMessage), item
    return item


def test_text_has_its_sender_room_and_time() -> None:
    said = read_new(v.TEXT)

    assert (said.content.text, said.sender.handles, said.sender.name) == ("замовлення 20419 не прийшло", (WHO,), "Олег")
    assert (said.external_id, said.thread.key, said.direction) == ("$hN1kQz3d0s1", v.ROOM, Direction.IN)
    assert (said.sent_at, said.is_time_vouched) == (AT, False)


def test_time_is_vouched_for_by_our_own_homeserver_only() -> None:
    assert read_new(v.TEXT | {"sender": "@iryna:shop.example"}).is_time_vouched


def test_reply_names_what_it_answers_and_loses_the_lines_of_old_clients() -> None:
    said = read_new(v.REPLY)

    assert (said.content.text, said.thread.in_reply_to) == ("Тріснув екран", "$asked")


def test_quoted_line_of_the_sender_stays_where_nothing_is_answered() -> None:
    assert read_new(v.message(v.text("> 5 кг\nтак"))).content.text == "> 5 кг\nтак"


def test_thread_is_a_conversation_of_its_own_and_its_fallback_no_answer() -> None:
    said = read_new(v.THREADED)

    assert (said.thread.key, said.thread.in_reply_to) == (f"{v.ROOM} $root", "")


@pytest.mark.parametrize(
    ("event", "text", "name", "kind", "size", "reference"),
    [
        (v.IMAGE, "Тріснув екран", "screen.jpg", "image/jpeg", 91233, "mxc://example.org/AbCdEfGh"),
        (v.FILE, "", "чек.pdf", "application/octet-stream", 0, "mxc://example.org/PdF"),
        (v.STICKER, "[sticker: Сумний кіт]", "sticker.png", "image/png", 0, "mxc://example.org/cat"),
        (v.SEALED_FILE, "", "чек.pdf", "application/octet-stream", 0, ""),
    ],
)
def test_file_is_named_by_its_address(
    event: dict[str, Any], text: str, name: str, kind: str, size: int, reference: str
) -> None:
    said = read_new(event)
    [file] = said.content.attachments

    assert said.content.text == text
    assert (file.filename, file.content_type, file.size, file.reference) == (name, kind, size, reference)
    assert bool(said.warnings) is (event is v.SEALED_FILE)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (v.LOCATION, "Я тут\n📍 50.450100,30.523400"),
        (v.EMOTE, "* чекає"),
        (v.ENCRYPTED, ENCRYPTED),
    ],
)
def test_what_is_no_plain_text_is_said_in_words(event: dict[str, Any], text: str) -> None:
    assert read_new(event).content.text == text


def test_notice_is_a_machines_word() -> None:
    assert read_new(v.NOTICE).automatic.is_reply
    assert not read_new(v.TEXT).automatic.is_any


def test_edit_is_a_later_version_of_the_same_message() -> None:
    edited = read(v.EDITED)

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.revision) == ("$first1", v.AT_MS)
    assert edited.message.content.text == "замовлення 20419"


def test_edit_of_anothers_message_changes_nothing() -> None:
    assert read(v.EDITED, **{EDITS: FOREIGN}) == Unknown(
        external_id="$hN1kQz3d0s10", shape="edit of another's message", sender=read_new(v.TEXT).sender, sent_at=AT
    )


@pytest.mark.parametrize("event", [v.REDACTED, v.OLD_REDACTED])
def test_redacted_message_is_taken_back(event: dict[str, Any]) -> None:
    assert read(event) == DeletedMessage(external_id="$hN1kQz3d0s1", at=AT)


def test_event_that_was_emptied_before_we_asked_is_taken_back() -> None:
    assert read(v.EMPTIED) == DeletedMessage(external_id="$hN1kQz3d0s15")


def test_reaction_and_its_end() -> None:
    put, taken = read(v.REACTED_TO), read(v.REDACTED, **{REACTED: "$answer 👍"})

    assert isinstance(put, Reaction)
    assert isinstance(taken, Reaction)
    assert (put.target_id, put.emoji, put.before) == ("$answer", "👍", "")
    assert (taken.target_id, taken.emoji, taken.before) == ("$answer", "", "👍")


def test_echo_of_ours_says_that_it_was_sent() -> None:
    sent = read(v.ECHO, **{PEER: v.OLEH})

    assert isinstance(sent, DeliveryStatus)
    assert (sent.status, sent.about, sent.sent_id, sent.sent_to) == ("sent", (), "$hN1kQz3d0s17", WHO)


def test_echo_whose_mark_is_gone_is_known_by_its_transaction() -> None:
    bare = v.ECHO | {"content": v.text("Вже їде")}

    assert isinstance(read(bare), DeliveryStatus)
    assert isinstance(read(v.ECHO | {"unsigned": {}}), DeliveryStatus)
    assert isinstance(read(bare | {"unsigned": {"transaction_id": "m1795.0"}}), NewMessage)


def test_mark_in_a_customers_message_says_nothing() -> None:
    assert isinstance(read(v.ECHO | {"sender": v.OLEH}), NewMessage)


def test_what_a_colleague_wrote_stands_on_our_side_at_the_customer() -> None:
    said, untold = read_new(v.COLLEAGUE, **{PEER: v.OLEH}), read_new(v.COLLEAGUE)

    assert (said.direction, said.sender.handles) == (Direction.OUT, (WHO,))
    assert [one.value for one in untold.sender.handles] == [v.ROOM]


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        (v.UNKNOWN, "org.matrix.msc3381.poll.start"),
        (v.STRANGE_TYPE, "message: org.example.hologram"),
        (v.message(v.text("")), "message: m.text without content"),
        (v.event("m.room.message", ["no", "object"]), "m.room.message without content"),
        (v.event("m.room.redaction", {"reason": "?"}), "redaction of nothing"),
        (v.event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation"}}), "reaction to nothing"),
        (v.REACTED_TO | {"sender": v.ME}, "reaction of ours"),
        (v.message(v.edit("", "x")), "edit without content"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(event: dict[str, Any], shape: str) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert item.shape == shape


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.message({"msgtype": "m.file", "body": "чек.pdf", "url": 7, "info": "x", "m.relates_to": 5}))

    assert [one.filename for one in said.content.attachments] == ["чек.pdf"]
    assert sorted(one.partition(" ")[0].rstrip(":") for one in said.warnings) == ["a", "info", "m.relates_to", "url"]


@pytest.mark.parametrize("event", [{}, v.TEXT | {"event_id": ""}, v.TEXT | {"sender": 5}, v.TEXT | {"type": None}])
def test_what_is_no_event_is_parked(event: dict[str, Any]) -> None:
    with pytest.raises(Unparseable):
        read(event)


def test_event_without_its_envelope_is_read_as_far_as_it_goes() -> None:
    [said] = parse(RawMessage(account="x", delivery_id="x", body=json.dumps(v.TEXT).encode(), envelope=Envelope()))

    assert isinstance(said, NewMessage)
    assert said.thread.key == ""


PLAIN = st.none() | st.booleans() | st.integers(-10, 2**60) | st.text(max_size=20)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["event_id", "size", "key"]), PLAIN)
FIELDS = st.sampled_from(
    ["msgtype", "body", "filename", "url", "file", "info", "geo_uri", "m.relates_to", "m.new_content", "redacts"]
)


@given(
    kind=st.sampled_from(["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.room.encrypted", "x"]),
    content=st.dictionaries(FIELDS, JSON | st.sampled_from(["m.text", "m.image", "m.location"]), max_size=8),
)
def test_any_content_is_read_or_kept_and_the_same_each_time(kind: str, content: dict[str, Any]) -> None:
    raw = v.raw(v.event(kind, content))

    assert list(parse(raw)) == list(parse(raw))
    assert len(parse(raw)) == 1
