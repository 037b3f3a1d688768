"""What Intercom's posts and conversations say, in its documented shapes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeletedMessage, Direction, Inbound, JourneyEvent, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.helpdesk.intercom.delivery import listed, posted
from connectors.helpdesk.intercom.parse import parse
from connectors.helpdesk.intercom.shapes import Conversation
from connectors.helpdesk.intercom.telling import ELSEWHERE, IGNORED, listed_parts, outline
from tests.connectors.helpdesk.intercom import vectors as v

IRYNA = Handle(kind="intercom", value="6762f19b1bb69f9f2193bbd4", evidence=Evidence.CHANNEL_ID)


def raw_of(event: dict[str, Any], trust: str = "claimed") -> RawMessage | None:
    return posted(json.dumps(event).encode(), account="desk", trust=trust)


def read(event: dict[str, Any], trust: str = "claimed") -> Inbound:
    raw = raw_of(event, trust)
    assert raw is not None
    [item] = parse(raw)
    return item


def lines(*parts: dict[str, Any], **talk: Any) -> list[RawMessage]:
    """What is stored of a conversation that was listed."""
    body = v.talk(**talk) | {"conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)}}
    found = msgspec.json.decode(json.dumps(body), type=Conversation)
    kept = outline(found)
    return [listed(raw, part, kept, account="desk", trust="claimed") for raw, part in listed_parts(found)]


def read_line(part: dict[str, Any], **talk: Any) -> Inbound:
    [_, line] = lines(part, **talk)
    [item] = parse(line)
    return item


@pytest.mark.parametrize("said", [read(v.event("conversation.user.replied", v.part())), read_line(v.part())])
def test_customer_s_reply_is_theirs_wherever_it_comes_from(said: Inbound) -> None:
    assert isinstance(said, NewMessage)
    assert (said.external_id, said.thread.key, said.direction) == ("1201", "conversation:20418", Direction.IN)
    assert (said.content.text, said.content.subject, said.sender.name) == ("Дякую, знайшла", "Доставка", "Ірина")
    assert said.sender.handles == (IRYNA, Handle(kind="email", value="iryna@example.ua", evidence=Evidence.CLAIMED))
    assert said.extra == {"via": "email", "conversation": "conversation:20418"}
    assert said.sent_at is not None
    assert said.sent_at.isoformat() == "2026-01-15T10:00:00+00:00"


def test_beginning_of_a_conversation_is_its_first_message_wherever_it_comes_from() -> None:
    [line] = lines()
    for said in (read(v.event("conversation.user.created")), *parse(line)):
        assert isinstance(said, NewMessage)
        assert (said.external_id, said.content.text) == ("conversation:20418", "Де посилка?")


def test_reply_s_event_does_not_tell_the_beginning_again() -> None:
    raw = raw_of(v.event("conversation.user.replied", v.part()))

    assert raw is not None
    assert raw.delivery_id == "part:1201"
    assert len(parse(raw)) == 1


def test_posted_and_listed_parts_have_the_same_name() -> None:
    begun, replied = (
        raw_of(v.event("conversation.user.created")),
        raw_of(v.event("conversation.user.replied", v.part())),
    )

    assert begun is not None
    assert replied is not None
    assert [begun.delivery_id, replied.delivery_id] == [line.delivery_id for line in lines(v.part())]


@pytest.mark.parametrize(
    ("author", "topic"), [(v.AGENT, "conversation.admin.replied"), (v.BOT, "conversation.operator.replied")]
)
def test_words_of_agents_and_bots_are_ours_to_the_customer(author: dict[str, Any], topic: str) -> None:
    for said in (read(v.event(topic, v.part(author=author))), read_line(v.part(author=author))):
        assert isinstance(said, NewMessage)
        assert (said.direction, said.sender.handles[0], said.extra["agent"]) == (Direction.OUT, IRYNA, author["name"])


def test_agent_s_beginning_goes_to_the_contact() -> None:
    said = read(v.event("conversation.admin.single.created", **v.opening(author=v.AGENT)))

    assert isinstance(said, NewMessage)
    assert (said.direction, said.sender.handles) == (Direction.OUT, (IRYNA,))


def test_somebody_else_in_a_conversation_speaks_for_themselves() -> None:
    said = read_line(v.part(author={"type": "lead", "id": "77ab", "name": "Петро"}))

    assert isinstance(said, NewMessage)
    assert (said.direction, said.sender.name, said.sender.handles[0].value) == (Direction.IN, "Петро", "77ab")


@pytest.mark.parametrize("kind", ["open", "close", "assignment", "assign_and_reopen", "quick_reply"])
def test_words_with_which_an_agent_does_something_are_an_answer(kind: str) -> None:
    said = read(v.event("conversation.admin.closed", v.part(author=v.AGENT, part_type=kind)))

    assert isinstance(said, NewMessage)
    assert said.direction is Direction.OUT


@pytest.mark.parametrize("kind", ["note", "note_and_reopen"])
def test_note_is_nobody_s_message(kind: str) -> None:
    note = v.part(author=v.AGENT, part_type=kind, attachments=[v.RECEIPT])
    for said in (read(v.event("conversation.admin.noted", note)), read_line(note)):
        assert isinstance(said, JourneyEvent)
        assert (said.name, said.text, said.attributes["agent"]) == ("helpdesk.note", "Дякую, знайшла", "Олена")


def test_what_an_agent_says_in_a_kind_of_part_that_nobody_documented_is_not_taken_for_an_answer() -> None:
    said = read_line(v.part(author=v.AGENT, part_type="whisper"))

    assert isinstance(said, Unknown)
    assert said.shape == "whisper of admin"


@pytest.mark.parametrize("author", [None, {}, {"type": "ghost", "id": 1}, {"type": "user", "id": None}])
def test_words_of_nobody_known_are_kept(author: dict[str, Any] | None) -> None:
    assert isinstance(read_line(v.part(author=author)), Unknown)


@pytest.mark.parametrize(("trust", "evidence"), [("claimed", Evidence.CLAIMED), ("verified", Evidence.TRUSTED_ACCOUNT)])
def test_addresses_are_believed_as_far_as_the_account_is(trust: str, evidence: Evidence) -> None:
    said = read(v.event("conversation.user.replied", v.part()), trust)

    assert isinstance(said, NewMessage)
    assert said.sender.handles[1].evidence is evidence


def test_html_is_words_and_the_pictures_in_it_are_files() -> None:
    logo = '<img src="https://letterhead.example/logo.png"><img src="x"><img>'
    body = f'<p>Ось &lt;він&gt;</p><div class="intercom-container"><img src="{v.PICTURE}"></div>{logo}'
    said = read_line(v.part(body=body, attachments=[v.RECEIPT]))

    assert isinstance(said, NewMessage)
    assert said.content.text == "Ось <він>"
    assert [(one.filename, one.content_type, one.size, one.is_inline) for one in said.content.attachments] == [
        ("чек.pdf", "application/pdf", 1234, False),
        ("foto.jpg", "image/jpeg", 0, True),
    ]
    assert [one.reference for one in said.content.attachments] == [
        f"{v.RECEIPT['url']}#20418/1201/0",
        f"{v.PICTURE.replace('&amp;', '&')}#20418/1201/1",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "http://downloads.intercomcdn.com/a.png",
        "https://downloads.intercomcdn.com.evil.example/a.png",
        "https://intercom-attachments-1.com.evil.example/a.png",
        "https://evilintercom-attachments-1.com/a.png",
        "https://shop.intercom-attachments-10.com/a.png",
        "https://127.0.0.1/a.png",
        "https://[/a.png",
    ],
)
def test_picture_elsewhere_is_no_file(address: str) -> None:
    said = read_line(v.part(body=f'<p>a</p><img src="{address}">'))

    assert isinstance(said, NewMessage)
    assert said.content.attachments == ()


def test_many_pictures_are_bounded() -> None:
    said = read_line(v.part(body=f'<img src="{v.PICTURE}">' * 1000))

    assert isinstance(said, NewMessage)
    assert len(said.content.attachments) == 50


@pytest.mark.parametrize(
    "event",
    [
        v.event("conversation_part.redacted", v.part(**v.GONE)),
        v.event("conversation_part.redacted", v.part(redacted=None)),
        v.event("conversation_part.redacted", v.part("1"), v.part(**v.GONE)),
        v.event("conversation_part.redacted", v.part(body=None, redacted=True)),
        v.notification("conversation_part.redacted", v.part(**v.GONE)),
    ],
)
def test_redacted_part_is_taken_back_and_named_apart(event: dict[str, Any]) -> None:
    raw, gone = raw_of(event), read(event)

    assert raw is not None
    assert raw.delivery_id == "part:1201:deleted"
    assert isinstance(gone, DeletedMessage)
    assert gone.external_id == "1201"


def test_redaction_that_marks_no_part_of_several_takes_back_none() -> None:
    assert isinstance(read(v.event("conversation_part.redacted", v.part("1"), v.part("2"))), Unknown)


def test_redacted_parts_are_listed_as_taken_back() -> None:
    begun, replied = lines(v.part(**v.GONE), **v.opening(**v.GONE))

    assert [begun.delivery_id, replied.delivery_id] == ["part:conversation:20418:deleted", "part:1201:deleted"]
    assert [item for raw in (begun, replied) for item in parse(raw)] == [
        DeletedMessage(external_id="conversation:20418"),
        DeletedMessage(external_id="1201"),
    ]


def test_post_with_several_parts_tells_each() -> None:
    raw = raw_of(v.event("conversation.user.replied", v.part("1"), v.part("2"), v.part("3", None)))

    assert raw is not None
    assert raw.delivery_id.startswith("notif_")
    assert [item.external_id for item in parse(raw)] == ["1", "2"]


@pytest.mark.parametrize(
    "event",
    [
        *(v.notification(topic, {"type": "conversation", "id": "5"}) for topic in sorted(IGNORED)),
        *(v.notification(f"{family}created", {"type": "thing"}) for family in ELSEWHERE),
        v.PING,
        v.event("conversation.admin.assigned", v.part(text=None, author=v.AGENT, part_type="assignment")),
        v.event("conversation.admin.snoozed", v.part(body="  ", author=v.AGENT, part_type="snoozed")),
        v.event("conversation.user.created", **v.opening(body="")),
        v.notification("conversation.operator.replied", v.part(author=v.BOT)),
    ],
)
def test_what_no_customer_is_told_of_is_not_kept(event: dict[str, Any]) -> None:
    assert raw_of(event) is None


def test_events_in_which_nobody_speaks_are_not_listed() -> None:
    assert len(lines(v.part(text=None, part_type="participant_added", author=v.AGENT))) == 1


@pytest.mark.parametrize("event", [v.HOLOGRAM, v.TICKET])
def test_unknown_events_are_kept_by_name(event: dict[str, Any]) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert (item.shape, item.external_id) == (event["topic"], event["id"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"topic": 5}',
        b"\xff{}",
        json.dumps(v.notification("conversation.user.replied", {})).encode(),
        json.dumps(v.event("conversation.user.replied", v.part() | {"id": None})).encode(),
    ],
)
def test_what_is_nothing_of_intercom_is_parked(body: bytes) -> None:
    raw = posted(body, account="desk", trust="claimed")
    assert raw is not None
    with pytest.raises(Unparseable):
        parse(raw)


def test_listed_part_that_cannot_be_read_is_parked_alone() -> None:
    first, odd, last = lines(v.part() | {"body": 5}, v.part("1202"))

    assert odd.delivery_id == "part:" + str(v.part()["id"])
    with pytest.raises(Unparseable):
        parse(odd)
    assert [item.external_id for raw in (first, last) for item in parse(raw)] == ["conversation:20418", "1202"]


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-10, 2**70)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "url", "body"]), PLAIN)


@given(
    fields=st.dictionaries(st.sampled_from([*v.part()]), JSON, max_size=4),
    talk=st.dictionaries(st.sampled_from(["source", "contacts", "created_at"]), JSON, max_size=1),
    topic=st.sampled_from([event["topic"] for event in v.EVENTS]),
)
def test_any_part_is_read_or_parked_and_the_same_each_time(
    fields: dict[str, Any], talk: dict[str, Any], topic: str
) -> None:
    raws = [raw_of(v.event(topic, v.part(**fields), **talk))]
    raws += lines(v.part() | fields)

    def outcome(raw: RawMessage) -> bytes:
        try:
            return msgspec.json.encode(list(parse(raw)))
        except Unparseable as exc:
            return str(exc).encode()

    for raw in raws:
        if raw is not None:
            assert outcome(raw) == outcome(raw)
            assert 0 < len(raw.delivery_id) <= 100
