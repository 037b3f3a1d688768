"""When a message that could not be handed over is tried again."""

SCHEDULE_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0)
MAX_ATTEMPTS = len(SCHEDULE_S) + 1


def next_try_s(attempts: int, *, asked_s: float | None) -> float:
    """Seconds until the next try after `attempts` earlier ones; never sooner than the channel asked for."""
    return max(SCHEDULE_S[min(attempts, len(SCHEDULE_S) - 1)], asked_s or 0.0)
