"""What mappings make of posts: the first that fits, bounded values, and never a post that vanishes."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channelhub.domain.inbound import (
    CallEvent,
    CustomerProfile,
    DeletedMessage,
    EditedMessage,
    JourneyEvent,
    NewMessage,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.sdk.errors import Unparseable
from connectors.webhook.parse import parse
from tests.connectors.webhook.samples import PAID, SAYS, configured, delivery

FULL = {
    "gives": "message",
    "id": "$.id",
    "time": "$.at",
    "name": "{$.first} {$.last}",
    "identities": [
        {"kind": "email", "value": "$.email"},
        {"kind": "phone", "value": "$.phone", "evidence": "caller", "none": ["Anonymous"]},
        {"kind": "external", "value": "$.nick", "evidence": "claimed"},
    ],
    "subject": "$.subject",
    "text": "$.text",
    "html": "$.html",
    "conversation": "$.thread",
    "order_id": "$.order",
    "language": "$.lang",
    "attributes": {"city": "$.city", "plan": "$.plan"},
    "attachments": {"each": "$.files[*]", "filename": "@.name", "content_type": "@.type", "size": "@.size"},
}
BODY: dict[str, Any] = {
    "id": 12345678901234567890123, "at": "2026-03-02T09:12:44+02:00", "first": "Ann", "last": "Koval",
    "email": "ann@example.com", "phone": "+380671112233", "nick": "ann", "subject": "Pay\nment", "text": "It fails",
    "html": "<p>It <b>fails</b></p>", "thread": 88, "order": "A-17", "lang": "en", "city": "Kyiv", "plan": None,
    "files": [{"url": "https://files.example/a.png?k=1", "type": "Image/PNG", "size": 2048}],
}  # fmt: skip


def test_a_message_with_everything() -> None:
    [made] = parse(delivery(configured(FULL), BODY))

    assert isinstance(made, NewMessage)
    assert made.external_id == "12345678901234567890123"
    assert made.sender.name == "Ann Koval"
    assert made.sender.handles == (
        Handle(kind="email", value="ann@example.com", evidence=Evidence.TRUSTED_ACCOUNT),
        Handle(kind="phone", value="+380671112233", evidence=Evidence.CALLER),
        Handle(kind="external", value="ann", evidence=Evidence.CLAIMED),
    )
    assert (made.content.subject, made.content.text) == ("Pay ment", "It fails")
    assert made.content.html == "<p>It <b>fails</b></p>"
    assert (made.thread.key, made.order_id, made.content.language) == ("88", "A-17", "en")
    assert (made.sent_at, made.is_time_vouched) == (datetime(2026, 3, 2, 7, 12, 44, tzinfo=UTC), True)
    assert made.extra == {"city": "Kyiv"}
    [file] = made.content.attachments
    assert (file.filename, file.content_type, file.size) == ("a.png", "image/png", 2048)
    assert (file.reference, file.content) == ("https://files.example/a.png?k=1", None)
    assert made.warnings == ()


def test_what_an_account_that_is_not_trusted_says_is_only_claimed() -> None:
    [made] = parse(delivery(configured(FULL, trust="claimed"), BODY, trust="claimed"))

    assert isinstance(made, NewMessage)
    assert {one.evidence for one in made.sender.handles} == {Evidence.CLAIMED}
    assert not made.is_time_vouched


def test_trust_is_that_of_the_arrival() -> None:
    [made] = parse(delivery(configured(FULL, trust="verified"), BODY, trust="claimed"))

    assert isinstance(made, NewMessage)
    assert {one.evidence for one in made.sender.handles} == {Evidence.CLAIMED}


def test_the_time_of_a_call_counts_from_a_trusted_account_only() -> None:
    mapping = {**PAID, "gives": "call", "type": "missed", "time": "$.at"}
    body = {"email": "a@b.example", "at": "2026-03-02T07:00:00Z"}
    times = {trust: parse(delivery(configured(mapping), body, trust=trust)) for trust in ("verified", "claimed")}

    assert [one.sent_at for one in times["verified"] if isinstance(one, CallEvent)] == [
        datetime(2026, 3, 2, 7, tzinfo=UTC)
    ]
    assert [one.sent_at for one in times["claimed"] if isinstance(one, CallEvent)] == [None]


def test_html_is_read_and_made_safe() -> None:
    mapping = {"gives": "message", "html": "$.html"}
    [made] = parse(delivery(configured(mapping), {"html": "<p onclick=x>Hi</p><script>alert(1)</script>"}))

    assert isinstance(made, NewMessage)
    assert (made.content.text, made.content.html) == ("Hi", "<p>Hi</p>")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "javascript:alert(1)", "//x.example/a", "https://", "https://u:p@x.example/a", "a.png", "",
     "https://x.example/" + "a" * 2000, "https://x.example/a b", "https://[x/", "https://x.example/\u202e.png", 7],
)  # fmt: skip
def test_a_file_without_an_address_to_follow_is_told_and_left_out(url: object) -> None:
    [made] = parse(delivery(configured(FULL), {**BODY, "files": [{"url": url}]}))

    assert isinstance(made, NewMessage)
    assert made.content.attachments == ()
    assert made.warnings == ("file 1: its url is no http or https address",)


def test_a_later_version_and_the_end_of_a_message() -> None:
    changed = {**SAYS, "when": {"$.event": "changed"}, "id": "$.id", "revision": "$.changed_at", "time": "$.at"}
    deleted = {"gives": "deletion", "when": {"$.event": "deleted"}, "id": "$.id", "time": "$.at"}
    config = configured(changed, deleted)
    body = {
        "event": "changed",
        "id": 7,
        "at": "2026-03-02T07:00:00Z",
        "changed_at": "2026-03-02T07:00:09Z",
        "text": "x",
    }
    [edited] = parse(delivery(config, body))
    [said] = parse(delivery(config, {**body, "changed_at": None}))
    [gone] = parse(delivery(config, {**body, "event": "deleted"}))

    assert isinstance(edited, EditedMessage)
    assert (edited.external_id, edited.revision) == ("7", 1772434809000)
    assert edited.message == said
    assert gone == DeletedMessage(external_id="7", at=datetime(2026, 3, 2, 7, tzinfo=UTC))
    with pytest.raises(Unparseable, match="which message was taken back"):
        parse(delivery(config, {"event": "deleted"}))


def test_a_journey_event_with_translated_type_and_revision() -> None:
    mapping = {
        **PAID, "type": "$.state", "types": {"declined": "payment.failed"}, "revision": "$.changed", "time": "$.at",
        "id": "{$.id}-{$.state}", "text": "$.note", "attributes": {"sum": "$.sum"},
    }  # fmt: skip
    body = {"id": 7, "state": "declined", "changed": "2026-03-02T07:00:00Z", "at": "2026-03-02T07:00:00Z", "sum": 10.50,
            "note": "bank", "email": "ann@example.com"}  # fmt: skip
    [made] = parse(delivery(configured(mapping), json.dumps(body).replace("10.5", "10.50").encode()))

    assert isinstance(made, JourneyEvent)
    assert (made.external_id, made.name, made.text) == ("7-declined", "payment.failed", "bank")
    assert made.revision == 1772434800000
    assert made.attributes == {"sum": "10.50"}
    [counted] = parse(delivery(configured(mapping), {**body, "changed": 3}))
    assert isinstance(counted, JourneyEvent)
    assert counted.revision == 3


def test_a_call_and_a_customer() -> None:
    who = [{"kind": "phone", "value": "$.from", "evidence": "claimed"}, {"kind": "external", "value": "$.id"}]
    call = {"gives": "call", "when": {"$.event": "call"}, "type": "$.state", "duration": "$.s", "identities": who}
    customer = {"gives": "customer", "has": ["$.class"], "time": "$.at", "segment": "$.class", "identities": who}
    config = configured(call, customer)
    [made] = parse(delivery(config, {"event": "call", "state": "ended", "s": "95", "from": "+380671112233"}))
    [known] = parse(delivery(config, {"class": "vip", "at": "2026-03-02T07:00:00Z", "id": 5, "from": "+380671112233"}))

    assert isinstance(made, CallEvent)
    assert (made.state, made.duration_s, made.external_id) == ("ended", 95, "d1#1")
    assert isinstance(known, CustomerProfile)
    assert known.segment == "vip"
    assert [one.kind for one in known.sender.handles] == ["external", "phone"], "what is believed goes first"


def test_the_first_mapping_that_fits_reads_it() -> None:
    config = configured(
        {**SAYS, "label": "a", "when": {"$.n": [1, "x"], "$.is": True}, "subject": "a"},
        {**SAYS, "label": "b", "has": ["$.text"], "lacks": ["$.hidden"], "subject": "b"},
        {**SAYS, "label": "c", "when": {"header:X-Kind": "c"}, "subject": "c"},
        {"gives": "nothing", "when": {"$.ping": True}},
    )

    def read_by(body: dict[str, Any], **headers: str) -> str:
        made = parse(delivery(config, body, headers=headers))
        return "".join(one.content.subject if isinstance(one, NewMessage) else "?" for one in made)

    assert read_by({"text": "t", "n": 1, "is": True}) == "a"
    assert read_by({"text": "t", "n": ["y", "x"], "is": True}) == "b", "a list is no value of a path without [*]"
    assert read_by({"text": "t", "n": 1, "is": False}) == "b"
    assert read_by({"text": "t", "hidden": None}) == "b"
    assert read_by({"text": "t", "hidden": 1}) == "?"
    assert read_by({"text": "t", "hidden": {}}, **{"x-kind": "c"}) == "c"
    assert read_by({"ping": True}) == ""


def test_what_no_mapping_fits_is_unknown_and_names_nobody() -> None:
    config = configured({**SAYS, "when": {"$.event": "said"}})
    [made] = parse(delivery(config, {"event": "new in 2027"}))

    assert made == Unknown(external_id="d1#1", shape="a post that no mapping fits")


@pytest.mark.parametrize(
    ("mapping", "body", "reason"),
    [
        ({**SAYS, "label": "sms"}, {"text": {"de": "x"}}, "sms: it says nothing"),
        ({**PAID, "label": "paid"}, {"email": None}, "paid: it names nobody"),
        ({**PAID, "type": "$.s"}, {"email": "a@b.example", "s": "No Type"}, "mapping 1: the type 'No Type' is none"),
        ({**PAID, "type": "$.s", "types": {"a": "a.b"}}, {"email": "a@b.example", "s": "c"}, "'c' isn't among types"),
        ({**PAID, "gives": "customer", "type": "", "time": "$.at"}, {"email": "a@b.example"}, "no time was found"),
    ],
)
def test_what_fits_and_lacks_what_it_needs_is_parked_with_the_reason(
    mapping: dict[str, Any], body: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unparseable) as parked:
        parse(delivery(configured(mapping), body))

    assert reason in str(parked.value)


def test_only_a_trusted_account_says_who_its_customers_are() -> None:
    mapping = {**PAID, "gives": "customer", "type": "", "time": "$.at"}
    body = {"email": "a@b.example", "at": "2026-03-02T07:00:00Z"}
    with pytest.raises(Unparseable, match="trust"):
        parse(delivery(configured(mapping, trust="claimed"), body, trust="claimed"))


def test_one_item_of_a_batch_does_not_keep_the_others_back() -> None:
    config = configured({**PAID, "identities": [{"kind": "email", "value": "@.email"}], "id": "@.id"}, batch="$.e[*]")
    items = [{"id": 1, "email": "a@b.example"}, {"id": 2}, {"id": 1, "email": "other@b.example"}, "text"]
    made = parse(delivery(config, {"e": items}))

    assert [type(one) for one in made] == [JourneyEvent, Unknown, Unknown, Unknown]
    assert [one.external_id for one in made] == ["1", "d1#2", "1#3", "d1#4"]
    for one in made[1:]:
        assert isinstance(one, Unknown)
        assert one.sender is not None
        assert one.sender.handles[0].value == one.external_id, "on a timeline of its own"


@pytest.mark.parametrize(
    "body",
    [{}, {"e": []}, {"e": {}}, {"e": None}, [], "x", 1, None, {"e": [{}] * 1001}],
    ids=lambda body: str(body)[:12],
)
def test_a_batch_without_items_or_with_too_many_is_parked(body: object) -> None:
    config = configured(SAYS, batch="$.e[*]")
    with pytest.raises(Unparseable, match=r"item"):
        parse(delivery(config, body))


def test_the_fields_of_a_form() -> None:
    config = configured({**SAYS, "subject": "$['user[]'][*]"}, body="form")
    [made] = parse(delivery(config, b"text=%D0%94%D0%B0&user%5B%5D=a&user%5B%5D=b&x="))

    assert isinstance(made, NewMessage)
    assert (made.content.text, made.content.subject) == ("Да", "a, b")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x00", b"\xff\xfe{\x00}\x00", b"{", b"[" * 100_000, b'{"a":' * 100_000, b'{"text": NaN}',
        b'{"text": -Infinity}', b'{"text": "a"} {}', b'{"text": 01}', b"{'text': 'a'}", b"<html></html>",
        b'{"text": "x", "n": NaN}',
        b'{"text": "x", "many": [' + b"1," * 300_000 + b"1]}",
    ],
    ids=lambda body: str(body[:10]),
)  # fmt: skip
def test_what_is_no_json_is_parked(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(delivery(configured(SAYS), body))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"text": 1e400}', "1e400"),
        (b'{"text": ' + b"9" * 5000 + b"}", "9" * 5000),
        (b'{"text": -0.0}', "-0.0"),
        (b'{"text": "\\ud800x\\u0000"}', "\ufffdx\ufffd"),
        (b'{"text": "\\ud83c\\udf82"}', "\U0001f382"),
        (b'{"text": "first", "text": "last"}', "last"),
        (b'\xef\xbb\xbf{"text": "with a mark"}', "with a mark"),
        (b'{"text": true}', "true"),
        (json.dumps({"text": "y" * 100_001}).encode(), "y" * 100_000),
    ],
    ids=lambda value: str(value[:12]),
)
def test_odd_values_are_kept_as_text_that_can_be_stored(body: bytes, text: str) -> None:
    [made] = parse(delivery(configured(SAYS), body))

    assert isinstance(made, NewMessage)
    assert made.content.text == text
    made.content.text.encode()


@pytest.mark.parametrize("wrong", [None, True, 0, -1, 1e308, "", "x" * 300_000, [], [[]], {}, {"x": {}}, ["a", {}]])
def test_a_wrong_type_at_any_path_gives_a_value_or_a_reason(wrong: object) -> None:
    for place in [*BODY, ("files", 0), ("files", 0, "url"), ("files", 0, "size"), ("files", 0, "type")]:
        body = copy.deepcopy(BODY)
        *parents, last = place if isinstance(place, tuple) else (place,)
        inner: Any = body
        for parent in parents:
            inner = inner[parent]
        inner[last] = wrong
        for made in parse(delivery(configured(FULL), body)):
            for text in texts(made):
                text.encode()
                assert "\x00" not in text
            assert isinstance(made, NewMessage)
            assert made.external_id
            assert len(made.external_id) <= 200
            assert len(made.sender.name) <= 200


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, NewMessage):
        yield from (value.external_id, value.sender.name, value.content.text, value.content.subject, value.thread.key)
        yield from (one.value for one in value.sender.handles)
        yield from (one.reference + one.filename + one.content_type for one in value.content.attachments)
        yield from (*value.extra.values(), *value.warnings)


def test_an_id_that_can_not_be_shown_is_digested() -> None:
    config = configured({**SAYS, "id": "$.id"})
    ids = {parse(delivery(config, {"text": "x", "id": one}))[0].external_id for one in ("a" * 201, "a" * 202, "a\nb")}

    assert {len(one) for one in ids} == {64}
    assert len(ids) == 3


@pytest.mark.parametrize("settings", [b"", b"{}", b"x", b'{"body":"json","mappings":[{"gives":"message"}]}'])
def test_without_its_mappings_it_is_parked(settings: bytes) -> None:
    with pytest.raises(Unparseable, match="mappings"):
        parse(replace(delivery(configured(), {"text": "x"}), settings=settings))
