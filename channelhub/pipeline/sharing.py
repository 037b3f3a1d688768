"""Addresses that many people type: an office's phone in eight forms suggests none of them to the others."""

from collections.abc import Iterable, Mapping, Sequence

from channelhub.domain.people import GLOBAL_KINDS, Evidence, Identity, Link, Suggestion
from channelhub.rules import grouping
from channelhub.rules import identity as identity_rules
from channelhub.rules.grouping import Node
from channelhub.store import people, suggestions
from channelhub.store.database import Session


async def close(session: Session, new: Sequence[Suggestion], known: Mapping[int, Identity]) -> None:
    """After suggestions were saved, in their commit: close those of addresses that more claim now than one person's.

    Whatever the order of claims: an address once shared stays so, and what it suggested before is closed with it.
    """
    ends = {end for one in new for end in (one.left_id, one.right_id) if known[end].key.kind in GLOBAL_KINDS}
    if not ends:
        return
    shared = await suggestions.shared_among(session, ends)
    counts = await suggestions.claimed_neighbours(session, ends - shared)
    fresh = {own for own, neighbours in counts.items() if identity_rules.is_typed_by_many(neighbours)}
    if fresh:
        await suggestions.save_shared(session, fresh)
    closed = [one.id for one in new if one.left_id in shared or one.right_id in shared]
    if closed:
        await suggestions.close(session, closed)


async def shared_of(session: Session, own: Iterable[Identity], links: Sequence[Link]) -> set[int]:
    """Which of a customer's addresses are several people's: typed by many, or proved to be so by too many.

    `links` are all live ones of these identities.
    """
    ids = {one.id for one in own}
    found = await suggestions.shared_among(session, ids)
    proved = [one for one in links if one.evidence is not Evidence.AGENT]
    if len(proved) > identity_rules.SHARED_NEIGHBOURS:
        ends = {end for one in proved for end in (one.left_id, one.right_id)}
        around = await people.identities(session, ends)
        nodes = {one.id: Node.of(one) for one in around.values()}
        found |= grouping.shared(nodes, proved) & ids
    return found
