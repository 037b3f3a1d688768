"""What Zendesk's events and lists say, in its documented shapes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    DeletedMessage,
    Direction,
    EditedMessage,
    Inbound,
    JourneyEvent,
    NewMessage,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.helpdesk.following import AMENDS
from connectors.helpdesk.said import TRUST
from connectors.helpdesk.zendesk.delivery import IGNORED, LISTED, posted
from connectors.helpdesk.zendesk.parse import parse
from tests.connectors.helpdesk.zendesk import vectors as v

OLHA = Handle(kind="zendesk", value="8899", evidence=Evidence.CHANNEL_ID)


def read(event: dict[str, Any]) -> Inbound:
    raw = posted(json.dumps(event).encode(), account="desk", trust="claimed")
    assert raw is not None
    [item] = parse(raw)
    return item


def line(comment: dict[str, Any], *users: dict[str, Any], trust: str = "claimed", **ticket: Any) -> RawMessage:
    body = json.dumps({"ticket": v.ticket(**ticket), "comment": comment, "users": users}).encode()
    return RawMessage(
        account="desk", delivery_id="listed:1", body=body, envelope=Envelope(extra={LISTED: "yes", TRUST: trust})
    )


def read_line(comment: dict[str, Any], *users: dict[str, Any], **more: Any) -> NewMessage:
    [item] = parse(line(comment, *users, **more))
    assert isinstance(item, NewMessage), item
    return item


def test_customer_s_comment_is_theirs_in_the_ticket_s_conversation() -> None:
    said = read(v.event())

    assert isinstance(said, NewMessage)
    assert (said.external_id, said.thread.key, said.direction) == ("771", "ticket:20418", Direction.IN)
    assert (said.content.text, said.content.subject, said.sender.name) == ("Надсилаю чек", "Повернення", "Ольга")
    assert said.sender.handles == (OLHA,)
    assert said.extra == {"via": "email", "conversation": "ticket:20418"}


def test_agent_s_comment_is_ours_to_who_asked() -> None:
    posted, listed = read(v.event(**v.BY_AGENT)), read_line(v.comment(author_id=77), v.OLHA, v.AGENT)

    assert isinstance(posted, NewMessage)
    for said in (posted, listed):
        assert (said.direction, said.sender.handles[0]) == (Direction.OUT, OLHA)
        assert said.extra["agent"] == "Олена з підтримки"
    assert listed.sender.name == "Ольга"


def test_agent_who_asked_is_a_customer_of_that_ticket() -> None:
    said = read_line(v.comment(author_id=77), v.AGENT, requester_id=77)

    assert (said.direction, said.sender.handles[0].value) == (Direction.IN, "77")


def test_somebody_else_on_a_ticket_speaks_for_themselves() -> None:
    said = read_line(v.comment(author_id=5), v.OLHA, v.OLHA | {"id": 5, "name": "Петро", "email": None, "phone": None})

    assert (said.direction, said.sender.name, said.sender.handles[0].value) == (Direction.IN, "Петро", "5")


def test_words_of_a_machine_are_ours() -> None:
    said = read_line(v.comment(author_id=-1), v.OLHA)

    assert (said.direction, said.sender.handles[0]) == (Direction.OUT, OLHA)


def test_private_comment_is_a_note_and_nobody_s_message() -> None:
    posted = read(v.event(is_public=False, **v.BY_AGENT))
    [listed] = parse(line(v.comment(author_id=77, public=False), v.OLHA, v.AGENT))

    for note in (posted, listed):
        assert isinstance(note, JourneyEvent)
        assert (note.name, note.text, note.sender.handles[0]) == ("helpdesk.note", "Надсилаю чек", OLHA)


@pytest.mark.parametrize(("trust", "evidence"), [("claimed", Evidence.CLAIMED), ("verified", Evidence.TRUSTED_ACCOUNT)])
def test_addresses_are_believed_as_far_as_the_account_is(trust: str, evidence: Evidence) -> None:
    said = read_line(v.comment(), v.OLHA, trust=trust)

    assert said.sender.handles == (
        OLHA,
        Handle(kind="email", value="olha@example.ua", evidence=evidence),
        Handle(kind="phone", value="+380501234567", evidence=evidence),
    )


def test_files_are_named_by_their_address() -> None:
    [file] = read_line(v.comment(attachments=[v.RECEIPT]), v.OLHA).content.attachments

    assert (file.filename, file.content_type, file.size) == ("чек.pdf", "application/pdf", 1234)
    assert file.reference == v.RECEIPT["content_url"]


def test_list_amends_what_a_post_told_without_files() -> None:
    raw = line(v.comment(attachments=[v.RECEIPT]), v.OLHA)
    raw.envelope.extra[AMENDS] = "yes"
    [edit] = parse(raw)

    assert isinstance(edit, EditedMessage)
    assert (edit.external_id, edit.revision, len(edit.message.content.attachments)) == ("771", 1, 1)


@pytest.mark.parametrize("kind", ["comment_redacted", "comment_made_private"])
def test_comment_that_customers_no_longer_see_is_taken_back(kind: str) -> None:
    gone = read(v.event(kind))

    assert isinstance(gone, DeletedMessage)
    assert gone.external_id == "771"


def test_unknown_events_are_kept_by_name_and_known_ones_of_no_interest_are_not() -> None:
    item = read(v.HOLOGRAM)

    assert isinstance(item, Unknown)
    assert item.shape == "ticket.hologram_added"
    for name in IGNORED:
        event = v.event() | {"type": f"zen:event-type:{name}"}
        assert posted(json.dumps(event).encode(), account="desk", trust="claimed") is None


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"type": 5}', json.dumps(v.event() | {"detail": {}}).encode(), b"\xff{}"],
)
def test_what_is_nothing_of_zendesk_is_parked(body: bytes) -> None:
    raw = posted(body, account="desk", trust="claimed")
    assert raw is not None
    with pytest.raises(Unparseable):
        parse(raw)


PLAIN = st.none() | st.booleans() | st.integers(-10, 2**60) | st.text(max_size=20)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["id", "body", "author"]), PLAIN)


@given(
    fields=st.dictionaries(st.sampled_from([*v.comment(), "is_public", "author"]), JSON, max_size=4),
    is_listed=st.booleans(),
)
def test_any_comment_is_read_or_parked_and_the_same_each_time(fields: dict[str, Any], *, is_listed: bool) -> None:
    if is_listed:
        raw = line(v.comment() | fields, v.OLHA)
    else:
        found = posted(json.dumps(v.event(**fields)).encode(), account="desk", trust="claimed")
        assert found is not None
        raw = found

    def outcome() -> bytes:
        try:
            return msgspec.json.encode(list(parse(raw)))
        except Unparseable as exc:
            return str(exc).encode()

    assert outcome() == outcome()
    assert 0 < len(raw.delivery_id) <= 100
