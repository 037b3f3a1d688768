from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.incidents import IncidentState
from channelhub.rules.retention import (
    Aged,
    Limit,
    MessageRule,
    Verdict,
    forget_before_us,
    last_to_forget,
    limits,
    verdict,
)

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


def rule(account: str = "", channel: str = "", days: int = 30, *, keep_open: bool = True) -> MessageRule:
    return MessageRule(account=account, channel=channel, days=days, keep_open=keep_open)


def test_the_first_rule_that_fits_an_account_counts() -> None:
    day_us = 86_400_000_000
    found = limits(
        [rule("bot", days=40), rule(channel="email", days=50, keep_open=False)],
        {"bot": "telegram", "mail": "email", "form": "form"},
        now_us=100 * day_us,
    )

    assert found == (
        Limit(account="bot", before_us=60 * day_us, keep_open=True),
        Limit(account="mail", before_us=50 * day_us, keep_open=False),
    )


AGED = st.builds(
    Aged,
    id=st.just(1),
    account=st.just("mail"),
    received_us=st.integers(0, 20),
    incident_id=st.just(7),
    state=st.sampled_from(IncidentState) | st.none(),
    changed_us=st.integers(0, 20),
    newest_us=st.integers(0, 20),
)


@given(AGED, st.integers(0, 20), st.booleans())
def test_nothing_young_goes_and_nothing_open_that_is_to_be_kept(one: Aged, before_us: int, keep_open: bool) -> None:
    said = verdict(one, Limit(account="mail", before_us=before_us, keep_open=keep_open))
    is_old = one.received_us < before_us

    assert (said is Verdict.YOUNG) or is_old
    if not keep_open:
        assert (said is Verdict.GOES) == is_old
    elif said is Verdict.GOES and one.state is not None:
        assert not one.state.is_open
        assert max(one.changed_us, one.newest_us) < before_us
    elif said is Verdict.OPEN:
        assert one.state is not None
        assert one.state.is_open
