"""What Discord's events say, in its documented shapes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
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
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.discord.config import Places
from connectors.discord.delivery import Circumstances, from_history, to_raw
from connectors.discord.moments import first_after, moment_of
from connectors.discord.parse import parse
from connectors.discord.shapes import Frame
from tests.connectors.discord import vectors as v
from tests.servers.discord import BOT

WHO = Handle(kind="discord", value=v.VLAD, evidence=Evidence.CHANNEL_ID)
AT = datetime(2026, 11, 21, 20, 30, 0, 512000, tzinfo=UTC)
EVERYWHERE = Places(channels=("*",))
AROUND = Circumstances(bot=BOT)


def raw_of(
    event: str, data: Any, places: Places = EVERYWHERE, around: Circumstances = AROUND, *, number: int = 42
) -> RawMessage:
    body = v.frame(event, data, number=number)
    raw = to_raw(msgspec.json.decode(body, type=Frame), body, account="bot", session="s", around=around)
    return replace(raw, settings=msgspec.json.encode(places))


def read(data: Any, event: str = v.CREATED, places: Places = EVERYWHERE, around: Circumstances = AROUND) -> Inbound:
    [item] = parse(raw_of(event, data, places, around))
    return item


def read_new(data: Any, places: Places = EVERYWHERE, around: Circumstances = AROUND) -> NewMessage:
    item = read(data, places=places, around=around)
    assert isinstance(item, NewMessage), item
    return item


def test_message_has_its_sender_conversation_reply_file_and_time() -> None:
    said = read_new(v.ANSWER)
    [file] = said.content.attachments

    assert (said.content.text, said.sender.handles, said.sender.name) == ("Не приходить код", (WHO,), "Влад")
    assert (said.external_id, said.thread.key, said.thread.in_reply_to) == (v.ID, v.CHAT, "1441530000000000000")
    assert (file.filename, file.content_type, file.size) == ("err.png", "image/png", 20480)
    assert file.reference == f"{v.PICTURE['url']}#{v.CHAT}/{v.ID}/{v.PICTURE['id']}"
    assert (said.sent_at, said.is_time_vouched) == (AT, True)


@pytest.mark.parametrize(
    ("data", "text", "files"),
    [
        (v.FORWARD, "> Сервіс лежить", 1),
        (v.STICKER, "[sticker: Wave]", 0),
        (v.POLL, "Коли?\n- Зараз", 0),
        (v.MARKED, "@Ганна @1 #5 @6 :wave: :x: 2023-11-14 22:13 UTC 1 < 2", 0),
        (v.MENTION, "не працює", 0),
        (v.said("<t:99999999999999:R>"), "<t:99999999999999:R>", 0),
    ],
)
def test_marks_and_what_has_no_words_are_said_in_words(data: dict[str, Any], text: str, files: int) -> None:
    said = read_new(data)

    assert (said.content.text, len(said.content.attachments)) == (text, files)


def test_servers_channel_is_a_conversation_and_its_writer_has_the_name_there() -> None:
    said = read_new(v.GROUP)

    assert said.thread.key == f"{v.GUILD}:{v.CHANNEL}"
    assert said.sender.name == "Vlad"


@pytest.mark.parametrize(
    ("places", "parent", "is_taken"),
    [
        (Places(), "", False),
        (Places(channels=(v.CHANNEL,)), "", True),
        (Places(channels=("5",)), "", False),
        (Places(channels=("5",)), "5", True),
    ],
)
def test_channels_and_their_threads_are_customers_where_the_account_says_so(
    places: Places, parent: str, is_taken: bool
) -> None:
    around = Circumstances(bot=BOT, parent=parent)
    reaction = v.REACTION | {"channel_id": v.CHANNEL, "guild_id": v.GUILD}

    assert isinstance(read(v.GROUP, places=places, around=around), NewMessage if is_taken else Unknown)
    assert isinstance(read(reaction, "MESSAGE_REACTION_ADD", places, around), Reaction if is_taken else Unknown)
    assert isinstance(read(v.TEXT, places=places), NewMessage)


def test_who_mentions_the_bot_is_heard_anywhere() -> None:
    assert isinstance(read(v.MENTION, places=Places()), NewMessage)


STAFF = Places(channels=("*",), colleagues=(v.TARAS,), colleague_roles=(v.ROLE,))
BY_ROLE = {"author": {"id": "42", "username": "oksana"}, "member": {"roles": [v.ROLE]}}
REPLY = {"type": 19, "referenced_message": {"id": "1", "author": v.AUTHOR}}


@pytest.mark.parametrize(
    ("fields", "around"),
    [
        ({"author": v.COLLEAGUE} | REPLY, AROUND),
        (BY_ROLE | REPLY, AROUND),
        ({"author": v.COLLEAGUE}, Circumstances(bot=BOT, owner=v.VLAD)),
        ({"author": BY_ROLE["author"], "member": None}, Circumstances(bot=BOT, owner=v.VLAD, roles=(v.ROLE,))),
    ],
)
def test_colleague_answers_a_customer_by_reply_or_in_their_thread(
    fields: dict[str, Any], around: Circumstances
) -> None:
    said = read_new(v.shared("Дивимось", **fields), STAFF, around)

    assert said.direction is Direction.OUT
    assert said.sender.handles == (WHO,)


@pytest.mark.parametrize("owner", ["", v.TARAS, BOT])
def test_colleague_who_answers_no_customer_is_shown_by_name_only(owner: str) -> None:
    item = read(v.shared("Обід", author=v.COLLEAGUE), places=STAFF, around=Circumstances(bot=BOT, owner=owner))

    assert isinstance(item, Unknown)
    assert item.shape == "colleague's message"


def test_own_message_is_a_report_on_what_we_sent() -> None:
    item = read(v.ECHO | REPLY)

    assert isinstance(item, DeliveryStatus)
    assert (item.status, item.sent_id, item.sent_to) == ("sent", v.ID, WHO)


def test_edit_is_a_later_version_and_a_preview_is_none() -> None:
    edit, preview = read(v.EDIT, v.UPDATED), read(v.PREVIEW, v.UPDATED)
    later = read(v.EDIT | {"edited_timestamp": "2026-11-21T20:31:00.000101+00:00"}, v.UPDATED)

    assert isinstance(edit, EditedMessage)
    assert isinstance(later, EditedMessage)
    assert isinstance(preview, NewMessage)
    assert edit.external_id == later.external_id == preview.external_id == v.ID
    assert edit.revision < later.revision


def test_message_and_edit_are_one_delivery_as_event_and_out_of_the_past() -> None:
    for event, data in ((v.CREATED, v.TEXT), (v.UPDATED, v.EDIT)):
        past = from_history(msgspec.Raw(json.dumps(data).encode()), account="bot", around=AROUND, now=AT)

        assert past is not None
        assert past.delivery_id == raw_of(event, data).delivery_id
        assert parse(past) == parse(raw_of(event, data))


def test_other_events_are_named_by_their_place_in_the_session() -> None:
    first, again = (raw_of("MESSAGE_REACTION_ADD", v.REACTION, number=7) for _ in range(2))
    later = raw_of("MESSAGE_REACTION_ADD", v.REACTION, number=9)

    assert first.delivery_id == again.delivery_id != later.delivery_id


def test_deleted_messages_are_taken_back() -> None:
    [one] = parse(raw_of(v.DELETED, v.GONE))
    several = parse(raw_of("MESSAGE_DELETE_BULK", v.SEVERAL_GONE))

    assert isinstance(one, DeletedMessage)
    assert one.external_id == v.ID
    assert len(several) == 2


def test_reaction_is_put_and_taken_away() -> None:
    put, taken = read(v.REACTION, "MESSAGE_REACTION_ADD"), read(v.REACTION, "MESSAGE_REACTION_REMOVE")
    custom = read(v.REACTION | {"emoji": {"id": "7", "name": "wave"}}, "MESSAGE_REACTION_ADD")

    assert isinstance(put, Reaction)
    assert isinstance(taken, Reaction)
    assert isinstance(custom, Reaction)
    assert (put.target_id, put.emoji, put.before, custom.emoji) == (v.ID, "🔥", "", ":wave:")
    assert (taken.emoji, taken.before) == ("", "🔥")


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.said(attachments=[{"size": "large"}], poll=7, mentions="x"))

    assert said.content.text == "Не приходить код"
    assert {one.partition(":")[0] for one in said.warnings} == {"attachments", "poll", "mentions"}


@pytest.mark.parametrize(
    ("event", "data", "shape", "who"),
    [
        ("HOLOGRAM", {"of": [1]}, "HOLOGRAM", None),
        ("INTERACTION_CREATE", v.INTERACTION, "INTERACTION_CREATE", v.VLAD),
        (v.CREATED, v.ANOTHER_BOT, "message of a bot", "5"),
        (v.CREATED, v.WEBHOOK, "message of a bot", "6"),
        (v.CREATED, v.JOINED, "message of type 7", v.VLAD),
        (v.CREATED, v.said(""), "message without content", v.VLAD),
        (v.UPDATED, {"id": v.ID, "channel_id": v.CHAT}, "MESSAGE_UPDATE without its author", None),
        ("MESSAGE_REACTION_ADD", v.REACTION | {"user_id": BOT}, "MESSAGE_REACTION_ADD", BOT),
        ("MESSAGE_DELETE_BULK", {"ids": []}, "MESSAGE_DELETE_BULK", None),
    ],
)
def test_what_nobody_documented_is_kept_by_name(event: str, data: Any, shape: str, who: str | None) -> None:
    item = read(data, event)

    assert isinstance(item, Unknown)
    assert (item.shape, item.sender.handles[0].value if item.sender else None) == (shape, who)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b'{"op":11}', b"\xff", b'{"op":0,"t":"X","d":' + b"[" * 5000, v.frame(v.CREATED, v.TEXT)[:-3],
        v.frame(v.CREATED, "cut off"),
        v.frame(v.CREATED, v.said(id="x")),
        v.frame(v.CREATED, v.said(timestamp="2026-11-21T20:30:00")),
        v.frame("MESSAGE_REACTION_ADD", {"user_id": v.VLAD}),
    ],
)  # fmt: skip
def test_what_is_no_event_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(RawMessage(account="bot", delivery_id="1", body=body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([v.ID, v.CHAT, BOT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "channel_id", "author", "content", "mentions", "edited_timestamp", "type", "emoji", "ids", "user_id"]
    ), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])  # machines differ
@given(JSON, st.sampled_from([v.CREATED, v.UPDATED, v.DELETED, "MESSAGE_DELETE_BULK", "MESSAGE_REACTION_ADD", "X"]))
def test_whatever_an_event_holds_it_is_read_or_parked_and_alike_twice(data: Any, event: str) -> None:
    for told in (data, v.TEXT | data if isinstance(data, dict) else data):
        raw = raw_of(event, told)
        try:
            items = parse(raw)
        except Unparseable:
            continue

        assert 0 < len(raw.delivery_id) <= 200
        assert items == parse(raw)
        assert all(one.external_id for one in items)


@given(st.datetimes(datetime(2015, 1, 2), datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_ids_tell_their_time(at: datetime) -> None:
    since = at.replace(tzinfo=UTC)
    just_before = int(first_after(since))

    assert moment_of(str(just_before)) < since
    assert moment_of(str(just_before + 1 + 2**22)) >= since
