"""Identities, the links between them, and the customers they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.people import Evidence, Identity, IdentityKey, Link, Revocation
from channelhub.rules.identity import CROWD
from channelhub.store import clues, people_search, suggestions
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("people")


async def identities(session: Session, ids: Iterable[int]) -> dict[int, Identity]:
    return {row["id"]: _identity(row) for row in await session.all(_sql.by_ids, ids=sorted(set(ids)))}


async def by_value(session: Session, kind: str, value: str) -> list[Identity]:
    """Every identity of a kind with this normalized value: one, or one per account where the kind is scoped."""
    return [_identity(row) for row in await session.all(_sql.by_value, kind=kind, value=value)]


async def of_customer(session: Session, customer_id: int) -> list[Identity]:
    """A customer's identities, the oldest first."""
    return [_identity(row) for row in await session.all(_sql.of_customer, customer_id=customer_id)]


async def save(session: Session, changed: Sequence[Identity]) -> None:
    """Write identities, and make them findable by what they are called now."""
    await session.run_many(
        _sql.save,
        [
            {
                "id": one.id,
                "kind": one.key.kind,
                "scope": one.key.scope,
                "value": one.key.value,
                "shown": one.shown,
                "name": one.name,
                "name_us": one.name_us,
                "language": one.language,
                "language_us": one.language_us,
                "first_us": one.first_us,
                "evidence": str(one.evidence),
                "customer_id": one.customer_id,
            }
            for one in changed
        ],
    )
    await people_search.index(session, changed)
    await clues.keep_own(session, changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What grouping some identities anew must know. Of `whole` every link is known; the other identities only stand
    around an address that joins nobody."""

    identities: dict[int, Identity]
    links: list[Link]
    whole: set[int]


async def surroundings(session: Session, ids: Iterable[int]) -> Surroundings:
    """Everything that links reach from some identities. Past a crowded address only people's decisions are followed."""
    links: dict[int, Link] = {}
    whole: set[int] = set(ids)
    around: set[int] = set()
    frontier = set(whole)
    while frontier:
        found = await links_of(session, frontier)
        links |= {one.id: one for one in found}
        ends = [(one, *ends) for one in found for ends in ((one.left_id, one.right_id), (one.right_id, one.left_id))]
        crowded = _crowded(ends, frontier)
        reached = {
            other
            for one, own, other in ends
            if own in frontier and (own not in crowded or one.evidence is Evidence.AGENT)
        }
        around |= {other for _, _, other in ends}
        frontier = reached - whole
        whole |= frontier
    known = await identities(session, whole | around)
    return Surroundings(identities=known, links=list(links.values()), whole=whole)


def _crowded(ends: Sequence[tuple[Link, int, int]], frontier: set[int]) -> set[int]:
    neighbours: dict[int, set[int]] = {}
    for one, own, other in ends:
        if own in frontier and one.revoked_us is None and one.evidence is not Evidence.AGENT:
            neighbours.setdefault(own, set()).add(other)
    return {own for own, others in neighbours.items() if len(others) > CROWD}


async def save_links(session: Session, links: Sequence[Link]) -> None:
    await session.run_many(
        _sql.save_link,
        [
            {
                "id": link.id,
                "left_id": link.left_id,
                "right_id": link.right_id,
                "evidence": str(link.evidence),
                "score": link.score,
                "reason": link.reason,
                "actor": link.actor,
                "at_us": link.at_us,
                "name": link.name,
                "revoked_us": link.revoked_us,
                "revocation": str(link.revocation) if link.revocation is not None else None,
                "taken_out_id": link.taken_out_id,
            }
            for link in links
        ],
    )


async def link(session: Session, link_id: int) -> Link | None:
    row = await session.one(_sql.link, id=link_id)
    return None if row is None else _link(row)


async def links_of(session: Session, ids: Iterable[int]) -> list[Link]:
    return [_link(row) for row in await session.all(_sql.links_of, ids=sorted(set(ids)))]


async def revoke_between(
    session: Session, left_id: int, right_id: int, *, actor: str, at_us: int, suggestion_id: int
) -> None:
    """Take two identities apart: all evidence between them is revoked, and the pair isn't suggested again."""
    left_id, right_id = sorted((left_id, right_id))
    await session.run(_sql.revoke_between, left_id=left_id, right_id=right_id, revoked_us=at_us, revoked_by=actor)
    await suggestions.reject_between(session, suggestion_id, left_id, right_id, actor=actor, at_us=at_us)


async def undo_link(session: Session, link_id: int, *, actor: str, at_us: int) -> None:
    """Take an acceptance back: of its two identities that says nothing."""
    await session.run(_sql.undo_link, id=link_id, revoked_us=at_us, revoked_by=actor)


async def take_out(
    session: Session, identity_id: int, held_by: Sequence[Link], kept_out: Sequence[Link], *, actor: str, at_us: int
) -> None:
    """Revoke the links that hold an identity in its customer; `kept_out` stand for the pairs that had none."""
    ids = [one.id for one in held_by]
    await session.run(_sql.take_out, identity_id=identity_id, ids=ids, revoked_us=at_us, revoked_by=actor)
    await session.run_many(
        _sql.keep_out,
        [
            {
                "id": one.id,
                "left_id": one.left_id,
                "right_id": one.right_id,
                "evidence": str(one.evidence),
                "score": one.score,
                "reason": one.reason,
                "actor": actor,
                "at_us": at_us,
                "identity_id": identity_id,
            }
            for one in kept_out
        ],
    )


async def taken_out(session: Session, identity_id: int) -> list[Link]:
    """What is revoked and would come back with an identity that was taken out: of the last time only."""
    found = [_link(row) for row in await session.all(_sql.taken_out, identity_id=identity_id)]
    return [one for one in found if one.revoked_us == found[0].revoked_us]


async def put_back(session: Session, identity_id: int, *, taken_out_us: int) -> None:
    """Make what `take_out` did at that time undone."""
    await session.run(_sql.put_back, identity_id=identity_id, revoked_us=taken_out_us)
    await session.run(_sql.keep_out_no_more, identity_id=identity_id, revoked_us=taken_out_us)


async def blocked(session: Session, ids: Iterable[int]) -> set[int]:
    return {row["identity_id"] for row in await session.all(_sql.blocked, ids=sorted(set(ids)))}


async def block(session: Session, identity_id: int, *, actor: str, reason: str, at_us: int) -> None:
    await session.run(_sql.block, identity_id=identity_id, actor=actor, reason=reason, at_us=at_us)


async def unblock(session: Session, identity_id: int, *, at_us: int) -> None:
    await session.run(_sql.unblock, identity_id=identity_id, lifted_us=at_us)


def _identity(row: Row) -> Identity:
    return Identity(
        id=row["id"],
        key=IdentityKey(kind=row["kind"], scope=row["scope"], value=row["value"]),
        shown=row["shown"],
        name=row["name"],
        name_us=row["name_us"],
        language=row["language"],
        language_us=row["language_us"],
        first_us=row["first_us"],
        evidence=Evidence(row["evidence"]),
        customer_id=row["customer_id"],
    )


def _link(row: Row) -> Link:
    return Link(
        id=row["id"],
        left_id=row["left_id"],
        right_id=row["right_id"],
        evidence=Evidence(row["evidence"]),
        score=row["score"],
        actor=row["actor"],
        at_us=row["at_us"],
        reason=row["reason"],
        name=row["name"],
        revoked_us=row["revoked_us"],
        revocation=Revocation(row["revocation"]) if row["revocation"] is not None else None,
        taken_out_id=row["taken_out_id"],
    )
