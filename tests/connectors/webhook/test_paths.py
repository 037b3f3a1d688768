"""The path language: what it finds, what it refuses, and that it agrees with a walk by hand."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.webhook.paths import MOST_SEGMENTS, Every, Node, NotAPath, Root, find, path_at, read_path

STORE: Node = {
    "book": [{"title": "a", "price": "8.95"}, {"title": "b"}, "loose"],
    "o'clock": {"a-b": "1", "привіт": "2", "": "3"},
    "none": None,
    "\U0001f382": "cake",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [STORE]),
        ("$.book[0].title", ["a"]),
        ("$.book[-1]", ["loose"]),
        ("$.book[-3].title", ["a"]),
        ("$.book[*].title", ["a", "b"]),
        ("$.book.*.price", ["8.95"]),
        ("$['book'][1][\"title\"]", ["b"]),
        (r"$['o\'clock']['a-b']", ["1"]),
        ('$["o\'clock"].привіт', ["2"]),
        ("$['o\\u0027clock']['']", ["3"]),
        (r"$['\uD83C\uDF82']", ["cake"]),
        ("$.🎂", ["cake"]),
        ("$[ 'book' ][ 0 ][ * ]", ["a", "8.95"]),
        ("$.none", [None]),
        ("$.book[3]", []),
        ("$.book[-4]", []),
        ("$.book.title", []),
        ("$.book['0']", []),
        ("$.none.deeper[0]", []),
        ("$.book[0].title[0]", []),
        ("$[0]", []),
        ("$.absent[*].x", []),
    ],
)
def test_finds_what_the_standard_finds(path: str, found: list[Any]) -> None:
    assert list(find(read_path(path), STORE)) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "book", ".book", "$book", "$.", "$..book", "$.book[", "$.book[]", "$.book[01]", "$.book[-0]", "$.book[1:2]",
        "$.book[?@.price]", "$['a','b']", "$.order-id", "$.1a", "$.a b", "$['a", '$["a\']', r"$['\x41']", r"$['\"']",
        r"$['\uD83C']", r"$['\uDC00\uD800']", "$['a\nb']", "$.book[9999999999]", "$ .book", "$.book ", " $.book",
        "$" + ".a" * (MOST_SEGMENTS + 1), "$['" + "a" * 600 + "']", "@@", "$$",
    ],
)  # fmt: skip
def test_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(NotAPath):
        read_path(text)


def test_says_where_it_begins() -> None:
    assert (read_path("@.a").root, read_path("$.a").root) == (Root.ITEM, Root.BODY)
    assert read_path("$.a[0]").is_single
    assert not read_path("$.a[*]").is_single


def test_ends_where_the_path_ends_in_a_longer_text() -> None:
    path, end = path_at("{$.a[0] | 'x'}", 1)

    assert (path.text, end) == ("$.a[0]", 7)


def test_finds_no_more_than_it_may() -> None:
    many: Node = [["x"] * 50 for _ in range(50)]

    assert len(find(read_path("$[*][*]"), many, most=77)) == 77


names = st.text(max_size=8) | st.sampled_from(["a", "b-c", "'", '"', "\\", "]", "."])
nodes = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@given(nodes, st.data())
def test_a_path_written_for_a_place_leads_to_it(node: Any, data: st.DataObject) -> None:
    text, here, segments = "$", node, []
    while isinstance(here, dict | list) and here and data.draw(st.booleans()):
        if isinstance(here, dict):
            name = data.draw(st.sampled_from(sorted(here)))
            text += f"[{json.dumps(name)}]"
        else:
            name = data.draw(st.integers(-len(here), len(here) - 1))
            text += f"[{name}]"
        segments.append(name)
        here = here[name]
    path = read_path(text)

    assert path.segments == tuple(segments)
    assert list(find(path, node)) == [here]


@given(nodes)
def test_a_wildcard_finds_every_child_and_no_other(node: Any) -> None:
    children = list(node.values()) if isinstance(node, dict) else list(node) if isinstance(node, list) else []

    assert list(find(read_path("$.*"), node)) == children
    assert read_path("$[*]").segments == (Every.ONE,)


@given(st.text(max_size=60) | st.text(alphabet="$@.[]*'\"\\ua0-9 ", max_size=60))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        path = read_path(text)
    except NotAPath:
        return
    assert path.text == text
    assert find(path, STORE) is not None
