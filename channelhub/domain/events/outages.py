"""Events of outages: problems that many customers report at once."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from channelhub.domain.events.payload import EventType, Moment, OutageId, Payload, Version
from channelhub.domain.outages import OutageState


class OutageData(Payload, frozen=True, kw_only=True):
    """An outage as it stands after what happened. Its title, customers' own sentences, stays in the hub."""

    outage_id: OutageId
    state: Annotated[OutageState, msgspec.Meta(description="Where it stands.")]
    terms: Annotated[list[str], msgspec.Meta(description="What it is about: single words that customers share.")]
    reasons: Annotated[list[str], msgspec.Meta(description="Why it was noticed and changed, in English sentences.")]
    began_at: Annotated[Moment, msgspec.Meta(description="Its first report.")]
    version: Version
    level: (
        Annotated[str, msgspec.Meta(description="The highest escalation level reached, where there is one.")]
        | UnsetType
    ) = UNSET
    customers: (
        Annotated[int, msgspec.Meta(ge=0, description="Different customers so far, where they were counted.")]
        | UnsetType
    ) = UNSET
    into_id: (
        Annotated[str, msgspec.Meta(description="Digits, to be kept as text: the other outage of a merge or split.")]
        | UnsetType
    ) = UNSET
    actor: Annotated[str, msgspec.Meta(description="Who did it, where it was a person.")] | UnsetType = UNSET


class OutageSuspected(OutageData, frozen=True, kw_only=True):
    """More customers report the same than chance explains."""

    TYPE: ClassVar[str] = "outage.suspected"


class OutageConfirmed(OutageData, frozen=True, kw_only=True):
    """A suspected outage is one, or one goes on after a fix."""

    TYPE: ClassVar[str] = "outage.confirmed"


class OutageGrown(OutageData, frozen=True, kw_only=True):
    """An outage has many more customers than when it was last told of."""

    TYPE: ClassVar[str] = "outage.grown"


class OutageEscalated(OutageData, frozen=True, kw_only=True):
    """An outage has reached a configured level of size: `level` names it."""

    TYPE: ClassVar[str] = "outage.escalated"


class OutageMonitoring(OutageData, frozen=True, kw_only=True):
    """The cause is said to be mended; it is watched whether reports go on."""

    TYPE: ClassVar[str] = "outage.monitoring"


class OutageResolved(OutageData, frozen=True, kw_only=True):
    """An outage is over."""

    TYPE: ClassVar[str] = "outage.resolved"


class OutageReopened(OutageData, frozen=True, kw_only=True):
    """A resolved outage has come back. An event with its present state follows."""

    TYPE: ClassVar[str] = "outage.reopened"


class OutageDismissed(OutageData, frozen=True, kw_only=True):
    """A person says that it is none."""

    TYPE: ClassVar[str] = "outage.dismissed"


class OutageMerged(OutageData, frozen=True, kw_only=True):
    """An outage is part of another one, `into_id`, and is no longer told of by itself."""

    TYPE: ClassVar[str] = "outage.merged"


class OutageSplit(OutageData, frozen=True, kw_only=True):
    """Some reports of an outage are a matter of their own, `into_id`; events with its state follow."""

    TYPE: ClassVar[str] = "outage.split"


class OutageChanged(OutageData, frozen=True, kw_only=True):
    """A person moved a report into an outage or out of it."""

    TYPE: ClassVar[str] = "outage.changed"


_STATES: dict[OutageState, type[OutageData]] = {
    OutageState.SUSPECTED: OutageSuspected,
    OutageState.CONFIRMED: OutageConfirmed,
    OutageState.MONITORING: OutageMonitoring,
    OutageState.RESOLVED: OutageResolved,
    OutageState.DISMISSED: OutageDismissed,
}


def entered(state: OutageState) -> type[OutageData]:
    """What tells that an outage is in `state` now. Nothing tells of an emerging one: that is a KeyError."""
    return _STATES[state]


def _example(payload: type[OutageData], state: OutageState, *, version: int) -> OutageData:
    return payload(
        outage_id="40963",
        state=state,
        terms=["оплата", "картка", "apple"],
        reasons=[
            "17 customers within 20 minutes; 0.8 were to be expected",
            "they share the words оплата, картка, apple",
        ],
        began_at=datetime(2026, 3, 2, 8, 51, 40, tzinfo=UTC),
        version=version,
        customers=17,
    )


TYPES = (
    EventType(
        payload=OutageSuspected,
        when="When the hub's own detection raises one, or one is split off.",
        example=_example(OutageSuspected, OutageState.SUSPECTED, version=1),
    ),
    EventType(
        payload=OutageConfirmed,
        when="When a person or a rule that was switched on confirms it, and when reports go on after a fix.",
        example=_example(OutageConfirmed, OutageState.CONFIRMED, version=2),
    ),
    EventType(
        payload=OutageGrown,
        when="Each time the number of customers has doubled since the last such event.",
        example=_example(OutageGrown, OutageState.CONFIRMED, version=2),
    ),
    EventType(
        payload=OutageEscalated,
        when="Once for each level of `[outages]` in the configuration that it reaches.",
        example=msgspec.structs.replace(_example(OutageEscalated, OutageState.CONFIRMED, version=3), level="major"),
    ),
    EventType(
        payload=OutageMonitoring,
        when="When a person says so.",
        example=_example(OutageMonitoring, OutageState.MONITORING, version=4),
    ),
    EventType(
        payload=OutageResolved,
        when="When a person says so, or after 24 quiet hours.",
        example=_example(OutageResolved, OutageState.RESOLVED, version=5),
    ),
    EventType(
        payload=OutageReopened,
        when="When the same reports come again within two hours after its end.",
        example=_example(OutageReopened, OutageState.CONFIRMED, version=6),
    ),
    EventType(
        payload=OutageDismissed,
        when="When a person dismisses it; its words are silent for a while.",
        example=msgspec.structs.replace(
            _example(OutageDismissed, OutageState.DISMISSED, version=2), actor="agent:Olena"
        ),
    ),
    EventType(
        payload=OutageMerged,
        when="When a person or the hub finds that two are one matter.",
        example=msgspec.structs.replace(_example(OutageMerged, OutageState.RESOLVED, version=3), into_id="38912"),
    ),
    EventType(
        payload=OutageSplit,
        when="When a person takes reports out of it as another one, or takes back a merge.",
        example=msgspec.structs.replace(_example(OutageSplit, OutageState.CONFIRMED, version=3), into_id="41984"),
    ),
    EventType(
        payload=OutageChanged,
        when="When a person does so.",
        example=msgspec.structs.replace(_example(OutageChanged, OutageState.CONFIRMED, version=3), actor="agent:Olena"),
    ),
)
