"""How many posts of an account are taken in a minute."""


class Allowance:
    """A bucket of `per_minute` posts, refilled evenly; 0 for any number."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left = float(per_minute)
        self._seen_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Take one; 0 when there was one, else the seconds until there will be one."""
        if not self._per_minute:
            return 0.0
        per_s = self._per_minute / 60
        self._left = min(float(self._per_minute), self._left + max(0.0, now_s - self._seen_s) * per_s)
        self._seen_s = now_s
        if self._left < 1:
            return (1 - self._left) / per_s
        self._left -= 1
        return 0.0
