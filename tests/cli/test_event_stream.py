"""The live stream is resumed where it broke: no event is left out or told twice."""

from collections.abc import Iterator
from itertools import islice

import pytest

from channelhub.cli import event_stream
from channelhub.cli.event_stream import EventStream
from channelhub.cli.exits import Failure
from channelhub.cli.remote import RemoteHub
from tests.cli.streaming import Hub, frame, streaming


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(event_stream, "FIRST_WAIT_S", 0.001)
    with streaming() as server:
        yield server


def followed(hub: Hub, count: int, *, after: int | None = None) -> tuple[list[str], list[str]]:
    """The ids of the first events, and what was told beside them."""
    told: list[str] = []
    events = (one for one in EventStream(RemoteHub(hub.url, "t"), after=after, tell=told.append) if one is not None)
    return [one["id"] for one in islice(events, count)], told


def test_a_broken_connection_is_resumed_after_the_last_whole_event(hub: Hub) -> None:
    hub.answers = [frame(7) + frame(8) + frame(9)[:-10], 503, frame(9) + frame(10)]
    found, told = followed(hub, 4)

    assert found == ["7", "8", "9", "10"]
    assert hub.resumed == [None, "8", "8"]
    assert len(told) == 1


def test_a_connection_that_breaks_before_its_first_event_is_resumed_where_it_began(hub: Hub) -> None:
    hub.answers = [b"retry: 2000\nid: 41\n\n", frame(42)]
    found, _ = followed(hub, 1)

    assert found == ["42"]
    assert hub.resumed == [None, "41"]


def test_events_that_are_no_longer_kept_are_told_of(hub: Hub) -> None:
    hub.answers = [b'id: 8\nevent: stream.gap\ndata: {"after":"3","oldest":"9"}\n\n' + frame(9)]
    found, told = followed(hub, 1, after=3)

    assert (found, hub.resumed) == (["9"], ["3"])
    assert told == ["the events after 3 and before 9 are no longer kept"]


def test_a_refused_token_ends_it(hub: Hub) -> None:
    hub.answers = [401]
    with pytest.raises(Failure):
        followed(hub, 1)
    hub.answers = [frame(1), 401, 401]
    with pytest.raises(Failure):
        followed(hub, 2)

    assert hub.answers == []


def test_a_hub_that_does_not_answer_at_first_is_no_reason_to_wait(hub: Hub) -> None:
    address = hub.url
    hub.shutdown()
    hub.server_close()

    with pytest.raises(Failure, match="doesn't answer"):
        next(iter(EventStream(RemoteHub(address, "t"), after=None, tell=print)))
