"""Whether a message asks for an answer, and which incident it belongs to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from channelhub.domain.inbound import Automatic, Direction
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.rules import ownership, subjects

SPAM_SCORE = 0.9  # from here on a message is kept and shown, but nobody is made to answer it
NOT_SPAM = "not-spam"  # a message's mark: a person said so, whatever its bytes look like
SAME_PROBLEM = 0.3  # share of common words from which two contacts of one customer are about one thing
SAME_PROBLEM_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A registered contact. `id` is the id of the message that opened it; `state_times` maps states to first times."""

    id: int
    number: int
    identity_id: int
    conversation_id: int
    state: IncidentState
    version: int
    priority: Priority
    priority_reasons: tuple[str, ...]
    subject: str
    language: str
    opened_us: int
    changed_us: int
    service: str = ""
    assignee: str = ""
    order_id: str = ""
    terms: tuple[str, ...] = ()
    state_times: dict[str, int] = field(default_factory=dict)
    account: str = ""
    channel: str = ""
    is_snoozed: bool = False
    snoozed_until_us: int | None = None  # None while it is snoozed: until the customer writes


def awake(one: Incident) -> Incident:
    """It, no longer snoozed: the customer wrote, our answer failed, it is over, or its time came."""
    return replace(one, is_snoozed=False, snoozed_until_us=None) if one.is_snoozed else one


class Judged(Protocol):
    """What of a message says whether it wants an answer: as it was read, or as it is stored."""

    @property
    def direction(self) -> str: ...

    @property
    def automatic(self) -> Automatic: ...

    @property
    def spam_score(self) -> float: ...


def wants_answer(message: Judged, *, is_blocked: bool, is_history: bool, marks: Collection[str] = ()) -> bool:
    """Automatic mail, spam, blocked senders, our own words and old imports open no incident."""
    return (
        message.direction == Direction.IN
        and not ownership.is_ours(marks)
        and not message.automatic.is_any
        and not is_blocked
        and not is_history
        and message.spam_score < SPAM_SCORE
    )


def find(
    candidates: Sequence[Incident],
    *,
    conversation_ids: Collection[int],
    terms: Collection[str],
    order_id: str,
    at_us: int,
    new_subject: str = "",
) -> Incident | None:
    """The open incident a message continues: its conversation's, else the customer's on the same problem.

    `conversation_ids` are its conversation and those linked to it. With `new_subject`, the thread goes on under
    another subject: that is another matter, unless an incident of the thread has this subject or its words are about
    the same thing.
    """
    is_open = [one for one in candidates if one.state.is_open]
    same_thread = [one for one in is_open if one.conversation_id in conversation_ids]
    if new_subject:
        wanted = subjects.known_as(new_subject)
        same_thread = [
            one
            for one in same_thread
            if subjects.known_as(one.subject) == wanted or likeness(one, terms=terms, order_id=order_id) >= SAME_PROBLEM
        ]
    if same_thread:
        return max(same_thread, key=lambda one: (one.opened_us, one.id))
    recent = [one for one in is_open if at_us - one.changed_us <= SAME_PROBLEM_DAYS * 86_400_000_000]
    alike = [(likeness(one, terms=terms, order_id=order_id), one.opened_us, one.id, one) for one in recent]
    best = max(alike, default=None, key=lambda scored: scored[:3])
    return best[3] if best and best[0] >= SAME_PROBLEM else None


def likeness(incident: Incident, *, terms: Collection[str], order_id: str) -> float:
    """0 … 1: how much a message is about the same thing. Naming the same order settles it."""
    if order_id and incident.order_id:
        return 1.0 if order_id == incident.order_id else 0.0
    own, other = set(incident.terms), set(terms)
    return len(own & other) / len(own | other) if own and other else 0.0
