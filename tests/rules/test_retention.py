from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.retention import forget_before_us, last_to_forget

ROWS = st.lists(st.integers(0, 50), max_size=20).flatmap(
    lambda times: st.lists(st.integers(1, 60), min_size=len(times), max_size=len(times), unique=True).map(
        lambda ids: list(zip(sorted(ids), times, strict=True))
    )
)


@given(ROWS, st.integers(0, 50), st.integers(0, 61))
def test_only_a_beginning_of_old_rows_that_nobody_needs_goes(
    rows: list[tuple[int, int]], before_us: int, needed_from: int
) -> None:
    last = last_to_forget(rows, before_us=before_us, needed_from_id=needed_from)
    gone = [row for row in rows if last is not None and row[0] <= last]
    stays = rows[len(gone) :]

    assert all(at_us < before_us and row_id < needed_from for row_id, at_us in gone)
    assert not stays or stays[0][1] >= before_us or stays[0][0] >= needed_from


def test_for_ever_is_for_ever() -> None:
    assert forget_before_us(10**18, 0) is None
    assert forget_before_us(86_400_000_000 * 5, 3) == 86_400_000_000 * 2
