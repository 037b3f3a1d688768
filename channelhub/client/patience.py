"""When a call is made again, and when its caller is told instead."""

from dataclasses import dataclass
from typing import Any

from channelhub.client.calling import Call
from channelhub.client.problems import HubProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """A hub that is busy is asked again: `tries` times at most in all, after waits of together `wait_s` at most."""

    tries: int = 4
    wait_s: float = 30.0


def wait_before_next(
    patience: Patience, call: Call[Any], *, problem: HubProblem, tried: int, waited_s: float
) -> float | None:
    """Seconds until the call is made again; None where its caller hears the problem.

    `tried`: how often it was made; `waited_s`: how long was waited before. Only what does nothing twice is made again:
    never a PATCH, a POST because it has a key or names what it brings.
    """
    after_s = problem.retry_after_s
    is_under_way = problem.status == 409 and call.method == "POST" and after_s is not None  # the same key
    if call.method == "PATCH" or tried >= patience.tries or not (problem.status in (429, 503) or is_under_way):
        return None
    wait_s = float(2 ** (tried - 1)) if after_s is None else after_s
    return wait_s if waited_s + wait_s <= patience.wait_s else None
