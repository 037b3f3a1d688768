"""Notices of monitoring, in whatever order they come, give one record for each time that an alert fired."""

from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.monitoring import FiredAlert, fired

BLANK = FiredAlert(
    id=0, account="watch", key="k", name="n", severity="", summary="", labels={}, url="", started_us=0, ended_us=None
)


class Book:
    """The records of one alert."""

    def __init__(self) -> None:
        self.records: dict[int, FiredAlert] = {}
        self._ids = count(1)

    def hear(self, started: int, ended: int | None = None, *, knows_start: bool = True) -> bool:
        """Whether that changed anything."""
        told = replace(BLANK, id=next(self._ids), started_us=started, ended_us=ended)
        changed = fired(list(self.records.values()), told, is_start_known=knows_start)
        self.records |= {one.id: one for one in changed}
        return bool(changed)

    @property
    def spans(self) -> list[tuple[int, int | None]]:
        return sorted((one.started_us, one.ended_us) for one in self.records.values())


def test_the_end_finds_its_start() -> None:
    book = Book()
    book.hear(10)
    book.hear(10, 25)

    assert book.spans == [(10, 25)]


def test_a_start_that_comes_after_its_end_opens_nothing() -> None:
    book = Book()
    book.hear(10, 25)

    assert not book.hear(10)
    assert book.spans == [(10, 25)]


def test_the_newest_words_of_an_alert_count_and_its_times_stay() -> None:
    known = replace(BLANK, id=1, started_us=10, ended_us=25, summary="errors at 5 %")
    (changed,) = fired([known], replace(BLANK, id=2, started_us=10, summary="errors at 9 %"), is_start_known=True)

    assert changed == replace(known, summary="errors at 9 %")


def test_a_new_start_ends_what_was_left_open() -> None:
    book = Book()
    book.hear(10)
    book.hear(40)

    assert book.spans == [(10, 40), (40, None)]


def test_a_system_that_repeats_itself_and_names_no_start_gives_one_record() -> None:
    book = Book()
    for at in (10, 12, 14):
        book.hear(at, knows_start=False)
    book.hear(30, 30, knows_start=False)
    book.hear(50, knows_start=False)

    assert book.spans == [(10, 30), (50, None)]


def test_an_end_that_overtook_its_start_is_kept_for_it() -> None:
    book = Book()
    book.hear(30, 30, knows_start=False)
    assert book.spans == [(30, 30)]
    book.hear(10, knows_start=False)

    assert book.spans == [(10, 30)]


_SPANS = st.lists(st.integers(0, 50), unique=True, max_size=8).map(sorted)


@given(_SPANS, st.randoms(use_true_random=False))
def test_starts_and_ends_that_name_each_other_may_come_in_any_order(times: list[int], random: object) -> None:
    pairs = list(zip(times[::2], times[1::2], strict=False))
    notices = [(start, None) for start, _ in pairs] + [(start, end) for start, end in pairs]
    random.shuffle(notices)  # type: ignore[attr-defined]
    book = Book()
    for start, end in notices:
        book.hear(start, end)

    assert book.spans == pairs
    assert not any(book.hear(start, end) for start, end in notices)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=12))
def test_saying_everything_again_changes_nothing_and_no_two_records_share_a_start(
    said: list[tuple[int, bool]],
) -> None:
    book = Book()
    for at, is_end in said:
        book.hear(at, at if is_end else None, knows_start=False)
        assert not book.hear(at, at if is_end else None, knows_start=False)
    starts = [start for start, _ in book.spans]

    assert len(starts) == len(set(starts))
    assert sum(end is None for _, end in book.spans) <= 1
