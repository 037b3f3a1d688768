"""The data phase as a value: chunking never matters, limits are exact, memory stays bounded."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.collector import Collector, Verdict, normalise_line_ends, undo_dots

#: Bytes rich in what the end of data is made of.
HOSTILE = st.lists(
    st.sampled_from([b"\r\n", b"\n", b"\r", b".", b"..", b"\0", b"a", b"\r\n.", b"\n.\n", b"\r.\r", b"Subject: x"]),
    max_size=40,
).map(b"".join)
SMALL = {"max_bytes": 10_000, "max_line_bytes": 10_000}


def _chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True) if end > start]


def _collect(collector: Collector, chunks: list[bytes]) -> tuple[Verdict, bytes]:
    """Feed until the verdict; the rest is what followed, later chunks included."""
    for number, chunk in enumerate(chunks):
        verdict, rest = collector.feed(chunk)
        if verdict is not Verdict.OPEN:
            return verdict, rest + b"".join(chunks[number + 1 :])
    return Verdict.OPEN, b""


@given(data=HOSTILE, cuts=st.lists(st.integers(0, 500), max_size=12))
def test_only_the_standard_ending_ends_a_mail_however_it_is_cut(data: bytes, cuts: list[int]) -> None:
    before, end, after = (b"\r\n" + data).partition(b"\r\n.\r\n")
    verdict, rest = _collect(collector := Collector(**SMALL), _chunks(data, cuts))

    assert verdict is (Verdict.COMPLETE if end else Verdict.OPEN)
    if end:
        assert rest == after
        assert collector.content() == undo_dots(normalise_line_ends((before + b"\r\n")[2:]))


LINES = st.builds(
    lambda dots, line: dots + re.sub(rb"[\r\n]", b"", line), st.sampled_from([b"", b".", b".."]), st.binary(max_size=60)
)


@given(lines=st.lists(LINES, max_size=20))
def test_what_a_client_stuffs_is_what_is_stored(lines: list[bytes]) -> None:
    mail = b"".join(line + b"\r\n" for line in lines)
    stuffed = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)
    verdict, rest = (collector := Collector(**SMALL)).feed(stuffed + b".\r\n")

    assert (verdict, rest) == (Verdict.COMPLETE, b"")
    assert collector.content() == mail


@given(data=HOSTILE)
def test_line_ends_are_made_whole_once(data: bytes) -> None:
    normalised = normalise_line_ends(data)

    assert normalised.count(b"\n") == normalised.count(b"\r\n") == normalised.count(b"\r")
    assert normalise_line_ends(normalised) == normalised
    assert normalised.count(b"\n") == data.count(b"\n")


@given(size=st.integers(0, 400), limit=st.integers(10, 200), cuts=st.lists(st.integers(0, 500), max_size=8))
def test_the_size_is_judged_alike_however_it_is_cut(size: int, limit: int, cuts: list[int]) -> None:
    mail = b"x" * size + b"\r\n"
    verdict, rest = _collect(Collector(max_bytes=limit, max_line_bytes=10_000), _chunks(mail + b".\r\nNOOP\r\n", cuts))

    if verdict is Verdict.FLOOD:
        assert len(mail) > 2 * limit - len(b".\r\n")
    else:
        assert verdict is (Verdict.COMPLETE if len(mail) <= limit else Verdict.TOO_BIG)
        assert rest == b"NOOP\r\n"


@given(
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=6),
    limit=st.integers(10, 60),
    cuts=st.lists(st.integers(0, 500), max_size=8),
)
def test_the_longest_line_is_judged_alike_however_it_is_cut(lengths: list[int], limit: int, cuts: list[int]) -> None:
    mail = b"".join(b"x" * length + b"\r\n" for length in lengths)
    collector = Collector(max_bytes=10_000, max_line_bytes=limit)
    verdict, rest = _collect(collector, _chunks(mail + b".\r\nNOOP\r\n", cuts))

    assert verdict is (Verdict.COMPLETE if max(lengths) + 2 <= limit else Verdict.LINE_TOO_LONG)
    assert rest == b"NOOP\r\n"


@pytest.mark.parametrize(
    "limits", [{"max_bytes": 1000, "max_line_bytes": 10**9}, {"max_bytes": 10**9, "max_line_bytes": 1000}]
)
def test_holds_nothing_past_a_limit(limits: dict[str, int]) -> None:
    collector = Collector(**limits)
    for _ in range(100):
        collector.feed(b"a" * 10_000)

    assert collector.held_bytes < 10


def test_forgetting_gives_the_memory_back_and_still_finds_the_end() -> None:
    collector = Collector(**SMALL)
    collector.feed(b"a" * 5000 + b"\r\n.")
    collector.forget()

    assert collector.held_bytes < 10
    assert collector.feed(b"\r\nNOOP\r\n") == (Verdict.FORGOTTEN, b"NOOP\r\n")
