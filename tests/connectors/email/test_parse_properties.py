"""Whatever is done to our hard mails: reading never raises, is repeatable, bounded, and its offsets hold."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.email.parse import parse
from connectors.email.report import describe
from tests.connectors.email import goldens
from tests.examples import examples

SEEDS = [path.read_bytes() for path in sorted(goldens.FOLDER.glob("*.eml"))]
SPLICES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b"--b", b"--b--\r\n", b"\r\n\r\n", b"\n", b"\0", b"=?utf-8?B?", b"?=", b"charset=utf-16", b"Content-Type: ",
         b"Content-Transfer-Encoding: base64\r\n", b"begin 644 a\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n",
         b"END:VEVENT", b"format=flowed", b"> ", b"-- \r\n", b"On Mon, 2 Mar 2026 Ann wrote:\r\n", b"<blockquote>",
         b"\x1b$B"]
    ),
)  # fmt: skip
CUTS = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60), SPLICES), max_size=6)
#: What is read may be larger than what came: entities in HTML, words and their page, compressed rich text.
MOST_GROWTH = 12
MARGIN = 2000


def damaged(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, splice in cuts:
        at %= len(seed) + 1
        seed = seed[:at] + splice + seed[at + length :]
    return seed


@given(st.sampled_from(SEEDS), CUTS)
@settings(max_examples=examples(600), deadline=None)
def test_a_damaged_hard_mail_is_read_alike_twice_within_bounds(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    body = damaged(seed, cuts)
    raw = RawMessage(account="mail", delivery_id="x", body=body)
    try:
        (message,) = parse(raw)
    except Unparseable:
        return
    assert (message,) == parse(raw)
    assert isinstance(message, NewMessage)
    content = message.content
    most = MOST_GROWTH * len(body) + MARGIN

    ends = [0, *(end for _, end in content.hidden)]
    assert all(before <= start < end for before, (start, end) in zip(ends, content.hidden, strict=False))
    assert ends[-1] <= len(content.text)
    assert len(content.text) + len(content.html) + sum(file.size for file in content.attachments) <= most
    one_line = (content.subject, message.sender.name, *message.recipients, *message.extra.values())
    assert not any(ch in value for value in one_line for ch in "\r\n\0")
    assert "\0" not in content.text + content.html
    assert all(file.filename and not set(file.filename) & set("/\\\r\n\0\u202e") for file in content.attachments)


@given(st.sampled_from(SEEDS), CUTS)
@settings(max_examples=examples(200), deadline=None)
def test_what_parse_prints_of_it_is_plain_json(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    printed = describe(damaged(seed, cuts), "x")

    assert json.loads(json.dumps(printed)) == printed
