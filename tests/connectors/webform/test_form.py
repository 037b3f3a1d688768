"""Reading posted forms: any bytes end in a form or a `FormError`, and what was written is what is read."""

import contextlib
import json
import mmap
import tempfile
import time
import tracemalloc
from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.webform import form as form_module
from connectors.webform.form import Form, FormError, read_beginning, read_form
from connectors.webform.multipart import BrokenMultipartError, TooManyPartsError, read_parts, split_header
from connectors.webform.parse import parse
from tests.examples import examples

fuzzed = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=examples(150))
TYPES = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data; boundary=b",
        'multipart/form-data; boundary="b b"; charset=koi8-r',
        "",
    ]
)
PIECES = st.lists(
    st.sampled_from(
        [
            *(b"--b", b"--b--", b"\r\n", b'Content-Disposition: form-data; name="message"', b"; filename=", b'"'),
            *(b"message=", b"&", b"%", b"+", b"%D0", b"\\", b"\xff", b"\x00", b"x"),
            *(b"{", b"}", b'"message":', b"[", b"]", b","),
        ]
    ),
    max_size=40,
).map(b"".join)


def part(name: bytes, content: bytes, more: bytes = b"") -> bytes:
    return b'--b\r\nContent-Disposition: form-data; name="' + name + b'"' + more + b"\r\n\r\n" + content + b"\r\n"


@fuzzed
@given(body=PIECES | st.binary(max_size=100), content_type=TYPES)
def test_any_bytes_are_a_form_or_a_form_error(body: bytes, content_type: str) -> None:
    try:
        form = read_form(body, content_type)
    except FormError as exc:
        form, status = Form(fields=()), exc.status
    else:
        status = 200

    assert status in (200, 400, 413, 415, 422)
    for name, value in form.fields:
        (name + value).encode()  # no lone surrogate comes through


@fuzzed
@given(body=PIECES | st.binary(max_size=100), content_type=TYPES)
def test_parse_raises_unparseable_only_and_is_repeatable(body: bytes, content_type: str) -> None:
    raw = RawMessage(account="a", delivery_id="d", body=body, content_type=content_type)
    try:
        first = parse(raw)
    except Unparseable:
        with pytest.raises(Unparseable):
            parse(raw)
        return

    assert parse(raw) == first
    assert len(first) == 1


@fuzzed
@given(
    body=PIECES | st.binary(max_size=100),
    content_type=TYPES,
    extra=st.dictionaries(
        st.sampled_from(["hints", "weights", "form", "form_title", "words", "consents", "origin", "customer_id"]),
        st.text(max_size=40)
        | st.sampled_from(["message,email", "no-proof,honeypot", "no-proof=2", '{"a":"b"}', '{"a":5}']),
    ),
)
def test_whatever_rides_beside_a_post_it_is_read_alike_each_time(
    body: bytes, content_type: str, extra: dict[str, str]
) -> None:
    raw = RawMessage(account="a", delivery_id="d", body=body, content_type=content_type, envelope=Envelope(extra=extra))
    with contextlib.suppress(Unparseable):
        [message] = parse(raw)

        assert [message] == list(parse(raw))
        assert isinstance(message, NewMessage)
        assert 0 <= message.spam_score <= 1
        assert "\x00" not in repr(message)


@fuzzed
@given(st.lists(st.tuples(st.text("abcж", min_size=1, max_size=5), st.text(max_size=30)), max_size=5), st.data())
def test_the_beginning_of_a_post_holds_the_first_fields_whole(
    fields: list[tuple[str, str]], data: st.DataObject
) -> None:
    fields = [(name, value) for name, value in fields if "\r\n--b" not in value]
    body = b"".join(part(name.encode(), value.encode()) for name, value in fields) + b"--b--\r\n"
    cut = data.draw(st.integers(0, len(body)))
    found = read_beginning(body[:cut], "multipart/form-data; boundary=b").fields

    assert found == tuple(fields[: len(found)])
    assert len(found) >= len(fields) - body[cut:].count(b"form-data") - 1


@fuzzed
@given(body=PIECES | st.binary(max_size=100), content_type=TYPES)
def test_the_beginning_of_any_bytes_is_read_without_a_fault(body: bytes, content_type: str) -> None:
    assert read_beginning(body, content_type).files == ()


@fuzzed
@given(st.lists(st.tuples(st.text("abcж[]", min_size=1, max_size=5), st.text(max_size=30)), max_size=5))
def test_multipart_gives_back_the_fields_that_were_written(fields: list[tuple[str, str]]) -> None:
    fields = [(name, value) for name, value in fields if "\r\n--b" not in value]
    body = b"".join(part(name.encode(), value.encode()) for name, value in fields) + b"--b--\r\n"

    form = read_form(body, "multipart/form-data; boundary=b")

    assert form.fields == tuple(fields)


@fuzzed
@given(st.binary(max_size=200))
def test_multipart_gives_back_a_files_bytes(content: bytes) -> None:
    content = content.replace(b"\r\n--b", b"")
    body = part(b"files", content, b'; filename="a"') + b"--b--"

    assert [file.content for file in read_form(body, "multipart/form-data; boundary=b").files] == [content]


@fuzzed
@given(st.binary(max_size=200), st.binary(max_size=60))
def test_a_body_on_disk_reads_as_one_in_memory_and_its_files_stay_there(content: bytes, noise: bytes) -> None:
    written = part(b"message", b"x") + part(b"files", content, b'; filename="a"') + b"--b--"
    for body in (written, written[:-5], noise + written, noise or b"-"):
        with tempfile.TemporaryFile() as file:
            file.write(body)
            file.flush()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        outcomes = [_outcome(one) for one in (body, mapped)]

        assert outcomes[0] == outcomes[1]


def _outcome(body: bytes | mmap.mmap) -> object:
    try:
        form = read_form(body, "multipart/form-data; boundary=b")
    except FormError as exc:
        return exc.status, str(exc)
    assert all(isinstance(file.content, memoryview) is isinstance(body, mmap.mmap) for file in form.files)
    return form.fields, [(file.filename, file.content_type, bytes(file.content)) for file in form.files]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'form-data; name="a"; filename="b c.txt"', {b"name": b"a", b"filename": b"b c.txt"}),
        (b"form-data;name=a ;filename=b", {b"name": b"a", b"filename": b"b"}),
        (b'Form-Data; NAME="a;b=c"', {b"name": b"a;b=c"}),
        (rb'form-data; name="say \"hi\""', {b"name": b'say "hi"'}),
        (b'form-data; name="a"; name="b"', {b"name": b"a"}),
    ],
)
def test_reads_header_parameters(written: bytes, read: dict[bytes, bytes]) -> None:
    assert split_header(written) == (b"form-data", read)


def test_reads_a_preamble_an_epilogue_and_an_extended_filename() -> None:
    named = part(b"files", b"1", b"; filename=x; filename*=UTF-8''%D1%87%D0%B5%D0%BA.jpg")
    body = b"preamble\r\n" + part(b"message", b"x") + named + b"--b--\r\nepilogue"

    form = read_form(body, "multipart/form-data; boundary=b")

    assert form.first("message") == "x"
    assert [file.filename for file in form.files] == ["чек.jpg"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"--b\r\n",
        b"--b\r\n--b--",
        b"--bx\r\n\r\n",
        part(b"a", b"1"),
        part(b"a", b"1") + b"--",
        b"--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--",
        b"--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
        b"--b\r\nX: " + b"x" * 20_000 + b"\r\n" + part(b"a", b"1")[5:] + b"--b--",
    ],
    ids=range(10),
)
def test_a_broken_frame_is_refused(body: bytes) -> None:
    with pytest.raises(BrokenMultipartError):
        read_parts(body, b"b")


def test_parts_are_counted() -> None:
    assert len(read_parts(part(b"a", b"1") * 1000 + b"--b--", b"b")) == 1000
    with pytest.raises(TooManyPartsError):
        read_parts(part(b"a", b"1") * 1001 + b"--b--", b"b")


@pytest.mark.parametrize(
    "body",
    [
        b"\r\n--b" * 1_000_000,
        b"--b\r\n" * 1_000_000,
        b"\r\n--" * 1_000_000,
        part(b"a", b"") * 100_000,
        b"--b\r\nContent-Disposition: form-data" + b'; a="' * 3000 + b"\r\n\r\n\r\n--b--",
        b"--b\r\nContent-Disposition: form-data" + b";" * 16_000 + b"\r\n\r\n\r\n--b--",
        b"--b\r\nContent-Disposition: form-data; " + b" " * 16_000 + b"\r\n\r\n\r\n--b--",
        b'--b\r\nContent-Disposition: form-data; a="' + b"\\" * 16_000 + b"\r\n\r\n\r\n--b--",
        b"--b\r\nContent-Disposition: form-data; " + b"a" * 16_000 + b"\r\n\r\n\r\n--b--",
    ],
    ids=range(9),
)
def test_hostile_multipart_costs_bounded_time(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(FormError):
        read_form(body, "multipart/form-data; boundary=b")

    assert time.process_time() - started < 1.0


def test_json_values_become_text_and_nothing_is_lost() -> None:
    body = {"message": "x", "n": 1.50, "yes": True, "none": None, "many": ["a", 2], "tree": {"b": [1]}}

    form = read_form(json.dumps(body).encode(), "application/json; charset=utf-8")

    assert form.fields == (
        ("message", "x"),
        ("n", "1.5"),
        ("yes", "true"),
        ("many", "a"),
        ("many", "2"),
        ("tree", '{"b": [1]}'),
    )


def test_fields_are_found_whatever_their_case_and_blank_ones_do_not_count() -> None:
    form = Form(fields=(("Email", " "), ("EMAIL", " ann@example.com ")))

    assert form.first("email") == "ann@example.com"


@given(st.binary(max_size=40), st.integers(1, 8))
def test_a_long_field_is_unquoted_as_a_short_one(text: bytes, piece_bytes: int) -> None:
    escaped = quote_from_bytes(text).encode()
    mixed = escaped.replace(b"a", b"%61") + b"%4" + b"%zz%%41%"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form_module, "_PIECE_BYTES", piece_bytes + 2)

        assert form_module._unquote(mixed) == unquote_to_bytes(mixed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"message=" + b"%41" * 3_000_000, "application/x-www-form-urlencoded"),
        (b'{"message":[' + b"1," * 4_500_000 + b"1]}", "application/json"),
        (b'{"message":"x",' + b'"a":1,' * 1_400_000 + b'"b":1}', "application/json"),
        (b'{"message":{' + b'"a":[[]],' * 900_000 + b'"b":1}}', "application/json"),
    ],
)
def test_a_hostile_post_takes_no_multiple_of_its_size(body: bytes, content_type: str) -> None:
    tracemalloc.start()
    with contextlib.suppress(FormError):
        read_form(body, content_type)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4 * len(body)
