"""Templates: alternatives, defaults, headers, braces, and nothing left over of what isn't there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.webhook.paths import Node
from connectors.webhook.templates import NotATemplate, Scope, read_source, read_template

BODY: Node = {
    "first": " Ann ", "last": "Koval", "blank": "  ", "none": None, "paid": True, "sum": "1299.00",
    "tags": ["a", None, "b", {"x": "y"}], "deep": {"a": "b"}, "odd |}'": "odd", "bad": "a\x00b\ud800c",
}  # fmt: skip
ITEM: Node = {"id": "7"}


def scope() -> Scope:
    return Scope(body=BODY, item=ITEM, headers={"x-topic": "orders/paid"})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("support", "support"),
        ("$.first", "Ann"),
        ("{$.first} {$.last}", "Ann Koval"),
        ("{$.first} {$.middle} {$.last}", "Ann  Koval"),
        ("$.absent | $.last", "Koval"),
        ("{ $.blank | $.none | $.deep | $.last }", "Koval"),
        ("{$.absent | 'unknown'}", "unknown"),
        ("{$.absent|'it''s'}", "it's"),
        ("$.absent|'x'", "x"),
        ("order {$.absent}", ""),
        ("order {$.absent | ''}", ""),
        ("order {@.id}", "order 7"),
        ("header:X-Topic", "orders/paid"),
        ("{header:x-topic}/{header:x-absent}", "orders/paid/"),
        ("{$.tags[*]}", "a, b"),
        ("$.deep", ""),
        ("$.paid", "true"),
        ("$.sum", "1299.00"),
        ("{{{$.last}}}", "{Koval}"),
        ("{{no}} slot", "{no} slot"),
        ("{$['odd |}\\'']}", "odd"),
        ("{'$5'}", "$5"),
        ("$.bad", "a\ufffdb\ufffdc"),
    ],
)
def test_fills(text: str, filled: str) -> None:
    assert read_template(text).fill(scope()) == filled


@pytest.mark.parametrize(
    "text",
    ["{", "}", "a } b", "{}", "{$.a", "{$.a b}", "{first}", "$.a and more", "{$.a |}", "{| $.a}", "{'x' | $.a}", "$",
     "{header:}", "header:X Topic", "{$..a}", "x" * 1001, "{$.a}" * 51, "@support"],
)  # fmt: skip
def test_refuses(text: str) -> None:
    if text == "$":
        assert read_template(text).fill(scope()) == ""
        return
    with pytest.raises(NotATemplate):
        read_template(text)


def test_what_finds_nothing_is_told_once_for_each_slot() -> None:
    seen = scope()
    read_template("{$.first} {$.absent | $.none} {$.other | 'x'}").fill(seen)

    assert seen.missed == ["$.absent | $.none"]


def test_a_source_is_one_path_or_header() -> None:
    assert scope().values(read_source("header:X-TOPIC")) == ["orders/paid"]
    for text in ("$.a | $.b", "{$.a}", "'x'", "word"):
        with pytest.raises(NotATemplate):
            read_source(text)


@given(st.text(alphabet=st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=50))
def test_text_with_its_braces_doubled_is_itself(text: str) -> None:
    for braced in (text, "{" + text + "}"):
        written = braced.replace("{", "{{").replace("}", "}}")
        if written[:1] not in ("$", "@") and not written.startswith("header:"):
            assert read_template(written).fill(scope()) == braced.strip()


@given(st.text(max_size=80) | st.text(alphabet="{}|'$@.[]*a0 header:", max_size=80))
def test_any_text_is_a_template_or_refused(text: str) -> None:
    try:
        template = read_template(text)
    except NotATemplate:
        return
    assert isinstance(template.fill(scope()), str)


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_is_filled_in_is_never_read_as_a_template(first: str, last: str) -> None:
    seen = Scope(body={"a": first, "b": "{$.a}" + last}, item=None, headers={})
    filled = read_template("{$.b}").fill(seen)

    assert filled.startswith("{$.a}")
