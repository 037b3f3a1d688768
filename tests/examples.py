"""How many examples a property is tried with: all in `make test`, fewer in `make check`, which people wait for."""

from hypothesis import HealthCheck, settings

USUAL = settings.get_profile("default").max_examples
#: The profile of `make check`: `--hypothesis-profile=quick`.
QUICK = "quick"
QUICK_EXAMPLES = 15


def register_quick() -> None:
    """Make the profile known to hypothesis, before it is chosen. It says nothing of time: several workers share it."""
    settings.register_profile(
        QUICK, max_examples=QUICK_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def examples(full: int) -> int:
    """`full` in proportion to what a property without a number of its own is tried with now."""
    return max(1, full * settings().max_examples // USUAL)
