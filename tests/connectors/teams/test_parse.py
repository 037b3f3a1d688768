"""What the Bot Connector's activities say, in their documented shapes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    DeletedMessage,
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
from connectors.teams.delivery import MAX_ID_CHARS, activity_of, to_raw
from connectors.teams.parse import parse
from tests.connectors.teams import vectors as v

WHO = Handle(kind="teams", value=v.OLENA, evidence=Evidence.CHANNEL_ID)
AT = datetime(2026, 11, 21, 20, 30, 0, 512000, tzinfo=UTC)


def raw_of(body: bytes) -> RawMessage:
    return to_raw(body, activity_of(body), account="teams")


def read(activity: dict[str, Any]) -> Inbound:
    [item] = parse(raw_of(v.encoded(activity)))
    return item


def read_new(activity: dict[str, Any]) -> NewMessage:
    item = read(activity)
    assert isinstance(item, NewMessage), item
    return item


def test_message_has_its_sender_conversation_file_and_time() -> None:
    said = read_new(v.MENTIONED)
    [file] = said.content.attachments

    assert (said.content.text, said.sender.handles, said.sender.name) == (
        "не працює чек №20418",
        (WHO,),
        "Олена Коваль",
    )
    assert (said.external_id, said.thread.key, said.sent_at) == (f"{v.CHAT}:{v.ID}", v.CHAT, AT)
    assert (file.filename, file.content_type) == ("act.pdf", "application/pdf")
    assert file.reference == v.FILE["content"]["downloadUrl"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("activity", "text", "files"),
    [
        (v.NAMED, "@Тарас &gt; сказав", 0),
        (v.PICTURED, "", 1),
        (v.CARDED, "[card]", 0),
        (v.said("a\r\n  b"), "a\nb", 0),
    ],
)
def test_mentions_are_names_and_cards_are_said_in_words(activity: dict[str, Any], text: str, files: int) -> None:
    said = read_new(activity)

    assert (said.content.text, len(said.content.attachments)) == (text, files)


def test_language_is_that_of_the_app_where_there_are_no_words() -> None:
    assert read_new(v.PICTURED).content.language == "uk"
    assert read_new(v.TEXT).content.language == ""


def test_reply_and_channel_name_what_they_belong_to() -> None:
    assert read_new(v.ANSWER).thread.in_reply_to == f"{v.CHAT}:1795292000000"
    assert read_new(v.IN_CHANNEL).thread.key == v.CHANNEL


def test_who_has_no_organisation_is_known_by_this_bot_s_id() -> None:
    said = read_new(v.said(**{"from": {"id": v.OLENA_HERE}}))

    assert said.sender.handles[0].value == v.OLENA_HERE


@pytest.mark.parametrize("activity", [v.EDITED, v.RESTORED])
def test_edit_is_a_later_version_of_the_same_message(activity: dict[str, Any]) -> None:
    edited, later = read(activity), read(activity | {"timestamp": "2026-11-21T20:30:00.513Z"})

    assert isinstance(edited, EditedMessage)
    assert isinstance(later, EditedMessage)
    assert edited.external_id == later.external_id == read_new(v.TEXT).external_id
    assert edited.revision < later.revision
    assert edited.message.content.text == "працює"


def test_deleted_message_is_taken_back() -> None:
    assert read(v.DELETED) == DeletedMessage(external_id=f"{v.CHAT}:{v.ID}", at=AT)


def test_reaction_is_put_and_taken_away() -> None:
    put, taken = read(v.REACTED), read(v.UNREACTED)

    assert isinstance(put, Reaction)
    assert isinstance(taken, Reaction)
    assert (put.target_id, put.emoji, put.before) == (f"{v.CHAT}:{v.ID}", "👍", "")
    assert (taken.emoji, taken.before) == ("", ":1f44b_wavinghand:")


def test_who_takes_the_bot_out_is_out_of_reach_until_they_put_it_in() -> None:
    gone, back = read(v.REMOVED), read(v.INSTALLED)

    assert isinstance(gone, Reachability)
    assert isinstance(back, Reachability)
    assert (gone.is_reachable, back.is_reachable) == (False, True)
    assert gone.sender.handles == (WHO,)


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.said(attachments=7, entities="x"))

    assert said.content.text == "не працює чек №20418"
    assert {one.partition(":")[0] for one in said.warnings} == {"attachments", "entities"}


@pytest.mark.parametrize(
    ("activity", "shape"),
    [
        (v.UNKNOWN, "hologram"),
        (v.JOINED, "conversationUpdate"),
        (v.INVOKED, "invoke"),
        (v.IN_TEAM, "installationUpdate: add"),
        (v.said(""), "message without content"),
        (v.said(None, attachments=[v.HTML]), "message without content"),
        (v.activity("messageReaction", replyToId=v.ID), "messageReaction"),
        (v.activity("messageUpdate"), "messageUpdate"),
        (v.activity("messageDelete", id=None), "messageDelete"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(activity: dict[str, Any], shape: str) -> None:
    item = read(activity)

    assert isinstance(item, Unknown)
    assert (item.shape, item.sender and item.sender.handles) == (shape, (WHO,))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"\xff", v.encoded(v.TEXT)[:-3], b'{"type":' + b"[" * 5000,
        v.encoded(v.said(id=None)), v.encoded(v.said(conversation=None)), v.encoded(v.said(**{"from": {}})),
        v.encoded(v.said(timestamp="2026-11-21T20:30:00")),
    ],
)  # fmt: skip
def test_what_is_no_activity_is_kept_whole_and_parked(body: bytes) -> None:
    raw = raw_of(body)

    assert raw.body == body
    with pytest.raises(Unparseable):
        parse(raw)


def test_message_is_one_delivery_however_often_it_comes_and_an_edit_another() -> None:
    again = v.TEXT | {"timestamp": "2026-11-21T20:31:00Z"}
    names = [raw_of(v.encoded(one)).delivery_id for one in (v.TEXT, again, v.EDITED, v.DELETED, v.REACTED)]

    assert names[0] == names[1]
    assert len(set(names)) == 4
    assert raw_of(v.encoded(v.IN_CHANNEL)).delivery_id not in names, "ids are unique in their conversation only"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([v.ID, "2026-11-21T20:30:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "from", "conversation", "text", "attachments", "entities", "reactionsAdded", "replyToId", "timestamp"]
    ), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])  # machines differ
@given(
    JSON, st.sampled_from(["message", "messageUpdate", "messageDelete", "messageReaction", "installationUpdate", "x"])
)
def test_whatever_an_activity_holds_it_is_read_or_parked_and_alike_twice(found: Any, kind: str) -> None:
    told = {**v.TEXT, **found, "type": kind} if isinstance(found, dict) else found
    raw = raw_of(json.dumps(told).encode())
    try:
        items = parse(raw)
    except Unparseable:
        return

    assert 0 < len(raw.delivery_id) <= MAX_ID_CHARS
    assert items == parse(raw)
    assert all(one.external_id for one in items)
