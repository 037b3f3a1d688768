"""What Chatwoot's posts and lists say, in its shapes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeletedMessage, Direction, Inbound, JourneyEvent, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.helpdesk.chatwoot.delivery import IGNORED, LISTED, posted
from connectors.helpdesk.chatwoot.parse import parse
from tests.connectors.helpdesk.chatwoot import vectors as v

IRYNA = Handle(kind="chatwoot", value="55", evidence=Evidence.CHANNEL_ID)


def raw_of(event: dict[str, Any]) -> RawMessage | None:
    return posted(json.dumps(event).encode(), account="desk", trust="claimed")


def read(event: dict[str, Any]) -> Inbound:
    raw = raw_of(event)
    assert raw is not None
    [item] = parse(raw)
    return item


def line(message: dict[str, Any], **talk: Any) -> RawMessage:
    body = json.dumps({"message": message, "conversation": v.talk(**talk)}).encode()
    return RawMessage(account="desk", delivery_id="m", body=body, envelope=Envelope(extra={LISTED: "yes"}))


def read_line(message: dict[str, Any], **talk: Any) -> Inbound:
    [item] = parse(line(message, **talk))
    return item


@pytest.mark.parametrize("said", [read(v.event()), read_line(v.listed(text="Привіт"))])
def test_contact_s_message_is_theirs_wherever_it_comes_from(said: Inbound) -> None:
    assert isinstance(said, NewMessage)
    assert (said.external_id, said.thread.key, said.direction) == ("9911", "conversation:20418", Direction.IN)
    assert (said.content.text, said.sender.name, said.extra["via"]) == ("Привіт", "Ірина", "Whatsapp")
    assert said.sender.handles == (IRYNA, Handle(kind="phone", value="+380501234567", evidence=Evidence.CLAIMED))
    assert said.sent_at is not None
    assert said.sent_at.isoformat().startswith("2026-01-15T10:00:00")


@pytest.mark.parametrize(
    "said",
    [
        read(v.event(message_type="outgoing", sender=v.AGENT)),
        read_line(v.listed(message_type=1, sender=v.AGENT)),
    ],
)
def test_agent_s_message_is_ours_to_the_contact(said: Inbound) -> None:
    assert isinstance(said, NewMessage)
    assert (said.direction, said.sender.handles[0], said.extra["agent"]) == (Direction.OUT, IRYNA, "Олена")


def test_template_of_nobody_s_is_ours() -> None:
    said = read_line(v.listed(message_type=3, sender=None))

    assert isinstance(said, NewMessage)
    assert (said.direction, said.sender.handles[0]) == (Direction.OUT, IRYNA)


def test_private_message_is_a_note() -> None:
    note = read(v.event(message_type="outgoing", sender=v.AGENT, private=True))

    assert isinstance(note, JourneyEvent)
    assert (note.name, note.attributes["agent"]) == ("helpdesk.note", "Олена")


def test_files_are_named_by_their_address_and_the_rest_is_told() -> None:
    said = read(v.event(attachments=[v.PHOTO, v.PLACE]))

    assert isinstance(said, NewMessage)
    assert [(one.filename, one.content_type, one.size) for one in said.content.attachments] == [
        ("фото.jpg", "image/jpeg", 777)
    ]
    assert said.warnings == ("a location is not shown",)


def test_mail_has_its_subject() -> None:
    said = read_line(v.listed(), additional_attributes={"mail_subject": "Повернення"})

    assert isinstance(said, NewMessage)
    assert said.content.subject == "Повернення"


def test_deleted_message_is_taken_back_and_named_apart() -> None:
    event = v.event("message_updated", **v.DELETED)
    raw = raw_of(event)

    assert raw is not None
    assert raw.delivery_id == "message:9911:deleted"
    assert isinstance(read(event), DeletedMessage)
    assert isinstance(read_line(v.listed(**v.DELETED)), DeletedMessage)


@pytest.mark.parametrize(
    "event",
    [*({"event": name} for name in sorted(IGNORED)), v.event("message_updated"), v.event(message_type="activity")],
)
def test_what_no_customer_is_told_of_is_not_kept(event: dict[str, Any]) -> None:
    assert raw_of(event) is None


def test_unknown_events_and_messages_of_nobody_are_kept_by_name() -> None:
    shapes = [read(event) for event in (v.HOLOGRAM, v.event(sender=None, conversation={"id": 5}))]

    assert [item.shape for item in shapes if isinstance(item, Unknown)] == ["hologram_added", "message incoming"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"event": 5}', b'{"event": "message_created", "id": 5}', b"\xff{}"])
def test_what_is_nothing_of_chatwoot_is_parked(body: bytes) -> None:
    raw = posted(body, account="desk", trust="claimed")
    assert raw is not None
    with pytest.raises(Unparseable):
        parse(raw)


PLAIN = st.none() | st.booleans() | st.integers(-10, 2**70) | st.text(max_size=20) | st.floats(allow_nan=False)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["id", "name", "deleted"]), PLAIN)


@given(fields=st.dictionaries(st.sampled_from([*v.event()]), JSON, max_size=4), is_listed=st.booleans())
def test_any_message_is_read_or_parked_and_the_same_each_time(fields: dict[str, Any], *, is_listed: bool) -> None:
    raw = line(v.listed() | fields) if is_listed else raw_of(v.event() | fields)
    if raw is None:
        return
    kept = raw

    def outcome() -> bytes:
        try:
            return msgspec.json.encode(list(parse(kept)))
        except Unparseable as exc:
            return str(exc).encode()

    assert outcome() == outcome()
    assert 0 < len(raw.delivery_id) <= 100
