"""Rich text of Outlook: uncompressed, and its words or the page inside it found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.content import rtf
from tests.content import packed
from tests.examples import examples


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1\ansi one\par two\tab 3}", "one\ntwo\t3"),
        (rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}}\f1 \'cf\f0 \'e9}", "Пé"),
        (rb"{\rtf1\uc1\u1055?\u-10179 ?\u-8704 ?!}", "П😀!"),
        (rb"{\rtf1 a\{b\}\\c\~d}", "a{b}\\c\xa0d"),
        (rb"{\rtf1{\*\generator Word;}{\colortbl;\red1;}{\info{\author Eve}}words}", "words"),
        (rb"{\rtf1{\pict\wmetafile8 0102}after}", "after"),
        (rb"{\rtf1 open", "open"),
        (b"no rich text", "no rich text"),
        (b"", ""),
    ],
)
def test_words_are_found(source: bytes, text: str) -> None:
    assert rtf.read(source).text == text


def test_an_encapsulated_page_comes_out_as_it_was_written() -> None:
    source = (
        rb"{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag64 <p class=x>}\htmlrtf {\b\htmlrtf0 "
        rb"\'cf\'f0\'e8\'e2\'e5\'f2{\*\htmltag84 &nbsp;}\htmlrtf\'a0\htmlrtf0 {\*\htmltag72 </p>}\htmlrtf }\htmlrtf0}"
    )
    document = rtf.read(source)

    assert document.is_html
    assert document.text == "<p class=x>Привет&nbsp;</p>"


def test_references_repeat_what_was_written() -> None:
    at = 207  # behind what both sides take as already written
    data = packed.lzfu(b"abc", (at, 6), b"-", (at + 2, 5), (0, 6))

    assert rtf.decompress(data) == b"abcabcabc-cabca{\\rtf1"


@pytest.mark.parametrize("data", [b"", b"x" * 16, packed.lzfu((4000, 5)), packed.lzfu(b"a", (208, 2))])
def test_damaged_streams_end(data: bytes) -> None:
    assert len(rtf.decompress(data)) <= 1


def test_what_is_too_large_is_cut() -> None:
    assert len(rtf.decompress(packed.lzfu(b"a" * (rtf.MAX_BYTES + 9)))) == rtf.MAX_BYTES


@given(
    st.lists(
        st.sampled_from(
            [
                b"{",
                b"}",
                b"\\",
                b"\\u9 ",
                b"\\uc3 ",
                b"\\'",
                b"\\'ff",
                b"\\f1 ",
                b"\\fonttbl",
                b"\\*",
                b"\\htmltag",
                b"\\htmlrtf ",
                b"\\fromhtml1 ",
                b"a",
                b"\xff",
                b"\n",
            ]
        )
    )
)
@settings(max_examples=examples(300), deadline=None)
def test_any_rich_text_is_read(pieces: list[bytes]) -> None:
    text = rtf.read(b"".join(pieces)).text

    text.encode()
    assert "\0" not in text
