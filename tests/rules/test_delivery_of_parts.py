"""What becomes of an answer in several messages, as reports on each come in, in whatever order."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.outbound import SentParts
from channelhub.rules.delivery import state_of_parts, which_part

THREE = SentParts(names=("a", "b", "c"), total=3)
MISSING = SentParts(names=("a", "b"), total=3)
Told = list[tuple[str, S]]
REPORTS = st.lists(
    st.tuples(st.sampled_from(THREE.names), st.sampled_from([S.SENT, S.DELAYED, S.DELIVERED, S.FAILED, S.READ]))
)


@pytest.mark.parametrize(
    ("reported", "state"),
    [
        ([("a", S.DELIVERED), ("b", S.READ)], S.SENT),  # the last isn't there yet
        ([("c", S.DELIVERED)], S.DELIVERED),
        ([("c", S.READ), ("c", S.DELIVERED)], S.READ),
        ([("b", S.FAILED), ("c", S.READ), ("a", S.READ)], S.FAILED),
        ([("b", S.FAILED), ("b", S.READ)], S.SENT),  # who read it, has it
        ([("a", S.DELAYED)], S.DELAYED),
        ([("", S.DELIVERED)], S.DELIVERED),  # said of the whole
        ([("z", S.FAILED)], S.SENT),  # a message of an earlier try
    ],
)
def test_answer_failed_where_a_part_did_and_arrives_with_its_last(reported: Told, state: S) -> None:
    assert state_of_parts(S.SENT, reported, THREE) is state


@given(told=REPORTS, order=st.randoms())
def test_order_of_reports_on_parts_does_not_matter(told: Told, order: Random) -> None:
    shuffled = list(told)
    order.shuffle(shuffled)
    states = []
    for sequence in (told, shuffled):
        state = S.SENT
        for end in range(1, len(sequence) + 1):
            state = state_of_parts(state, sequence[:end], THREE)
        states.append(state)

    assert states == [state_of_parts(S.SENT, told, THREE)] * 2


@pytest.mark.parametrize("status", [S.SENT, S.DELAYED, S.DELIVERED, S.READ])
@pytest.mark.parametrize("name", ["a", "b", "z", ""])
def test_answer_with_missing_parts_stays_uncertain_whatever_the_others_did(name: str, status: S) -> None:
    assert state_of_parts(S.UNCERTAIN, [(name, status)], MISSING) is S.UNCERTAIN
    assert state_of_parts(S.UNCERTAIN, [("a", S.FAILED), (name, status)], MISSING) is (
        S.UNCERTAIN if (name, status) == ("a", S.READ) else S.FAILED
    )


@pytest.mark.parametrize("state", [S.QUEUED, S.SENDING, S.WITHDRAWN])
def test_what_is_not_with_the_channel_is_not_changed_by_reports(state: S) -> None:
    assert state_of_parts(state, [("c", S.FAILED)], THREE) is state


def test_part_is_named_by_its_place() -> None:
    assert which_part("b", MISSING) == "part 2 of 3"
    assert which_part("z", MISSING) == which_part("", SentParts(names=("a", ""), total=2)) == ""


def test_last_part_is_the_last_that_has_a_name() -> None:
    parts = SentParts(names=("a", "b", ""), total=3)

    assert state_of_parts(S.SENT, [("b", S.DELIVERED)], parts) is S.DELIVERED
