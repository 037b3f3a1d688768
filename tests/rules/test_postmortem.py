"""How long an outage took, and its course in order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage.postmortem import Moment, Step, course, spans

STEPS = st.lists(
    st.builds(
        Step, at_us=st.integers(0, 3), moment=st.sampled_from(list(Moment)), word=st.sampled_from(["", "a", "b"])
    ),
    max_size=6,
)


def test_each_part_is_measured_between_its_moments() -> None:
    found = spans(first_us=100, suspected_us=160, confirmed_us=220, telling_us=300, over_us=1000)

    assert (found.to_detect_us, found.to_confirm_us, found.to_notice_us, found.to_resolve_us) == (60, 60, 80, 900)


def test_what_never_came_has_no_time() -> None:
    found = spans(first_us=None, suspected_us=160, confirmed_us=None, telling_us=300, over_us=None)

    assert (found.to_detect_us, found.to_confirm_us, found.to_notice_us, found.to_resolve_us) == (None,) * 4


def test_a_moment_out_of_order_takes_no_negative_time() -> None:
    assert spans(first_us=200, suspected_us=160, confirmed_us=None, telling_us=None, over_us=None).to_detect_us == 0


@given(steps=STEPS)
def test_the_course_is_the_same_whatever_order_the_steps_were_found_in(steps: list[Step]) -> None:
    first = course(steps)

    assert [one.at_us for one in first] == sorted(one.at_us for one in steps)
    assert all(course(other) == first for other in itertools.islice(itertools.permutations(steps), 30))
