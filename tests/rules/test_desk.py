"""Incidents, their states and priorities, times and acknowledgements."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from channelhub.domain.inbound import Automatic, Content, Direction, NewMessage
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.people import Sender
from channelhub.rules import acknowledgement, delays, lifecycle
from channelhub.rules.incident import SAME_PROBLEM_DAYS, SPAM_SCORE, Incident, find, wants_answer
from channelhub.rules.lifecycle import TransitionRefused
from channelhub.rules.priority import assess

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY_US = 86_400_000_000
S = IncidentState
MESSAGE = NewMessage(external_id="m", sender=Sender(), content=Content(text="it broke"))


def incident(number: int, **changes: object) -> Incident:
    made = Incident(
        id=number, number=number, identity_id=1, conversation_id=number, state=S.NEW, version=1,
        priority=Priority.NORMAL, priority_reasons=(), subject="", language="en", opened_us=number, changed_us=number,
        terms=("green", "lamp", "broken"),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"direction": Direction.OUT}, {}),
        ({"automatic": Automatic(is_list=True)}, {}),
        ({"spam_score": SPAM_SCORE}, {}),
        ({}, {"is_blocked": True}),
        ({}, {"is_history": True}),
    ],
)
def test_only_a_persons_live_message_wants_an_answer(changes: dict[str, object], more: dict[str, bool]) -> None:
    asked = {"is_blocked": False, "is_history": False}

    assert wants_answer(MESSAGE, **asked)
    assert not wants_answer(replace(MESSAGE, **changes), **(asked | more))  # type: ignore[arg-type]


def test_the_conversations_incident_comes_before_a_better_match() -> None:
    own, other = incident(1, terms=("nothing",)), incident(2)
    joined = find([own, other], conversation_ids={1}, terms=("green", "lamp", "broken"), order_id="", at_us=5)

    assert joined is own


def test_the_same_problem_joins_across_conversations_and_another_does_not() -> None:
    known = [incident(1), incident(2, state=S.CLOSED)]

    assert find(known, conversation_ids={9}, terms=("lamp", "green"), order_id="", at_us=5) is known[0]
    assert find(known, conversation_ids={9}, terms=("invoice", "please"), order_id="", at_us=5) is None
    assert find(known, conversation_ids={9}, terms=(), order_id="", at_us=5) is None


def test_the_same_order_is_the_same_problem_and_another_order_is_not() -> None:
    known = [incident(1, order_id="17")]

    assert find(known, conversation_ids={9}, terms=("other",), order_id="17", at_us=5) is known[0]
    assert find(known, conversation_ids={9}, terms=known[0].terms, order_id="18", at_us=5) is None


def test_a_closed_or_long_silent_incident_is_not_joined_by_likeness() -> None:
    late_us = SAME_PROBLEM_DAYS * DAY_US + 5

    assert find([incident(1, state=S.RESOLVED)], conversation_ids={1}, terms=("lamp",), order_id="", at_us=5) is None
    words = ("green", "lamp", "broken")
    assert find([incident(1)], conversation_ids={9}, terms=words, order_id="", at_us=late_us) is None
    assert find([incident(1)], conversation_ids={1}, terms=(), order_id="", at_us=late_us) is not None


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_the_matrix_allows_what_it_names_and_says_what_else_it_has(before: S, after: S) -> None:
    if after in lifecycle.ALLOWED[before]:
        lifecycle.check(before, after)
    else:
        with pytest.raises(TransitionRefused, match="it can become"):
            lifecycle.check(before, after)

    assert before not in lifecycle.ALLOWED[before]


def test_every_state_can_be_reached_and_left_and_only_reopening_opens_again() -> None:
    reachable, frontier = {S.NEW}, [S.NEW]
    while frontier:
        for after in lifecycle.ALLOWED[frontier.pop()] - reachable:
            reachable.add(after)
            frontier.append(after)

    assert reachable == set(S)
    assert all(lifecycle.ALLOWED[state] for state in S)
    for state in (S.RESOLVED, S.CLOSED):
        assert {after for after in lifecycle.ALLOWED[state] if after.is_open} == {S.REOPENED}
    assert not any(S.NEW in allowed for allowed in lifecycle.ALLOWED.values())


def test_writing_moves_an_incident() -> None:
    assert lifecycle.on_customer_message(S.WAITING) is S.IN_PROGRESS
    assert lifecycle.on_customer_message(S.NEW) is S.NEW
    assert lifecycle.on_reply(S.NEW) is lifecycle.on_reply(S.REOPENED) is S.ACKNOWLEDGED
    assert lifecycle.on_reply(S.IN_PROGRESS) is S.IN_PROGRESS


def test_priority_grows_with_trouble_outages_and_repeats_and_says_why() -> None:
    plain = assess(problem=0, open_outages=0, repeats=0)
    trouble = assess(problem=0.5, open_outages=0, repeats=1)
    worst = assess(problem=1, open_outages=2, repeats=9)

    assert (plain.priority, trouble.priority, worst.priority) == (Priority.NORMAL, Priority.HIGH, Priority.CRITICAL)
    assert (len(plain.reasons), len(trouble.reasons), len(worst.reasons)) == (1, 1, 3)


@pytest.mark.parametrize(
    ("sent", "is_vouched", "shown"),
    [
        (None, False, NOW),
        (NOW - timedelta(hours=5), False, NOW - timedelta(hours=5)),
        (NOW - timedelta(days=400), False, NOW - timedelta(days=30)),
        (NOW + timedelta(days=2), False, NOW),
        (NOW - timedelta(days=400), True, NOW - timedelta(days=400)),
    ],
)
def test_a_time_nobody_vouches_for_is_clamped(sent: datetime | None, is_vouched: bool, shown: datetime) -> None:
    assert delays.timeline_at(sent_at=sent, received_at=NOW, is_vouched=is_vouched) == shown


def test_history_keeps_its_time_however_old_but_is_not_of_the_future() -> None:
    old = NOW - timedelta(days=4000)

    assert delays.timeline_at(sent_at=old, received_at=NOW, is_vouched=False, is_backfill=True) == old
    assert (
        delays.timeline_at(sent_at=NOW + timedelta(days=1), received_at=NOW, is_vouched=False, is_backfill=True) == NOW
    )


def test_only_old_backfill_is_history() -> None:
    day = timedelta(hours=24)

    assert delays.is_history(is_backfill=True, at=NOW - day - timedelta(seconds=1), received_at=NOW)
    assert not delays.is_history(is_backfill=True, at=NOW - day, received_at=NOW)
    assert not delays.is_history(is_backfill=False, at=NOW - 9 * day, received_at=NOW)


def test_an_acknowledgement_is_once_for_a_conversation_and_utc_day_and_never_for_machines() -> None:
    late = datetime(2026, 3, 3, 1, 0, tzinfo=UTC).astimezone()
    due = {"can_send": True, "is_enabled": True, "has_incident": True}

    assert acknowledgement.key(7, NOW) == acknowledgement.key(7, NOW + timedelta(hours=14))
    assert acknowledgement.key(7, NOW) != acknowledgement.key(7, late)
    assert acknowledgement.key(7, NOW) != acknowledgement.key(8, NOW)
    assert acknowledgement.is_due(is_automatic=False, **due)
    for name in due:
        assert not acknowledgement.is_due(is_automatic=False, **(due | {name: False}))
    assert not acknowledgement.is_due(is_automatic=True, **due)
