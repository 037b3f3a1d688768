"""Events are read alike however the network cuts them, and a stream knows where it goes on."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.client.frames import LONGEST_WAIT_S, MAX_FRAME_BYTES, Frames, Resumption
from channelhub.client.problems import EventsMissed, HubProblem, NotAHub
from tests.examples import examples

STREAM = (
    "retry: 2000\nid: 41\n\n: still here\n\n"
    'id: 42\r\nevent: outage.suspected\r\ndata: {"id":"42","type":"outage.suspected","data":{"n":"Київ"}}\r\n\r\n'
    'id: 43\nevent: connector.up\ndata: {"id":"43"}\n\nid: 44\nda'
).encode()


def read(*chunks: bytes) -> list[dict[str, str]]:
    frames = Frames()
    return [frame for chunk in chunks for frame in frames.feed(chunk)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
@settings(max_examples=examples(60))
def test_frames_are_the_same_however_they_are_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    found = read(*(STREAM[a:b] for a, b in pairwise(places)))

    assert found == read(STREAM)
    assert [one.get("id") for one in found] == ["41", None, "42", "43"]
    assert "Київ" in found[2]["data"]


def test_a_frame_without_an_end_is_given_up() -> None:
    frames = Frames()
    list(frames.feed(b"x" * MAX_FRAME_BYTES))
    with pytest.raises(NotAHub):
        list(frames.feed(b"x"))


@given(
    st.dictionaries(st.sampled_from(["id", "event", "data"]), st.text() | st.sampled_from(["stream.gap", "{}", "[]"]))
)
@settings(max_examples=examples(200))
def test_whatever_a_frame_holds_is_an_event_or_refused(frame: dict[str, str]) -> None:
    at = Resumption(last_id="7")
    try:
        event = at.taken(frame)
    except (NotAHub, EventsMissed):
        event = None
        assert at.last_id == "7"

    assert at.last_id.isascii()
    assert at.last_id.isdigit()
    assert event is None or isinstance(event, dict)


def test_a_time_says_where_to_begin_until_an_event_is_known() -> None:
    at = Resumption(since=datetime(2026, 3, 2, 9, tzinfo=UTC))
    first = at.call()
    at.taken({"id": "7"})
    again = at.call()

    assert (first.query, "Last-Event-ID" in first.headers) == ({"since": "2026-03-02T09:00:00+00:00"}, False)
    assert (again.query, again.headers["Last-Event-ID"]) == ({}, "7")


def test_waits_grow_and_begin_anew_after_an_event() -> None:
    at = Resumption()
    waits = [at.next_wait() for _ in range(9)]
    at.taken({"id": "1"})

    assert [is_first for _, is_first in waits] == [True] + [False] * 8
    assert waits[-1][0] == LONGEST_WAIT_S
    assert at.next_wait() == waits[0]


def test_a_refused_token_is_tried_again_only_where_there_is_another() -> None:
    at = Resumption(is_known=True)
    refused = HubProblem(status=401)

    assert at.may_pass(refused, "old")
    assert not at.may_pass(refused, "old")
    assert at.may_pass(refused, "new")
    assert not Resumption(is_known=False).may_pass(refused, "old")
    assert not at.may_pass(HubProblem(status=403), "other")
