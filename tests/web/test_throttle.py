"""How often something may be tried, and how often it may fail."""

from channelhub.web.throttle import WINDOW_S, AttemptLimit, FailureLimit


def test_so_many_tries_then_a_wait_until_the_first_is_long_ago() -> None:
    limit = AttemptLimit(most=2, window_s=60)
    begun = [limit.begin("kate", now_s=now_s) for now_s in (0, 10, 20, 59, 60, 61, 70)]
    other = limit.begin("olena", now_s=20)

    assert begun == [0, 0, 40, 1, 0, 9, 0]
    assert other == 0


def test_a_good_try_does_not_count() -> None:
    limit = AttemptLimit(most=1, window_s=60)
    begun = []
    for _ in range(3):
        begun.append(limit.begin("kate", now_s=0))
        limit.forgive("kate")
    limit.forgive("nobody")

    assert begun == [0, 0, 0]


def test_of_tries_a_bounded_number_of_keys_is_kept() -> None:
    limit = AttemptLimit(most=1, window_s=60, max_keys=3)
    for n in range(10):
        limit.begin(f"login {n}", now_s=0)

    assert len(limit._tries) == 3
    assert limit.begin("login 9", now_s=1) == 59


def test_failures_beyond_the_limit_wait_for_the_minute_to_pass() -> None:
    limit = FailureLimit(per_minute=2, max_origins=3)
    waits = [limit.fail("here", now_s=now_s) for now_s in (0, 10, 20)]
    later = limit.fail("here", now_s=20 + WINDOW_S)
    for n in range(10):
        limit.fail(f"net {n}", now_s=90)

    assert waits == [0, 0, WINDOW_S - 20]
    assert later == 0
    assert len(limit._failures) == 3
