"""What is learned of how and when somebody writes, and when nothing is said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.habits import LEAST_MESSAGES, Days, Tally, Window, habits, hour_of_week, together

KYIV = ZoneInfo("Europe/Kyiv")
WINTER = datetime(2026, 12, 1, tzinfo=UTC)


def evening(days: range, count: int) -> Tally:
    """So many messages at 18:30 in Kyiv, in winter, of each day of the week."""
    return Tally(channels={"telegram": count * len(days)}, hours={day * 24 + 16: count for day in days})


def test_below_the_least_of_evidence_nothing_is_known() -> None:
    few = habits(Tally(channels={"email": LEAST_MESSAGES - 1}, hours={5: LEAST_MESSAGES - 1}), zone=KYIV, now=WINTER)

    assert (few.channel, few.window, few.messages) == (None, None, LEAST_MESSAGES - 1)


def test_the_channel_of_most_messages_is_preferred_unless_there_is_none() -> None:
    def channel(**counts: int) -> str | None:
        return habits(Tally(channels=counts, hours={}), zone=KYIV, now=WINTER).channel

    assert channel(telegram=3, email=2) == "telegram"
    assert channel(telegram=3, email=3) is None
    assert channel(telegram=4, email=3, sms=3) is None


def test_the_best_time_is_in_the_hubs_zone_and_says_which_days() -> None:
    def window(tally: Tally, now: datetime = WINTER) -> Window | None:
        return habits(tally, zone=KYIV, now=now).window

    assert window(evening(range(5), 4)) == Window(days=Days.WEEKDAYS, since=17, until=20)
    assert window(evening(range(5, 7), 6)) == Window(days=Days.WEEKEND, since=17, until=20)
    assert window(evening(range(7), 1)) == Window(days=Days.ANY, since=17, until=20)
    assert window(evening(range(5), 4), datetime(2026, 7, 1, tzinfo=UTC)) == Window(
        days=Days.WEEKDAYS, since=18, until=21
    )


def test_messages_at_any_hour_have_no_best_time() -> None:
    assert (
        habits(Tally(channels={"email": 48}, hours=dict.fromkeys(range(48), 1)), zone=KYIV, now=WINTER).window is None
    )


def test_the_hour_of_the_week_begins_on_monday() -> None:
    assert hour_of_week(datetime(2026, 11, 23, 0, 5, tzinfo=UTC)) == 0
    assert hour_of_week(datetime(2026, 11, 29, 23, 5, tzinfo=UTC)) == 167


tallies = st.builds(
    lambda hours, wrote, spoke: Tally(
        channels={"email": sum(hours.values())} if hours else {}, hours=hours, wrote_us=wrote, spoke_us=spoke
    ),
    st.dictionaries(st.integers(0, 167), st.integers(1, 50), max_size=20),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 9),
)


@given(st.lists(tallies, max_size=5), st.randoms())
def test_identities_add_up_to_the_same_in_any_order(some: list[Tally], chance: object) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = together(some), together(shuffled)
    known = habits(one, zone=KYIV, now=WINTER)

    assert one == other
    assert known == habits(other, zone=KYIV, now=WINTER)
    assert (known.window is None) or known.messages >= LEAST_MESSAGES
