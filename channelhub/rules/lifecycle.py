"""The state matrix of incidents: which change is allowed (design §7)."""

from channelhub.domain.incidents import IncidentState as S

ALLOWED: dict[S, frozenset[S]] = {
    S.NEW: frozenset({S.ACKNOWLEDGED, S.IN_PROGRESS, S.WAITING, S.RESOLVED, S.CLOSED}),
    S.ACKNOWLEDGED: frozenset({S.IN_PROGRESS, S.WAITING, S.RESOLVED, S.CLOSED}),
    S.IN_PROGRESS: frozenset({S.WAITING, S.RESOLVED, S.CLOSED}),
    S.WAITING: frozenset({S.IN_PROGRESS, S.RESOLVED, S.CLOSED}),
    S.RESOLVED: frozenset({S.CLOSED, S.REOPENED}),
    S.CLOSED: frozenset({S.REOPENED}),
    S.REOPENED: frozenset({S.ACKNOWLEDGED, S.IN_PROGRESS, S.WAITING, S.RESOLVED, S.CLOSED}),
}


class TransitionRefused(Exception):
    """The state matrix has no such change; the text names those it has."""


def check(before: S, after: S) -> None:
    """Raises TransitionRefused when an incident can't go from `before` to `after`."""
    if after not in ALLOWED[before]:
        known = ", ".join(sorted(ALLOWED[before]))
        raise TransitionRefused(f"an incident in state {before} can't become {after}; it can become {known}")


def on_customer_message(state: S) -> S:
    """A customer who writes again ends the waiting for them."""
    return S.IN_PROGRESS if state is S.WAITING else state


def on_reply(state: S) -> S:
    """An agent's answer acknowledges what nobody had taken up."""
    return S.ACKNOWLEDGED if state in (S.NEW, S.REOPENED) else state


def on_undelivered(state: S) -> S:
    """Who never got our answer is not who we wait for."""
    return S.IN_PROGRESS if state is S.WAITING else state
