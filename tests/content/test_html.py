"""HTML comes out safe, its words come out whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content import html
from channelhub.content.markup import MAX_ATTRIBUTES, rewritten

ACTIVE = re.compile(
    r"(?i)<\s*(script|iframe|object|embed|form|base|meta|link|style|svg|math)|\son\w+\s*=|javascript:|srcdoc"
)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>kept",
        "<img src=x onerror=alert(1)>kept",
        "<a href='java\tscript:alert(1)'>kept</a>",
        "<svg><animate onbegin=alert(1) attributeName=x></svg>kept",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext></math>kept",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>kept",
        "<form action=//x.example><input name=p></form>kept",
        "<base href=//x.example><link rel=stylesheet href=x><meta http-equiv=refresh content=0>kept",
        "<scr<script>ipt>alert(1)</scr</script>ipt>kept",
        "<div style='background:url(javascript:alert(1))'>kept</div>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>kept",
    ],
)
def test_nothing_active_survives_and_words_do(markup: str) -> None:
    page = html.read(markup)

    assert not ACTIVE.search(page.safe)
    assert "kept" in page.safe


def test_words_come_line_by_line() -> None:
    page = html.read(
        "<html><head><title>no</title><style>no</style></head><body><h1>Заказ</h1><p>Не пришёл<br>совсем.</p>"
        "<ul><li>раз</li><li>два</li></ul><table><tr><td>a</td><td>b</td></tr></table>&lt;tag&gt;&nbsp;end</body>"
    )

    assert page.text.split("\n") == [
        "Заказ",
        "",
        "Не пришёл",
        "совсем.",
        "",
        "раз",
        "два",
        "",
        "a",
        "b",
        "",
        "<tag> end",
    ]


def test_preformatted_lines_are_kept() -> None:
    assert html.read("<pre>a\n  b\n</pre>").text == "a\nb"


@pytest.mark.parametrize(
    "markup", ["<p>x</p>" * 6000, "<p>" + "x" * 2_000_001, "&amp;" * 60_000 + "x"], ids=["tags", "chars", "references"]
)
def test_too_much_markup_leaves_only_its_words(markup: str) -> None:
    page = html.read(markup)

    assert page.safe == ""
    assert page.text.endswith("x")
    assert "<p>" not in page.text


def test_attributes_beyond_the_limit_are_dropped_before_a_tree_is_built() -> None:
    markup = "<a " + "".join(f"a{n}=1 " for n in range(5000)) + "href='/x'>words</a>"

    assert rewritten(markup).count("=") == MAX_ATTRIBUTES
    assert html.read(markup).text == "words"


def test_rewriting_keeps_values_and_texts() -> None:
    markup = '<a href=\'/?a=1&amp;b="2"\' title=x>1 < 2</a><!-- <b> --><br/><script><i></script><img alt="a>b">'

    assert rewritten(markup) == (
        '<a href="/?a=1&amp;b=&quot;2&quot;" title="x">1 &lt; 2</a><br><script></script><img alt="a&gt;b">'
    )


@given(st.text(alphabet=st.sampled_from("<>/!-=\"' abscriptylediv&;\n"), max_size=200))
def test_any_markup_is_read(markup: str) -> None:
    page = html.read(markup)

    assert not ACTIVE.search(page.safe.replace("&lt;", ""))
    assert isinstance(html.strip(markup), str)
    assert rewritten(rewritten(markup)) == rewritten(markup)
