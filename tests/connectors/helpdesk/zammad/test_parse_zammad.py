"""What Zammad's posts and lists say, in its documented shapes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import Direction, Inbound, JourneyEvent, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.proof import is_signed
from connectors.helpdesk.said import TRUST
from connectors.helpdesk.zammad.delivery import posted
from connectors.helpdesk.zammad.parse import MAX_PICTURES, parse
from tests.connectors.helpdesk.zammad import vectors as v

IRYNA = Handle(kind="zammad", value="8", evidence=Evidence.CHANNEL_ID)


def raw_of(event: Any) -> RawMessage | None:
    return posted(json.dumps(event).encode(), account="desk", trust="claimed")


def read(event: dict[str, Any]) -> Inbound:
    raw = raw_of(event)
    assert raw is not None
    [item] = parse(raw)
    return item


def line(article: dict[str, Any], *users: dict[str, Any], trust: str = "claimed", **ticket: Any) -> RawMessage:
    body = json.dumps({"ticket": v.ticket(**ticket), "article": article, "users": users}).encode()
    return RawMessage(account="desk", delivery_id="article:1", body=body, envelope=Envelope(extra={TRUST: trust}))


def read_line(article: dict[str, Any], *users: dict[str, Any], **more: Any) -> NewMessage:
    [item] = parse(line(article, *users, **more))
    assert isinstance(item, NewMessage), item
    return item


@pytest.mark.parametrize("said", [read(v.event()), read_line(v.article(), v.IRYNA)])
def test_customer_s_article_is_theirs_wherever_it_comes_from(said: Inbound) -> None:
    assert isinstance(said, NewMessage)
    assert (said.external_id, said.thread.key, said.direction) == ("104", "ticket:81", Direction.IN)
    assert (said.content.text, said.content.subject) == ("Надсилаю чек", "Повернення")
    assert said.sender.name == "Ірина Мельник"
    assert said.extra == {"via": "email", "conversation": "ticket:81"}
    assert said.sent_at is not None
    assert said.sent_at.isoformat() == "2026-01-15T10:00:00+00:00"


@pytest.mark.parametrize("said", [read(v.event(**v.BY_AGENT)), read_line(v.article(**v.BY_AGENT), v.IRYNA, v.AGENT)])
def test_agent_s_article_is_ours_to_the_ticket_s_customer(said: Inbound) -> None:
    assert isinstance(said, NewMessage)
    assert (said.direction, said.sender.handles[0], said.extra["agent"]) == (Direction.OUT, IRYNA, "Олена Коваль")


@pytest.mark.parametrize("sender", [{}, v.BY_AGENT])
def test_internal_article_is_a_note_and_nobody_s_message(sender: dict[str, Any]) -> None:
    note = read(v.event(internal=True, **sender))

    assert isinstance(note, JourneyEvent)
    assert (note.name, note.text, note.sender.handles[0]) == ("helpdesk.note", "Надсилаю чек", IRYNA)
    assert note.attributes.get("agent", "") == ("Олена Коваль" if sender else "")


def test_call_that_an_agent_notes_is_the_customer_s() -> None:
    called = v.article(type="phone", created_by_id=3, created_by="olena@shop.example", origin_by_id=8)
    said = read_line(called, v.IRYNA, v.AGENT, customer_id=99)

    assert (said.direction, said.sender.handles[0], said.extra["via"]) == (Direction.IN, IRYNA, "phone")


def test_somebody_else_on_a_ticket_speaks_for_themselves() -> None:
    petro = v.IRYNA | {"id": 5, "firstname": "Петро", "lastname": "", "email": "", "mobile": ""}
    said = read_line(v.article(created_by_id=5), v.IRYNA, petro)

    assert (said.direction, said.sender.name, said.sender.handles[0].value) == (Direction.IN, "Петро", "5")


@pytest.mark.parametrize("program", [v.AGENT, v.IRYNA | {"id": 3, "roles": ["Customer", "Agent"]}, {"id": 3}])
def test_program_that_posts_for_customers_is_none(program: dict[str, Any]) -> None:
    said = read_line(v.article(created_by_id=3, type="chat"), v.IRYNA, program)

    assert (said.direction, said.sender.handles[0]) == (Direction.IN, IRYNA)


@pytest.mark.parametrize("customer_id", [None, 1])
def test_article_of_nobody_s_ticket_is_parked(customer_id: int | None) -> None:
    with pytest.raises(Unparseable, match="nobody"):
        parse(line(v.article(created_by_id=1), customer_id=customer_id))


@pytest.mark.parametrize(("trust", "evidence"), [("claimed", Evidence.CLAIMED), ("verified", Evidence.TRUSTED_ACCOUNT)])
def test_addresses_are_believed_as_far_as_the_account_is(trust: str, evidence: Evidence) -> None:
    said = read_line(v.article(), v.IRYNA, trust=trust)

    assert said.sender.handles == (
        IRYNA,
        Handle(kind="email", value="iryna@example.ua", evidence=evidence),
        Handle(kind="phone", value="+380501234567", evidence=evidence),
    )


def test_markup_is_read_and_quoted_history_is_none_of_their_words() -> None:
    body = "<p>Де <b>чек</b>?</p><blockquote type='cite'>Олена писала:<br>Чекаємо</blockquote><script>x</script>"
    content = read_line(v.article(body=body, content_type="text/html"), v.IRYNA).content

    assert content.own_words.strip() == "Де чек?"
    assert "Чекаємо" in content.text
    assert "<" not in content.text


def test_plain_text_is_taken_as_it_stands() -> None:
    assert read_line(v.article(text="a <b> c &amp; d"), v.IRYNA).content.text == "a <b> c &amp; d"


def test_files_are_named_by_ticket_article_and_file() -> None:
    nameless = {"id": 5, "size": "a lot", "preferences": {"Content-Disposition": 'inline; filename="x"'}}
    first, second = read_line(v.article(attachments=[v.RECEIPT, nameless]), v.IRYNA).content.attachments

    assert (first.filename, first.content_type, first.size) == ("чек.pdf", "application/pdf", 35574)
    assert (first.reference, first.is_inline) == ("81/104/174", False)
    assert (second.filename, second.size, second.is_inline, second.reference) == ("file-5", 0, True, "81/104/5")


def test_pictures_in_the_text_are_files_but_not_those_of_others() -> None:
    wanted = "".join(f'<img src="/api/v1/ticket_attachment/81/104/{one}?view=inline">' for one in (174, 176, 176))
    foreign = "".join(f'<img src="/api/v1/ticket_attachment/{one}">' for one in ("82/104/9", "81/105/9", "81/104/x"))
    said = v.article(body=wanted + foreign, content_type="text/html", attachments=[v.RECEIPT])

    found = [one.reference for one in read_line(said, v.IRYNA).content.attachments]
    assert found == ["81/104/174", "81/104/176"]


def test_pictures_of_a_text_are_bounded() -> None:
    body = "".join(f"/api/v1/ticket_attachment/81/104/{one} " for one in range(MAX_PICTURES + 50))

    assert len(read_line(v.article(body=body), v.IRYNA).content.attachments) == MAX_PICTURES


def test_files_that_cannot_be_read_take_no_words_with_them() -> None:
    said = read_line(v.article(attachments=[{"id": "x"}]), v.IRYNA)

    assert said.content.text == "Надсилаю чек"
    assert [one.startswith("attachments:") for one in said.warnings] == [True]


@pytest.mark.parametrize("event", [v.post(None), {"ticket": v.ticket()}, v.event(**v.BY_ZAMMAD)])
def test_changes_of_tickets_and_words_of_zammad_itself_are_not_kept(event: dict[str, Any]) -> None:
    assert raw_of(event) is None


def test_note_that_is_shown_later_comes_as_another_delivery() -> None:
    note, shown = raw_of(v.event(internal=True)), raw_of(v.event())

    assert note is not None
    assert shown is not None
    assert (note.delivery_id, shown.delivery_id) == ("article:104:internal", "article:104")


def test_sender_that_nobody_documented_is_kept_by_name() -> None:
    item = read(v.HOLOGRAM)

    assert isinstance(item, Unknown)
    assert item.shape == "article of Hologram"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"text": "a payload of our own"}', b'{"ticket": {}, "article": {"id": 5}}', b"\xff{}"],
)
def test_what_is_nothing_of_zammad_is_parked_and_says_why(body: bytes) -> None:
    raw = posted(body, account="desk", trust="claimed")
    assert raw is not None
    with pytest.raises(Unparseable, match="custom payload"):
        parse(raw)


def test_signature_of_the_documented_form() -> None:
    given = "sha1=c9993ca561e03d521df0ea5ce7e81807d3b91640"
    body = '{"text":"Привет"}'.encode()

    assert is_signed(given, body, secret=Secret("s3cret"), digest="sha1", prefix="sha1=")


PLAIN = st.none() | st.booleans() | st.integers(-10, 2**70) | st.text(max_size=20) | st.floats(allow_nan=False)
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(["id", "roles", "size"]), PLAIN)


@given(
    article=st.dictionaries(st.sampled_from([*v.article()]), JSON, max_size=4),
    ticket=st.dictionaries(st.sampled_from(["id", "title", "customer_id", "customer"]), JSON, max_size=2),
    is_listed=st.booleans(),
)
def test_any_article_is_read_or_parked_and_the_same_each_time(
    article: dict[str, Any], ticket: dict[str, Any], *, is_listed: bool
) -> None:
    whole = v.event()
    raw = raw_of({"ticket": whole["ticket"] | ticket, "article": whole["article"] | article})
    raw = line(v.article() | article, v.IRYNA) if is_listed else raw
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
