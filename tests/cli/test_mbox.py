"""An mbox is cut into its mails: every dialect, nothing lost, in flat memory."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.cli.importing import kept, mbox
from channelhub.cli.importing.kept import Kept

BEGINNING = b"From ann@example.com Tue Nov 21 10:00:00 2023\n"
MAIL = b"Subject: parcel\nMessage-ID: <1@example.com>\n\nIt is late.\n"


def read(tmp_path: Path, content: bytes) -> list[Kept]:
    path = tmp_path / "box.mbox"
    path.write_bytes(content)
    return list(mbox.mails(path))


def bodies(tmp_path: Path, content: bytes) -> list[bytes]:
    return [one.body for one in read(tmp_path, content)]


def mboxrd(mails: list[bytes]) -> bytes:
    """Written as the rules say: a `>` before each line `From `, quoted or not, and a blank line after each mail."""
    written = b""
    for mail in mails:
        lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in mail.split(b"\n")]
        written += BEGINNING + b"\n".join(lines) + b"\n"
    return written


@pytest.mark.parametrize(
    "beginning",
    [
        BEGINNING,
        b"From - Tue Nov 21 10:00:00 2023\n",
        b"From 1234567890@xxx Tue Nov 21 10:00:00 +0000 2023\n",
        b"From ann@example.com  Tue, 21 Nov 2023 10:00:00 GMT\n",
        b"From ann at example.com  Tue Nov 21 10:00:00 2023\n",
        b"From MAILER-DAEMON Tue Nov 21 10:00 2023\r\n",
    ],
)
def test_knows_a_beginning_as_mail_programs_write_it(tmp_path: Path, beginning: bytes) -> None:
    assert bodies(tmp_path, (beginning + MAIL + b"\n") * 3) == [MAIL] * 3


@pytest.mark.parametrize(
    "sentence",
    [
        b"From here on nothing works.\n",
        b"From 10:30 in 2023 until now it was down.\n",
        b"From the log of Tue Nov 21 10:00:00 2023\nno header follows\n",
    ],
)
def test_a_sentence_that_nobody_quoted_ends_no_mail(tmp_path: Path, sentence: bytes) -> None:
    mail = MAIL + b"\n" + sentence

    assert bodies(tmp_path, BEGINNING + mail + b"\n" + BEGINNING + MAIL) == [mail, MAIL]


def test_a_beginning_needs_a_blank_line_before_it(tmp_path: Path) -> None:
    quoted = MAIL + BEGINNING + b"Subject: pasted without a blank line\n"

    assert bodies(tmp_path, BEGINNING + quoted) == [quoted]


@given(
    st.lists(
        st.lists(
            st.sampled_from([b"", b"From you", b">From you", b">>From x", b"a: b", BEGINNING[:-1], b"\xff\x00", b"\r"])
        )
        .map(b"\n".join)
        .map(lambda text: b"Subject: s\n\n" + text + b"\n"),
        max_size=6,
    )
)
def test_what_mboxrd_wrote_comes_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, mails: list[bytes]
) -> None:
    assert bodies(tmp_path_factory.mktemp("box"), mboxrd(mails)) == mails


@given(st.binary(max_size=2000))
def test_any_bytes_are_mails_of_no_more_bytes(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    found = read(tmp_path_factory.mktemp("box"), BEGINNING + junk)

    assert sum(one.size for one in found) <= len(BEGINNING + junk)


@pytest.mark.parametrize(
    "header",
    [b"X-Mozilla-Status: 0009\n", b"X-Status: AD\n", b"X-Status: T\n", b"X-IMAP: 1 2\nSubject: FOLDER INTERNAL DATA\n"],
)
def test_leaves_out_what_was_deleted_or_never_sent(tmp_path: Path, header: bytes) -> None:
    found = read(tmp_path, BEGINNING + header + MAIL + b"\n" + BEGINNING + MAIL)

    assert [one.is_left_out for one in found] == [True, False]


def test_marks_of_read_mail_leave_nothing_out(tmp_path: Path) -> None:
    marked = b"Status: RO\nX-Status: AF\nX-Mozilla-Status: 0001\n" + MAIL + b"\nX-Status: D\n"

    assert [one.is_left_out for one in read(tmp_path, BEGINNING + marked)] == [False]


def test_a_mail_beyond_the_limit_is_told_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_KEPT_BYTES", 1000)
    huge = b"Subject: huge\n\n" + b"word \n" * 400
    found = read(tmp_path, BEGINNING + huge + b"\n" + BEGINNING + MAIL)

    assert [one.fault for one in found] == [kept.too_large(), ""]
    assert found[1].body == MAIL


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "big.mbox"
    with path.open("wb") as file:
        for _ in range(1500):
            file.write(BEGINNING + MAIL + b"words of a customer, and more of them\n" * 300 + b"\n")
    tracemalloc.start()
    try:
        count = sum(1 for _ in mbox.mails(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 1500
    assert path.stat().st_size > 16_000_000
    assert peak < 1_000_000
