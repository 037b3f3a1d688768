"""Who else a customer may be: what was claimed, and what identities have in common, put together when a card is read.

So it depends on what is known now and on nothing else: not on the order in which it came.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from channelhub.domain.people import Clue, Identity, Suggestion
from channelhub.rules.clues import CLAIMED, MOST_SHOWN, in_english, is_suggestion, score, with_name
from channelhub.rules.identity import digest_id
from channelhub.rules.resemblance import best
from channelhub.store import clues, people, people_search, suggestions
from channelhub.store.clues import Shared
from channelhub.store.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """The most likely first, and the identities at their other ends by id."""

    suggestions: Sequence[Suggestion]
    others: Mapping[int, Identity]


@dataclass(slots=True)
class _Candidate:
    """Another customer: what was claimed, and what both have in common."""

    claimed: list[Suggestion] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)


async def find(session: Session, own: Sequence[Identity]) -> Suggested:
    """The suggestions of a customer with these identities, at most `MOST_SHOWN`.

    Each address that was claimed is one; of another customer with whom the identities only have something in common
    there is one for all of it. Whoever a person said is somebody else is not suggested again by that.
    """
    ids = {one.id for one in own}
    claimed = await suggestions.open_of(session, ids)
    shared = await _shared(session, ids)
    ends = {end for one in claimed for end in (one.left_id, one.right_id)} | {one.other_id for one in shared}
    others = await people.identities(session, ends - ids)
    customer_id = own[0].customer_id
    candidates: dict[int, _Candidate] = defaultdict(_Candidate)
    for suggestion in claimed:
        other = others.get(suggestion.left_id) or others.get(suggestion.right_id)
        if other is not None and other.customer_id != customer_id:
            candidates[other.customer_id].claimed.append(suggestion)
    for one in shared:
        other = others.get(one.other_id)
        if other is not None and other.customer_id != customer_id:
            candidates[other.customer_id].shared.append(one)
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


async def _shared(session: Session, ids: Collection[int]) -> list[Shared]:
    """What is in common, but for addresses that many typed."""
    found = await clues.shared_with(session, ids)
    typed_by_many = await suggestions.shared_among(session, {one.value_key for one in found}) if found else set()
    return [one for one in found if one.value_key not in typed_by_many and one.other_id not in ids]


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
    common = () if is_parted else tuple(Clue(kind=str(kind), how="shared") for kind in _kinds(candidate.shared))
    made = []
    for one in candidate.claimed:
        own_clue = Clue(kind=one.reason, how=CLAIMED)
        further = tuple(clue for clue in common if clue.kind != own_clue.kind)
        made.append(_weighed(one, with_name((own_clue, *further), likeness)))
    if not candidate.claimed and common:
        weighed = _weighed(_between(candidate.shared), with_name(common, likeness))
        made += [weighed] if is_suggestion(weighed.clues) else []
    return made


def _kinds(shared: Sequence[Shared]) -> list[str]:
    return sorted({str(one.kind) for one in shared})


def _between(shared: Sequence[Shared]) -> Suggestion:
    """The suggestion of two customers, on the two identities that have most in common; since all of it is known."""
    kinds: dict[tuple[int, int], set[str]] = defaultdict(set)
    for one in shared:
        kinds[min(one.own_id, one.other_id), max(one.own_id, one.other_id)].add(one.kind)
    left_id, right_id = max(kinds, key=lambda pair: (len(kinds[pair]), pair))
    first = {kind: min(one.at_us for one in shared if one.kind == kind) for kind in {one.kind for one in shared}}
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
