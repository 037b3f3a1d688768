"""A mail's HTML in a frame: its own pictures only, links that lead outside, nothing that runs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.frames import MAX_CHARS, MAX_EMBEDDED_BYTES, cited_parts, framed

LOGO = {"logo@shop": ("image/png", b"PNG")}


def body(markup: str) -> str:
    frame = framed(markup, LOGO)
    assert frame is not None
    return frame.body


def test_a_picture_that_came_along_is_put_in() -> None:
    markup = '<p>Hi <img src="cid:Logo@Shop" alt="logo"> <img src="CID:other"></p>'

    assert cited_parts(markup) == ["logo@shop", "other"]
    assert 'src="data:image/png;base64,UE5H"' in body(markup)


@pytest.mark.parametrize(
    "address",
    [
        "http://tracker.example/open.gif", "//tracker.example/a.png", "https://tracker.example/", "/static/icon.svg",
        "data:image/svg+xml,<svg onload=alert(1)>", "javascript:alert(1)", "cid:unknown", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_pictures_elsewhere_are_left_out(address: str) -> None:
    frame = framed(f'<img alt="seen" src="{address}">', LOGO)

    assert frame is not None
    assert "src" not in frame.body
    assert "seen" in frame.body


def test_what_is_left_out_is_counted() -> None:
    frame = framed('<img src="http://a.example/1"><img src="https://a.example/2"><img src="cid:logo@shop">', LOGO)

    assert frame is not None
    assert frame.images_left_out == 2


def test_a_picture_shown_a_thousand_times_is_put_in_as_often_as_there_is_room() -> None:
    large = {"a": ("image/png", b"x" * (MAX_EMBEDDED_BYTES // 2))}
    frame = framed('<img src="cid:a">' * 1000, large)

    assert frame is not None
    assert frame.images_left_out == 998


@pytest.mark.parametrize(
    "address", ["/outages/1", "accounts", "javascript:alert(1)", "//evil.example", "ssh://x", "#a"]
)
def test_links_within_our_own_site_and_of_strange_schemes_lead_nowhere(address: str) -> None:
    assert "href" not in body(f'<a href="{address}">here</a>')


def test_links_open_outside_and_tell_nothing() -> None:
    shown = body('<a href="https://shop.example/?a=1&amp;b=2" target="_top">here</a>')

    assert 'href="https://shop.example/?a=1&amp;b=2"' in shown
    assert 'target="_blank"' in shown
    assert 'rel="noopener noreferrer"' in shown
    assert "_top" not in shown


def test_html_that_is_too_large_is_not_cleaned_again() -> None:
    assert framed("x" * (MAX_CHARS + 1), {}) is None
    assert cited_parts('<img src="cid:a">' + "x" * MAX_CHARS) == []


PIECES = [
    "<script>", "</script>", "<img ", 'src="http://x/"', "onerror=alert(1)", ">", '<a href="', 'https://e/"', "<svg",
    "<math><mtext>", "<style>@import 'http://x'", "</style>", "<!--", "-->", "&lt;", "<table background=http://x>",
    "<base href=//x>", "<meta http-equiv=refresh content=0>", "<iframe srcdoc='", "<form action=//x>", "<noscript>",
    "text", "<link href=//x>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_nothing_acts_whatever_is_put_together(pieces: list[str]) -> None:
    shown = body("".join(pieces))

    assert not re.search(r"<(script|style|svg|math|iframe|base|meta|form|link|object)", shown, re.IGNORECASE)
    assert not re.search(r"<[^>]*\s(on\w+|style|background|srcset|action)\s*=", shown, re.IGNORECASE)
    assert "http://x" not in re.sub(r">[^<]*<", "><", f">{shown}<")
