"""A mail file has the id that its mail has when it is received."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.errors import Unparseable
from connectors.email.collector import normalise_line_ends
from connectors.email.history import history
from connectors.email.identity import delivery_id
from tests.connectors.email.test_identity import MAIL, TRACE

STORAGE = (
    b"Status: RO\r\nX-Status: A\r\nX-UID: 7\r\nX-Mozilla-Status: 0001\r\nX-Gmail-Labels: Inbox\r\nContent-Length: 6\r\n"
)


@pytest.mark.parametrize(
    "before", [b"", TRACE, STORAGE, b"From ann@x.example Tue Nov 21 10:00:00 2023\n", b"\xef\xbb\xbf", b"\r\n"]
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_the_id_is_that_of_the_received_mail(before: bytes, line_end: bytes) -> None:
    raw = history("mail", (before + MAIL).replace(b"\r\n", line_end))

    assert raw.delivery_id == delivery_id(MAIL)[0]
    assert raw.envelope.message_id == "m1@x.example"
    assert raw.is_backfill
    assert b"\n" not in raw.body.replace(b"\r\n", b"")


def test_without_a_message_id_the_day_of_its_relay_is_part_of_it() -> None:
    mail = TRACE + b"Subject: report\r\n\r\nbody\r\n"

    assert history("mail", mail).delivery_id == f"{delivery_id(mail)[0]}:2026-11-20"
    assert (
        history("mail", b"Subject: report\n\nbody\n").delivery_id == delivery_id(b"Subject: report\r\n\r\nbody\r\n")[0]
    )


@pytest.mark.parametrize(
    "kept", [b"", b"\r\n \n", b"no headers here\n\nand text", b"\x00\x01\x02", b"From x y\n\nnothing"]
)
def test_what_does_not_begin_with_headers_is_no_mail(kept: bytes) -> None:
    with pytest.raises(Unparseable, match=re.compile("no mail|empty")):
        history("mail", kept)


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"\r\r\n", b"bc"]), max_size=60), st.integers(1, 9))
def test_line_ends_are_the_same_however_the_mail_is_cut(pieces: list[bytes], piece_bytes: int) -> None:
    mail = b"Subject: s\r\n" + b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.email.history._PIECE_BYTES", piece_bytes)
        cut = history("mail", mail).body

    assert cut == normalise_line_ends(mail)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_delivery_or_refused(kept: bytes) -> None:
    try:
        raw = history("mail", kept)
    except Unparseable:
        return

    assert raw.delivery_id
    assert history("mail", raw.body).delivery_id == raw.delivery_id
