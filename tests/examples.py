"""How many examples a property is tried with: all in `make test`, fewer in `make check`, which people wait for."""

from hypothesis import HealthCheck, settings

USUAL = settings.get_profile("default").max_examples
#: The profile of `make check`: `--hypothesis-profile=quick`.
QUICK = "quick"
QUICK_EXAMPLES = 15
FULL = "full"


def register_profiles() -> None:
    """Make the profiles known to hypothesis, before one is chosen. Neither limits a time: workers share it."""
    any_time = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(QUICK, any_time, max_examples=QUICK_EXAMPLES)
    settings.register_profile(FULL, any_time)
    settings.load_profile(FULL)


def examples(full: int) -> int:
    """`full` in proportion to what a property without a number of its own is tried with now."""
    return max(1, full * settings().max_examples // USUAL)
