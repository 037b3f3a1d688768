"""Who else a customer may be: what was claimed, and what identities have in common, put together when a card is read.

So it depends on what is known now and on nothing else: not on the order in which it came.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from channelhub.domain.people import GLOBAL_KINDS, Clue, Evidence, Identity, Link, Suggestion
from channelhub.rules import grouping
from channelhub.rules.clues import CLAIMED, MOST_SHOWN, PROVED, in_english, is_suggestion, score, with_name
from channelhub.rules.grouping import Node
from channelhub.rules.identity import CROWD, digest_id
from channelhub.rules.resemblance import best
from channelhub.store import clues, people, people_search, suggestions
from channelhub.store.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """The most likely first, and the identities at their other ends by id."""

    suggestions: Sequence[Suggestion]
    others: Mapping[int, Identity]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """Something that an identity of this customer has in common with another's; since when, microseconds UTC."""

    own_id: int
    other_id: int
    clue: Clue
    at_us: int


@dataclass(slots=True)
class _Candidate:
    """Another customer: what was claimed, and what both have in common."""

    claimed: list[Suggestion] = field(default_factory=list)
    facts: list[_Fact] = field(default_factory=list)


async def find(session: Session, own: Sequence[Identity]) -> Suggested:
    """The suggestions of a customer with these identities, at most `MOST_SHOWN`.

    Each address that was claimed is one; of another customer with whom the identities only have something in common
    there is one for all of it. Whoever a person said is somebody else is not suggested again by that.
    """
    ids = {one.id for one in own}
    claimed = await suggestions.open_of(session, ids)
    facts = [*await _shared(session, ids), *await _kept_apart(session, ids)]
    ends = {end for one in claimed for end in (one.left_id, one.right_id)} | {one.other_id for one in facts}
    others = await people.identities(session, ends - ids)
    candidates = _candidates(claimed, facts, others, own[0].customer_id)
    parted = await _parted(session, ids)
    names = await _names(session, others.values())
    own_names = {one.name for one in own if one.name}
    found = [
        one
        for other_id, candidate in candidates.items()
        for one in _of_customer(candidate, own_names, names[other_id], is_parted=other_id in parted)
    ]
    found.sort(key=lambda one: (-one.score, one.at_us, one.id))
    return Suggested(suggestions=found[:MOST_SHOWN], others=others)


def _candidates(
    claimed: Sequence[Suggestion], facts: Sequence[_Fact], others: Mapping[int, Identity], customer_id: int
) -> dict[int, _Candidate]:
    """By the other customer."""
    found: dict[int, _Candidate] = defaultdict(_Candidate)
    for suggestion in claimed:
        other = others.get(suggestion.left_id) or others.get(suggestion.right_id)
        if other is not None and other.customer_id != customer_id:
            found[other.customer_id].claimed.append(suggestion)
    for fact in facts:
        other = others.get(fact.other_id)
        if other is not None and other.customer_id != customer_id:
            found[other.customer_id].facts.append(fact)
    return found


async def _shared(session: Session, ids: Collection[int]) -> list[_Fact]:
    """What messages gave away on both sides, but for addresses that many typed."""
    found = await clues.shared_with(session, ids)
    typed_by_many = await suggestions.shared_among(session, {one.value_key for one in found}) if found else set()
    return [
        _Fact(own_id=one.own_id, other_id=one.other_id, clue=Clue(kind=str(one.kind), how="shared"), at_us=one.at_us)
        for one in found
        if one.value_key not in typed_by_many and one.other_id not in ids
    ]


async def _kept_apart(session: Session, ids: set[int]) -> list[_Fact]:
    """Addresses that are proved to be this customer's and others', whom different customer ids keep apart."""
    known = await people.identities(session, ids)
    outward = [one for one in await _proofs(session, ids) if not {one.left_id, one.right_id} <= ids]
    beyond = {end for one in outward for end in (one.left_id, one.right_id)} - ids
    if not 0 < len(beyond) <= CROWD:
        return []
    known |= await people.identities(session, beyond)
    around = await _proofs(session, beyond | ids)
    known |= await people.identities(session, {end for one in around for end in (one.left_id, one.right_id)})
    crowded = grouping.shared({key: Node.of(one) for key, one in known.items()}, around)
    return [
        _Fact(
            own_id=own_id,
            other_id=other_id,
            clue=Clue(kind=_address(known[own_id], known[far_id]), how=PROVED),
            at_us=at_us,
        )
        for own_id, far_id, at_us in _from(outward, ids)
        if own_id not in crowded and far_id not in crowded
        for other_id in {far_id, *_beside(far_id, around)} - ids
    ]


def _from(links: Sequence[Link], ids: Collection[int]) -> list[tuple[int, int, int]]:
    """Own end, other end and time of links that lead out of some identities."""
    ends = [(one.left_id, one.right_id, one.at_us) for one in links]
    return [(left, right, at_us) if left in ids else (right, left, at_us) for left, right, at_us in ends]


def _beside(identity_id: int, links: Sequence[Link]) -> set[int]:
    return {end for one in links for end in (one.left_id, one.right_id) if identity_id in (one.left_id, one.right_id)}


def _address(one: Identity, other: Identity) -> str:
    """Of two ends of a proof the kind of that which means a person everywhere."""
    return min((one.key.kind, other.key.kind), key=lambda kind: kind not in GLOBAL_KINDS)


async def _proofs(session: Session, ids: Collection[int]) -> list[Link]:
    return [
        one
        for one in await people.links_of(session, ids)
        if one.revoked_us is None and one.evidence is not Evidence.AGENT
    ]


async def _parted(session: Session, ids: Collection[int]) -> set[int]:
    """Customers of whom a person said that they are somebody else."""
    pairs = await suggestions.rejected_of(session, ids)
    ends = {end for pair in pairs for end in pair} - set(ids)
    return {one.customer_id for one in (await people.identities(session, ends)).values()} if ends else set()


async def _names(session: Session, others: Collection[Identity]) -> dict[int, set[str]]:
    """What each customer is called."""
    found: dict[int, set[str]] = defaultdict(set)
    if others:
        for customer_id, name in (await people_search.names(session, {one.customer_id for one in others})).items():
            found[customer_id].add(name)
    for one in others:
        if one.name:
            found[one.customer_id].add(one.name)
    return found


def _of_customer(
    candidate: _Candidate, own_names: Collection[str], names: Collection[str], *, is_parted: bool
) -> list[Suggestion]:
    likeness = best(own_names, names)
    common = [] if is_parted else sorted({one.clue for one in candidate.facts}, key=lambda one: (one.kind, one.how))
    made = []
    for one in candidate.claimed:
        own_clue = Clue(kind=one.reason, how=CLAIMED)
        further = [clue for clue in common if clue.kind != own_clue.kind]
        made.append(_weighed(one, with_name([own_clue, *further], likeness)))
    if not candidate.claimed and common:
        weighed = _weighed(_between(candidate.facts), with_name(common, likeness))
        made += [weighed] if is_suggestion(weighed.clues) else []
    return made


def _between(facts: Sequence[_Fact]) -> Suggestion:
    """The suggestion of two customers, on the two identities that had something in common first: its id stays when more
    is found. It is as old as the last of its clues."""
    first: dict[Clue, int] = {}
    for one in facts:
        first[one.clue] = min(one.at_us, first.get(one.clue, one.at_us))
    _, left_id, right_id = min(
        (one.at_us, min(one.own_id, one.other_id), max(one.own_id, one.other_id)) for one in facts
    )
    return Suggestion(
        id=digest_id("suggestion", left_id, right_id),
        left_id=left_id,
        right_id=right_id,
        reason="",
        score=0.0,
        at_us=max(first.values()),
    )


def _weighed(one: Suggestion, found: tuple[Clue, ...]) -> Suggestion:
    return replace(one, clues=found, score=score(found), reason=in_english(found))
