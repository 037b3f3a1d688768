"""The customer card as the API shows it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from channelhub.domain.people import Identity, Link, Suggestion
from channelhub.domain.times import from_us
from channelhub.pipeline.card import Card
from channelhub.pipeline.windows import Way
from channelhub.store.outages import Counts
from channelhub.store.reach import Reach
from channelhub.web.views import desk, ways
from channelhub.web.views.clues import ClueView, SuspicionView, clues, suspicion
from channelhub.web.views.desk import IncidentView, OutageView
from channelhub.web.views.known import HabitsView, JourneyView, PromiseView, ToldView
from channelhub.web.views.known import view as known_view
from channelhub.web.views.ratings import RatingView, rating
from channelhub.web.views.timelines import TimelineView, entry, place
from channelhub.web.views.ways import WayView


class CustomerView(msgspec.Struct, frozen=True, kw_only=True):
    """A person. Every id they ever had keeps leading here."""

    id: str
    name: str
    language: str
    segment: str = ""
    attributes: dict[str, str] = {}  # what trusted accounts say of them (POST /customers)


class UnreachableView(msgspec.Struct, frozen=True, kw_only=True):
    """An account that an address' owner blocked. It ends when they unblock it, or write."""

    account: str
    since: datetime


class IdentityView(msgspec.Struct, frozen=True, kw_only=True):
    """One address. `verified`: something better than their own word says that it is theirs. `account` is empty for
    addresses that mean the same everywhere."""

    id: str
    kind: str
    value: str
    shown: str
    name: str
    account: str
    verified: bool
    evidence: str
    shared: bool  # several people's: it joins and suggests nobody
    blocked: bool
    opted_out: bool  # wants no notices about outages
    unreachable: list[UnreachableView]  # our accounts that they blocked: nothing sent by those arrives
    since: datetime


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence that two identities are one person. DELETE /links/{id} takes them apart."""

    id: str
    left_id: str
    right_id: str
    evidence: str
    reason: str
    actor: str
    at: datetime


class SuggestionView(msgspec.Struct, frozen=True, kw_only=True):
    """A connection for a person to accept or reject, the most likely first. `other` is the identity outside this card,
    `score` what the `clues` weigh together, below 1; `reason` says them in English."""

    id: str
    reason: str
    clues: list[ClueView]
    score: float
    other: IdentityView | None
    other_customer_id: str
    at: datetime


class StatsView(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over the whole history."""

    entries: int
    first_at: datetime | None
    last_at: datetime | None
    channels: list[str]


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a customer. `incidents` and `outages` are the open ones. Of more than 50 identities the first
    50 are shown, with their history; `identities_total` says how many there are."""

    customer: CustomerView
    identities: list[IdentityView]
    links: list[LinkView]
    incidents: list[IncidentView]
    outages: list[OutageView]
    suggestions: list[SuggestionView]
    suspicions: list[SuspicionView]
    ratings: list[RatingView]
    stats: StatsView
    timeline: TimelineView
    identities_total: int
    habits: HabitsView
    promises: list[PromiseView]  # the newest, what isn't kept first
    told: list[ToldView]  # the newest of each topic
    journeys: list[JourneyView]  # the newest event of the last orders
    replies: list[WayView] = []  # where they can be answered, the best first; known to the running daemon only


def card(one: Card, counts: Mapping[int, Counts], found: Iterable[Way] = (), *, at: datetime) -> CardView:
    """As it stands at a local time; habits and dates are in its zone."""
    known = known_view(one.known, at=at)
    return CardView(
        customer=CustomerView(
            id=str(one.customer_id),
            name=one.name,
            language=one.language,
            segment=one.segment,
            attributes=dict(sorted(one.attributes.items())),
        ),
        identities=[
            identity(
                own,
                is_shared=own.id in one.shared,
                is_blocked=own.id in one.blocked,
                is_opted_out=own.id in one.opted_out,
                lost=one.lost,
            )
            for own in one.identities
        ],
        links=[link(each) for each in one.links],
        incidents=[
            desk.incident(each, customer_id=one.customer_id, tags=one.tags.get(each.id, ())) for each in one.incidents
        ],
        outages=[desk.outage(each, counts) for each in one.outages],
        suggestions=[_suggestion(each, one) for each in one.suggestions],
        suspicions=[suspicion(each) for each in one.suspicions],
        ratings=[rating(each, {each.identity_id: one.customer_id}) for each in one.ratings],
        stats=StatsView(
            entries=one.stats.entries,
            first_at=from_us(one.stats.first_us) if one.stats.first_us is not None else None,
            last_at=from_us(one.stats.last_us) if one.stats.last_us is not None else None,
            channels=list(one.stats.channels),
        ),
        timeline=TimelineView(
            items=[entry(item) for item in one.entries], next=place(one.next), newer=place(one.newer)
        ),
        identities_total=one.identities_total,
        habits=known.habits,
        promises=known.promises,
        told=known.told,
        journeys=known.journeys,
        replies=[ways.way(each) for each in found],
    )


def link(one: Link) -> LinkView:
    return LinkView(
        id=str(one.id),
        left_id=str(one.left_id),
        right_id=str(one.right_id),
        evidence=str(one.evidence),
        reason=one.reason,
        actor=one.actor,
        at=from_us(one.at_us),
    )


def identity(
    one: Identity,
    *,
    is_shared: bool = False,
    is_blocked: bool = False,
    is_opted_out: bool = False,
    lost: Iterable[Reach] = (),
) -> IdentityView:
    return IdentityView(
        id=str(one.id),
        kind=one.key.kind,
        value=one.key.value,
        shown=one.shown,
        name=one.name,
        account=one.key.scope,
        verified=one.evidence.is_verified,
        evidence=str(one.evidence),
        shared=is_shared,
        blocked=is_blocked,
        opted_out=is_opted_out,
        unreachable=[
            UnreachableView(account=way.account, since=from_us(way.at_us)) for way in lost if way.identity_id == one.id
        ],
        since=from_us(one.first_us),
    )


def _suggestion(one: Suggestion, card: Card) -> SuggestionView:
    outside = card.suggested.get(one.left_id) or card.suggested.get(one.right_id)
    return SuggestionView(
        id=str(one.id),
        reason=one.reason,
        clues=clues(one.clues),
        score=one.score,
        other=identity(outside) if outside else None,
        other_customer_id=str(outside.customer_id) if outside else "",
        at=from_us(one.at_us),
    )
