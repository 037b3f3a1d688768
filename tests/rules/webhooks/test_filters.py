"""An endpoint gets the events it asked for and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.webhooks import Filters
from channelhub.rules.webhooks.filters import Subject, is_of, is_pattern, takes

TYPES = ["outage.suspected", "outage.resolved", "message.received", "outagelike.thing", "connector.down"]


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("outage.suspected", ["outage.suspected"]),
        ("outage.*", ["outage.suspected", "outage.resolved"]),
        ("*", TYPES),
        ("outage", []),
    ],
)
def test_a_pattern_names_types(pattern: str, taken: list[str]) -> None:
    assert [one for one in TYPES if is_of(one, pattern)] == taken


@given(st.sampled_from(TYPES), st.sampled_from(["", "mail", "shop"]), st.sampled_from(["", "vip"]))
def test_without_filters_everything_is_taken_that_is_not_replayed(kind: str, account: str, segment: str) -> None:
    assert takes(Filters(), Subject(type=kind, account=account, segment=segment))
    assert not takes(Filters(), Subject(type=kind, account=account, segment=segment, is_replayed=True))


def test_replayed_events_are_for_those_who_ask() -> None:
    assert takes(Filters(takes_replayed=True), Subject(type="message.received", is_replayed=True))


def test_every_filter_must_fit() -> None:
    filters = Filters(event_types=("message.*", "outage.*"), accounts=("mail",), segments=("vip",))
    fitting = Subject(type="message.received", account="mail", segment="vip")

    assert takes(filters, fitting)
    for other in (
        Subject(type="connector.down", account="mail", segment="vip"),
        Subject(type="message.received", account="shop", segment="vip"),
        Subject(type="message.received", account="mail", segment=""),
    ):
        assert not takes(filters, other)


@pytest.mark.parametrize("text", ["*", "outage.*", "outage.suspected", "a.b.c", "a_b.c1"])
def test_these_can_name_types(text: str) -> None:
    assert is_pattern(text)


@pytest.mark.parametrize("text", ["", "out*", "*.outage", "outage.", ".outage", "Outage.x", "a b", "outage.*.x", "a\n"])
def test_these_can_not(text: str) -> None:
    assert not is_pattern(text)
