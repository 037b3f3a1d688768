"""So many messages in a minute, the rest summed up: no event is lost, none counts twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.alerts import EventSummary
from channelhub.rules.event_alerts.pacing import MINUTE_US, Limits, Pacing, admit, summed
from tests.examples import examples

BEGAN_US = 1_772_442_000_000_000
STEPS = st.lists(
    st.tuples(st.sampled_from(["event", "event", "event", "look"]), st.integers(-2_000_000, 90_000_000), st.booleans()),
    max_size=120,
)


def limits(now_us: int, *, per_minute: int = 5, waiting: int = 0) -> Limits:
    return Limits(per_minute=per_minute, waiting=waiting, now_us=now_us)


def burst(count: int, *, waiting: int = 0) -> tuple[Pacing, int]:
    """What a thousand events within a second come to: the minute and the messages."""
    pacing, told = Pacing(), 0
    for number in range(count):
        pacing, is_told = admit(
            pacing, "message.received", at_us=BEGAN_US + number, limits=limits(BEGAN_US, waiting=waiting)
        )
        told += is_told
    return pacing, told


def test_a_burst_is_a_few_messages_and_one_summary() -> None:
    pacing, told = burst(1000)
    early = summed(pacing, limits(BEGAN_US + MINUTE_US - 1))
    ended = summed(pacing, limits(BEGAN_US + MINUTE_US))

    assert told == 4
    assert early is None
    assert ended is not None
    assert ended[1].counts == {"message.received": 996}
    assert ended[0].told == 1


def test_nothing_is_added_to_what_a_target_that_is_down_has_waiting() -> None:
    pacing, told = burst(1000, waiting=5)
    still_down = summed(pacing, limits(BEGAN_US + 10 * MINUTE_US, waiting=5))
    up = summed(pacing, limits(BEGAN_US + 10 * MINUTE_US, waiting=4))

    assert (told, still_down) == (0, None)
    assert up is not None
    assert sum(up[1].counts.values()) == 1000


def test_what_follows_an_event_that_waits_waits_too() -> None:
    pacing, _ = burst(5)
    later, is_told = admit(pacing, "connector.down", at_us=BEGAN_US, limits=limits(BEGAN_US + 2 * MINUTE_US))

    assert not is_told
    assert later.held == {"message.received": 1, "connector.down": 1}


def test_a_summary_names_the_most_frequent_first_and_the_time_between() -> None:
    pacing, _ = burst(6)
    pacing, _ = admit(pacing, "connector.down", at_us=BEGAN_US - 7, limits=limits(BEGAN_US))
    ended = summed(pacing, limits(BEGAN_US + MINUTE_US))

    assert ended is not None
    assert list(ended[1].counts.items()) == [("message.received", 2), ("connector.down", 1)]
    assert ended[1].first_at < ended[1].last_at


@given(STEPS, st.integers(2, 7))
@settings(max_examples=examples(200), deadline=None)
def test_every_event_is_told_or_summed_up_once_and_no_minute_has_more_than_allowed(
    steps: list[tuple[str, int, bool]], per_minute: int
) -> None:
    pacing, now_us, told, summaries = Pacing(), BEGAN_US, 0, []
    in_window: dict[int, int] = {}
    count = 0
    for what, wait_us, is_down in steps:
        now_us += wait_us if what == "look" else 0
        now = limits(now_us, per_minute=per_minute, waiting=per_minute if is_down else 0)
        if what == "event":
            count += 1
            pacing, is_told = admit(pacing, f"type.{count % 3}", at_us=now_us, limits=now)
            told += is_told
            in_window[pacing.window_us] = in_window.get(pacing.window_us, 0) + is_told
        elif (ended := summed(pacing, now)) is not None:
            pacing = ended[0]
            summaries.append(ended[1])
            in_window[pacing.window_us] = in_window.get(pacing.window_us, 0) + 1
    summed_up = sum(_total(one) for one in summaries)

    assert told + summed_up + sum(pacing.held.values()) == count
    assert all(messages <= per_minute for messages in in_window.values())
    assert all(one.first_at <= one.last_at for one in summaries)


def _total(one: EventSummary) -> int:
    return sum(one.counts.values())
