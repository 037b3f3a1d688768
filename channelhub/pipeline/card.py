"""The customer card: everything about a customer, read in one snapshot, merged over their identities."""

from collections import ChainMap, Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from channelhub.domain.media import MediaState
from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.people import Identity, Link, Suggestion
from channelhub.domain.ratings import Rating
from channelhub.pipeline import sharing, suggesting, suspecting
from channelhub.pipeline.albums import ALBUM
from channelhub.pipeline.knowing import Known, known
from channelhub.pipeline.looking import Look, Part, part
from channelhub.rules import identity as identity_rules
from channelhub.rules.impersonation import Suspicion
from channelhub.rules.incident import Incident
from channelhub.store import (
    albums,
    incidents,
    media,
    optouts,
    outages,
    outbox,
    people,
    profiles,
    ratings,
    reach,
    timeline_counts,
    workplace,
)
from channelhub.store.database import Session
from channelhub.store.outages import Outage
from channelhub.store.reach import Reach
from channelhub.store.timeline import Entry, Place

MAX_IDENTITIES = 50
NEWEST_ENTRIES = Look()
_TROUBLED = {str(one) for one in (S.DELAYED, S.FAILED, S.UNCERTAIN, S.WITHDRAWN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Counts over the whole timeline of the identities that the card shows; times in microseconds UTC."""

    entries: int
    first_us: int | None
    last_us: int | None
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`next` continues the timeline towards the past: look before it; `newer` towards now: look after it. None at its
    ends."""

    customer_id: int
    name: str
    language: str
    segment: str
    attributes: Mapping[str, str]  # what trusted accounts say of them, the newest word of each name
    identities: Sequence[Identity]  # the first of them, `MAX_IDENTITIES` at most
    identities_total: int
    links: Sequence[Link]
    blocked: frozenset[int]
    opted_out: frozenset[int]  # they want no notices
    shared: frozenset[int]  # several people's addresses: they join and suggest nobody
    lost: Sequence[Reach]  # which of our accounts they blocked
    incidents: Sequence[Incident]
    tags: Mapping[int, Sequence[str]]  # by incident
    outages: Sequence[Outage]
    suggestions: Sequence[Suggestion]
    suggested: Mapping[int, Identity]  # the other ends of the suggestions
    ratings: Sequence[Rating]  # the newest
    stats: Stats
    known: Known  # beside the timeline
    entries: Sequence[Entry]
    next: Place | None
    newer: Place | None
    suspicions: Sequence[Suspicion]  # identities whose name may be another's


async def lookup(session: Session, identity: str, *, default_region: str) -> int | None:
    """The customer of an identity given as `kind:value` (`email:ann@example.com`); None when nobody has it.

    Where several accounts know such a value, the customer heard of first.
    """
    key = identity_rules.parse_key(identity, default_region=default_region)
    if key is None:
        return None
    found = await people.by_value(session, *key)
    return found[0].customer_id if found else None


async def present_customer(session: Session, customer_id: int) -> int | None:
    """The customer that an id names today: every former id keeps resolving."""
    known = (await people.identities(session, [customer_id])).get(customer_id)
    return known.customer_id if known else None


async def card(session: Session, customer_id: int, look: Look = NEWEST_ENTRIES) -> Card | None:
    """The card of a customer by any id they ever had, with a part of the timeline; None when there is no such customer,
    or no such entry of theirs to look around."""
    present = await present_customer(session, customer_id)
    if present is None:
        return None
    everyone = await people.of_customer(session, present)
    own = everyone[:MAX_IDENTITIES]
    ids = [one.id for one in own]
    shown = await part_of(session, ids, look)
    if shown is None:
        return None
    open_ids = set().union(*(await outages.open_of(session, ids)).values())
    suggested = await suggesting.find(session, own)
    suspected = await suspecting.suspicions(session, own)
    counts = await timeline_counts.of_identities(session, ids)
    named = max(own, key=lambda one: (one.name != "", one.name_us))
    spoken = max(own, key=lambda one: (one.language != "", one.language_us))
    told = await profiles.of_identities(session, ids)
    waiting = await incidents.open_of(session, ids)
    links = [one for one in await people.links_of(session, ids) if one.revoked_us is None]
    return Card(
        customer_id=present,
        name=named.name or own[0].shown,
        language=spoken.language,
        segment=next((one.segment for one in told if one.segment), ""),
        attributes=ChainMap(*(one.attributes for one in told)),
        identities=own,
        identities_total=len(everyone),
        links=links,
        shared=frozenset(await sharing.shared_of(session, own, links)),
        blocked=frozenset(await people.blocked(session, ids)),
        lost=await reach.lost(session, ids),
        opted_out=frozenset(await optouts.declining(session, ids)),
        incidents=waiting,
        tags=await workplace.tags_of(session, [one.id for one in waiting]),
        outages=[one for one in [await outages.get(session, outage_id) for outage_id in sorted(open_ids)] if one],
        suggestions=suggested.suggestions,
        suggested=suggested.others,
        ratings=await ratings.of_identities(session, ids),
        stats=Stats(
            entries=counts.entries,
            first_us=counts.first_us,
            last_us=counts.last_us,
            channels=tuple(counts.channels),
        ),
        known=await known(session, own),
        entries=await suspecting.marked(session, shown.entries, own, suspected),
        next=shown.older,
        newer=shown.newer,
        suspicions=list(suspected.values()),
    )


async def timeline_of(session: Session, customer_id: int, look: Look) -> Part | None:
    """A part of the timeline of a customer by any id they ever had; None as for a card."""
    present = await present_customer(session, customer_id)
    if present is None:
        return None
    own = (await people.of_customer(session, present))[:MAX_IDENTITIES]
    found = await part_of(session, [one.id for one in own], look)
    if found is None:
        return None
    suspected = await suspecting.suspicions(session, own)
    return replace(found, entries=await suspecting.marked(session, found.entries, own, suspected))


async def part_of(session: Session, identity_ids: Sequence[int], look: Look) -> Part | None:
    """A part of a merged timeline, with what stands in other tables."""
    found = await part(session, identity_ids, look)
    if found is None:
        return None
    return replace(found, entries=await _with_files(session, await _with_reasons(session, found.entries)))


async def _with_reasons(session: Session, entries: list[Entry]) -> list[Entry]:
    """What went wrong with an outgoing message, in the words of the channel."""
    troubled = [one.id for one in entries if one.direction == "out" and one.state in _TROUBLED]
    if not troubled:
        return entries
    items = await outbox.of_messages(session, troubled)
    return [replace(one, reason=items[one.id].error) if one.id in items else one for one in entries]


async def _with_files(session: Session, entries: list[Entry]) -> list[Entry]:
    """How many files of each entry aren't here. An album's stands for all of its messages."""
    messages_of = {
        one.id: await albums.around(session, one.id) if ALBUM in one.flags else [one.id]
        for one in entries
        if one.attachments
    }
    if not messages_of:
        return entries
    missing = await media.missing(session, [message_id for ids in messages_of.values() for message_id in ids])

    def counted(one: Entry) -> Entry:
        found = Counter[MediaState]()
        for message_id in messages_of.get(one.id, ()):
            found.update(missing.get(message_id, {}))
        failed = found[MediaState.REFUSED] + found[MediaState.FAILED]
        return replace(one, files_pending=found[MediaState.PENDING], files_missing=failed) if found else one

    return [counted(one) for one in entries]
