"""What telephone systems' posts say of a call, in their documented shapes."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import CallEvent, Direction, Inbound, NewMessage, Unknown
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.calls.call import MISSED, number
from connectors.calls.document import read_form
from connectors.calls.parse import parse
from tests.connectors.calls import vectors as v


def read(document: dict[str, Any], provider: str = "generic", *, form: bool = False, **facts: str) -> list[Inbound]:
    raw = RawMessage(
        account="calls",
        delivery_id="d1",
        body=urlencode(document).encode() if form else json.dumps(document).encode(),
        envelope=Envelope(extra={"provider": provider} | facts),
    )
    return list(parse(raw))


def event(found: list[Inbound]) -> CallEvent:
    first = found[0]
    assert isinstance(first, CallEvent), found
    return first


def phone(value: str) -> tuple[Handle, ...]:
    return (Handle(kind="phone", value=value, evidence=Evidence.CALLER),)


@pytest.mark.parametrize(
    ("document", "state", "duration_s"),
    [(v.NEW_CALL, "started", None), (v.ANSWER, "answered", None), (v.HANGUP, "ended", 95), (v.OUTGOING, "ended", None)],
)
def test_call_is_an_entry_of_the_other_side(document: dict[str, Any], state: str, duration_s: int | None) -> None:
    found = read(document)

    assert len(found) == 1
    assert (event(found).state, event(found).duration_s, event(found).external_id) == (
        state,
        duration_s,
        f"{v.CALL}:{state}",
    )
    assert event(found).sender.handles == phone(f"+{v.CALLER}")


def test_missed_call_is_an_entry_and_a_contact() -> None:
    call, contact = read(v.MISSED)

    assert isinstance(call, CallEvent)
    assert isinstance(contact, NewMessage)
    assert (call.state, contact.content.text, contact.direction) == ("missed", MISSED, Direction.IN)
    assert contact.sender.handles == phone(f"+{v.CALLER}")
    assert contact.extra == {"line": f"+{v.LINE}", "answered_by": "101"}


def test_what_a_caller_left_is_the_contact_s_words_with_the_file() -> None:
    _, contact = read(v.VOICEMAIL)

    assert isinstance(contact, NewMessage)
    assert contact.content.text == "Передзвоніть мені"
    assert [(one.filename, one.content_type, one.reference) for one in contact.content.attachments] == [
        ("1.wav", "audio/wav", "https://rec.example/a/1.wav?x=1")
    ]


def test_recording_is_a_message_of_ours_with_the_file() -> None:
    call, recording = read(v.RECORDING)

    assert isinstance(call, CallEvent)
    assert isinstance(recording, NewMessage)
    assert (call.state, recording.direction) == ("recorded", Direction.OUT)
    assert [one.reference for one in recording.content.attachments] == ["https://rec.example/a/2.mp3"]


def test_hidden_caller_stands_alone_with_the_call() -> None:
    call, contact = read(v.HIDDEN)

    assert isinstance(call, CallEvent)
    assert isinstance(contact, NewMessage)
    assert call.sender == contact.sender
    assert [(one.kind, one.value) for one in call.sender.handles] == [("device", f"call:{v.CALL}")]


def test_call_between_colleagues_is_shown_nowhere() -> None:
    assert read(v.MISSED | {"from": "102"}) == []


@pytest.mark.parametrize("cause", ["cancel", "noAnswer", "busy", "congestion", "notFound"])
def test_form_says_the_same_as_json(cause: str) -> None:
    document = v.MISSED | {"cause": cause}

    assert read(document, form=True) == read(document)
    assert event(read(document)).state == "missed"


@pytest.mark.parametrize(
    ("document", "path", "state", "duration_s"),
    [
        (v.leg("Appeared"), "events/call", "started", None),
        (v.leg("Connected", place="abonent"), "events/call", "answered", None),
        (v.summary(), "events/summary", "ended", 95),
        (v.summary(talk_time=0, entry_result=0), "events/summary", "missed", None),
    ],
)
def test_mango(document: dict[str, Any], path: str, state: str, duration_s: int | None) -> None:
    found = event(read(document, "mango", path=path))

    assert (found.state, found.duration_s, found.external_id) == (state, duration_s, f"MTIzNDU2Nzg5MDox:{state}")
    assert found.sender.handles == phone("+79161234567")
    assert found.sent_at is not None


def test_mango_s_outgoing_call_is_the_called_one_s() -> None:
    out = v.summary(call_direction=2, talk_time=0, entry_result=0, to={"number": "79161234567"})
    [ended] = read(out | {"from": {"extension": "101"}}, "mango", path="events/summary")
    [started] = read(
        v.leg("Appeared", **{"from": {"extension": "101", "number": "74951112233"}, "to": {"number": "79161234567"}}),
        "mango",
        path="events/call",
    )

    assert isinstance(ended, CallEvent)
    assert isinstance(started, CallEvent)
    assert ended.state == "ended"
    assert ended.sender == started.sender
    assert ended.sender.handles == phone("+79161234567")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (v.leg("Connected", place="ivr"), "events/call"),
        (v.leg("Disconnected", place="abonent"), "events/call"),
        (v.leg("Appeared", **{"from": {"extension": "102", "number": "1"}}), "events/call"),
        (v.summary(call_direction=0), "events/summary"),
        (v.MANGO_RECORDING | {"recording_state": "Started"}, "events/recording"),
        ({}, "ping"),
    ],
)
def test_what_says_nothing_new_of_a_mango_call_gives_nothing(document: dict[str, Any], path: str) -> None:
    assert read(document, "mango", path=path) == []


def test_mango_s_recording_belongs_to_whom_an_earlier_post_named() -> None:
    [call, file] = read(v.MANGO_RECORDING, "mango", path="events/recording", party="+79161234567")
    [lost] = read(v.MANGO_RECORDING, "mango", path="events/recording")

    assert isinstance(call, CallEvent)
    assert isinstance(file, NewMessage)
    assert file.sender.handles == phone("+79161234567")
    assert file.content.attachments[0].reference == "MToxMDA3Og=="
    assert isinstance(lost, Unknown)


@pytest.mark.parametrize(
    ("document", "state", "theirs"),
    [
        (v.zadarma("NOTIFY_START"), "started", v.CALLER),
        (v.zadarma("NOTIFY_ANSWER", destination="101"), "answered", v.CALLER),
        (v.ZADARMA_END, "ended", v.CALLER),
        (v.ZADARMA_END | {"disposition": "no answer"}, "missed", v.CALLER),
        (v.zadarma("NOTIFY_OUT_START", destination="380670000000", internal="101"), "started", "380670000000"),
        (v.zadarma("NOTIFY_OUT_END", destination="380670000000", disposition="busy"), "ended", "380670000000"),
    ],
)
def test_zadarma(document: dict[str, str], state: str, theirs: str) -> None:
    found = event(read(document, "zadarma", form=True, zone="Europe/Kyiv"))

    assert (found.state, found.sender.handles) == (state, phone(f"+{theirs}"))


def test_zadarma_s_time_is_of_the_account_s_zone() -> None:
    found = event(read(v.zadarma("NOTIFY_START"), "zadarma", form=True, zone="Europe/Kyiv"))

    assert found.sent_at == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


def test_zadarma_s_record_belongs_to_whom_an_earlier_post_named() -> None:
    assert event(read(v.ZADARMA_RECORD, "zadarma", form=True, party="+380501234567")).state == "recorded"
    assert isinstance(read(v.ZADARMA_RECORD, "zadarma", form=True)[0], Unknown)
    assert read(v.zadarma("NOTIFY_INTERNAL"), "zadarma", form=True) == []


@pytest.mark.parametrize(
    ("document", "state"),
    [
        (v.binotel("apiCallSettings"), "started"),
        (v.binotel("answeredTheCall"), "answered"),
        (v.binotel("apiCallCompleted"), "missed"),
        (v.binotel("apiCallCompleted", disposition="ANSWER", billsec="12"), "ended"),
        (v.binotel("apiCallCompleted", callType="1"), "ended"),
    ],
)
def test_binotel(document: dict[str, str], state: str) -> None:
    found = event(read(document, "binotel", form=True))

    assert (found.state, found.sender.handles) == (state, phone("0501234567"))
    assert found.sent_at == datetime.fromtimestamp(v.AT, UTC)


@pytest.mark.parametrize(
    ("document", "provider", "shape"),
    [
        (v.HOLOGRAM, "generic", "hologram"),
        ({"a": 1}, "mango", "events/dtmf"),
        (v.zadarma("NOTIFY_HOLOGRAM"), "zadarma", "NOTIFY_HOLOGRAM"),
        (v.binotel("apiHologram"), "binotel", "apiHologram"),
    ],
)
def test_what_nobody_documented_is_kept_by_name(document: dict[str, Any], provider: str, shape: str) -> None:
    [found] = read(document, provider, form=provider in ("zadarma", "binotel"), path="events/dtmf")

    assert isinstance(found, Unknown)
    assert found.shape == shape


@pytest.mark.parametrize(
    ("document", "provider"),
    [
        ({}, "generic"),
        ({"event": "newCall"}, "generic"),
        (v.generic("newCall", direction="up"), "generic"),
        ({"call_state": "Appeared"}, "mango"),
        ({"event": "NOTIFY_START"}, "zadarma"),
        ({"requestType": "apiCallCompleted"}, "binotel"),
        (v.NEW_CALL, "nobody"),
    ],
)
def test_what_is_no_call_is_parked(document: dict[str, Any], provider: str) -> None:
    with pytest.raises(Unparseable):
        read(document, provider, path="events/call")


def test_nested_names_of_a_form_are_tables() -> None:
    body = b"a[b][c]=1&a[b][d]=2&list[]=x&list[]=y&plain=z&odd[=q&deep[1][2][3][4][5][6][7]=8"

    assert read_form(body) == {
        "a": {"b": {"c": "1", "d": "2"}},
        "list": {"0": "x", "1": "y"},
        "plain": "z",
        "odd[": "q",
        "deep[1][2][3][4][5][6][7]": "8",
    }


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("380501234567", "+380501234567"),
        ("79161234567", "+79161234567"),
        ("89161234567", "89161234567"),
        ("0501234567", "0501234567"),
        ("13812345678", "13812345678"),
        ("380501234567890123", "380501234567890123"),
    ],
)
def test_plus_is_put_back_where_a_number_is_too_long_for_a_national_one(given: str, found: str) -> None:
    assert number(given) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [("+38 (050) 123-45-67", "+380501234567"), ("anonymous", ""), ("", ""), ("101", "101"), ("sip:ann@example", "")],
)
def test_number_is_what_can_be_dialled(given: str, found: str) -> None:
    assert number(given, is_international=True) == found


VALUES = st.text(max_size=20) | st.integers() | st.sampled_from(["in", "cancel", "anonymous", "Appeared", "answered"])
NAMES = st.sampled_from([*v.VOICEMAIL, *v.leg("x"), *v.summary(), *v.ZADARMA_END, "requestType", "callDetails"])
DOCUMENTS = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=4) | st.lists(VALUES, max_size=3))


@given(document=DOCUMENTS, provider=st.sampled_from(["generic", "mango", "zadarma", "binotel"]))
def test_any_object_is_read_the_same_twice_or_parked(document: dict[str, Any], provider: str) -> None:
    for path in ("events/call", "events/summary", "events/recording"):
        try:
            first = read(document, provider, path=path, party="+380501234567")
        except Unparseable:
            continue
        assert read(document, provider, path=path, party="+380501234567") == first
