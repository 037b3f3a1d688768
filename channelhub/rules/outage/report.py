"""What outage detection is told, and what it answers."""

from dataclasses import dataclass, field

from channelhub.content.features import Features
from channelhub.domain.outages import OutageState
from channelhub.rules.outage.reasons import Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One message of a customer. `message_id` is unique and may name an outage later.

    `origin` is where an unverified sender came from (see `domain.people.Sender.origin`); empty counts as one origin
    for the whole channel. A backfilled report moves the usual rates of its own time and raises nothing.
    """

    message_id: int
    at_us: int
    customer: int
    channel: str
    origin: str = ""
    is_verified: bool = False
    is_automatic: bool = False
    is_backfill: bool = False
    features: Features = field(default_factory=Features)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """Different customers report the same thing. `outage_id` is the id of the message that made it certain."""

    outage_id: int
    at_us: int
    members: tuple[int, ...]  # message ids, oldest first
    customers: int
    score: float  # of the evidence, see rules.outage.thresholds
    label: str
    reasons: Reasons
    why: tuple[Reasons, ...]  # of each member, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A later message belongs to an open outage."""

    outage_id: int
    at_us: int
    message_id: int
    reasons: Reasons
    score: float = 0.0  # the strongest evidence for the outage by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The distinct customers of an open outage doubled since the last time."""

    outage_id: int
    at_us: int
    customers: int
    reasons: Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Two outages proved to be one: all members of `outage_id` are now of `into_id`, the older."""

    outage_id: int
    into_id: int
    at_us: int
    reasons: Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """It is over: a person said so, or nobody reported it for the quiet time."""

    outage_id: int
    at_us: int
    reasons: Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A person said that it is mended or over, but reports go on: it is in `state` again."""

    outage_id: int
    at_us: int
    state: OutageState
    customers: int
    reasons: Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """A person has merged, split or moved its reports: what follows from its size is looked at again."""

    outage_id: int
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """Monitoring has said something new: what the rules make of it is looked at for every suspected outage."""

    at_us: int


Decision = Suspected | Joined | Grown | Merged | Resolved | Returned | Regrouped
Step = Decision | Alerted  # what the stream brings about
