"""Agents join customers, take them apart, settle suggestions and block senders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channelhub.domain.events.customers import CustomerLinked, CustomerUnlinked, LinkData
from channelhub.domain.people import Evidence, Link, Suggestion
from channelhub.domain.times import to_us
from channelhub.pipeline import suggesting
from channelhub.pipeline.card import MAX_IDENTITIES
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.threads import Wanted
from channelhub.rules import grouping
from channelhub.rules import identity as identity_rules
from channelhub.rules.grouping import Node
from channelhub.store import hub, people, suggestions
from channelhub.store.database import Session
from channelhub.store.events import NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """`reopened`: the suggestion that is open again. `still_joined_by`: the way left from one end to the other."""

    reopened: int | None
    still_joined_by: Sequence[Link]


async def link(acting: Acting, actor: str, left_id: int, right_id: int, *, reason: str = "") -> int:
    """Join the customers of two identities; the link's id. Raises NotFound, CommandRefused for one identity twice."""
    if left_id == right_id:
        raise CommandRefused("an identity can't be linked to itself")

    async def write(session: Session) -> int:
        known = await people.identities(session, [left_id, right_id])
        for one in (left_id, right_id):
            if one not in known:
                raise NotFound(f"there is no identity {one}")
        return await _join(session, acting, actor, left_id, right_id, reason=reason[:200] or "joined by an agent")

    made_id = await acting.store.writer.command(write)
    acting.written.ring()
    return made_id


async def unlink(acting: Acting, actor: str, link_id: int) -> Unlinked:
    """Take the identities of a link apart: all evidence between them is revoked, and they are not suggested again.

    Within a day of accepting a suggestion, revoking its link only takes that back: the suggestion is open again, and
    what else is evidence between the two stays. Others may still join them: the answer says which links.
    """
    now_us = to_us(acting.now())

    async def write(session: Session) -> Unlinked:
        known = await people.link(session, link_id)
        if known is None or known.revoked_us is not None:
            raise NotFound(f"there is no live link {link_id}")
        left_id, right_id = known.left_id, known.right_id
        suggestion_id = identity_rules.digest_id("suggestion", left_id, right_id)
        is_undo = identity_rules.is_undo(known, await suggestions.get(session, suggestion_id), now_us=now_us)
        if is_undo:
            await people.undo_link(session, link_id, actor=actor, at_us=now_us)
            state = "shared" if await suggestions.shared_among(session, [left_id, right_id]) else "open"
            await suggestions.settle(session, suggestion_id, state=state, actor="", settled_us=None)
        else:
            await people.revoke_between(
                session, left_id, right_id, actor=actor, at_us=now_us, suggestion_id=suggestion_id
            )
        await _regroup(session, acting, CustomerUnlinked, actor, left_id, right_id)
        return Unlinked(
            reopened=suggestion_id if is_undo else None,
            still_joined_by=await still_joined_by(session, left_id, right_id),
        )

    unlinked = await acting.store.writer.command(write)
    acting.written.ring()
    return unlinked


async def still_joined_by(session: Session, left_id: int, right_id: int) -> list[Link]:
    """The links by which two identities are one customer, from one to the other; none where they are two."""
    around = await people.surroundings(session, [left_id, right_id])
    nodes = [Node.of(one) for one in around.identities.values()]
    return grouping.path(nodes, around.links, left_id, right_id)


async def accept(acting: Acting, actor: str, suggestion_id: int, *, customer_id: int | None = None) -> int:
    """Make a suggestion a link; the link's id. Raises NotFound where none is open.

    `customer_id`: on whose card it stands. Without it only suggestions of claimed addresses are found.
    """
    now_us = to_us(acting.now())

    async def write(session: Session) -> int:
        known = await _open_suggestion(session, suggestion_id, customer_id)
        await suggestions.settle(session, known.id, state="accepted", actor=actor, settled_us=now_us)
        return await _join(session, acting, actor, known.left_id, known.right_id, reason="suggestion accepted")

    made_id = await acting.store.writer.command(write)
    acting.written.ring()
    return made_id


async def reject(acting: Acting, actor: str, suggestion_id: int, *, customer_id: int | None = None) -> None:
    """Remember that a suggestion is wrong; `customer_id` as of `accept`."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        await _open_suggestion(session, suggestion_id, customer_id)
        await suggestions.settle(session, suggestion_id, state="rejected", actor=actor, settled_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="suggestion.reject", target=str(suggestion_id))

    await acting.store.writer.command(write)
    acting.written.ring()


async def take_out(acting: Acting, actor: str, identity_id: int) -> int:
    """Make an identity a customer of its own again; the id of the customer that it was in, as it is now.

    What holds it there is revoked, and what comes later joins it to none of the identities it was with; `put_back`
    undoes both. Raises CommandRefused where it is alone.
    """
    now_us = to_us(acting.now())

    async def write(session: Session) -> int:
        await require_identity(session, identity_id)
        customer_id = (await people.identities(session, [identity_id]))[identity_id].customer_id
        others = {one.id for one in await people.of_customer(session, customer_id)} - {identity_id}
        if not others:
            raise CommandRefused("this identity is a customer of its own: there is nothing to take it out of")
        held_by = [
            one
            for one in await people.links_of(session, [identity_id])
            if one.revoked_us is None and {one.left_id, one.right_id} & others
        ]
        beside = {end for one in held_by for end in (one.left_id, one.right_id)}
        kept_out = [
            identity_rules.link(
                identity_id, other, Evidence.AGENT, actor=actor, at_us=now_us, reason="taken out by an agent"
            )
            for other in sorted(others - beside)
        ]
        await people.take_out(session, identity_id, held_by, kept_out, actor=actor, at_us=now_us)
        was_with = customer_id if customer_id != identity_id else min(beside - {identity_id})
        return await _regroup(session, acting, CustomerUnlinked, actor, identity_id, was_with)

    left_id = await acting.store.writer.command(write)
    acting.written.ring()
    return left_id


async def put_back(acting: Acting, actor: str, identity_id: int) -> int:
    """Undo the last `take_out` of an identity; the id of the customer that it is in now. Raises NotFound."""

    async def write(session: Session) -> int:
        await require_identity(session, identity_id)
        revoked = await people.taken_out(session, identity_id)
        if not revoked or revoked[0].revoked_us is None:
            raise NotFound(f"identity {identity_id} was not taken out")
        await people.put_back(session, identity_id, taken_out_us=revoked[0].revoked_us)
        others = {end for one in revoked for end in (one.left_id, one.right_id)} - {identity_id}
        return await _regroup(session, acting, CustomerLinked, actor, identity_id, min(others))

    customer_id = await acting.store.writer.command(write)
    acting.written.ring()
    return customer_id


async def block(acting: Acting, actor: str, identity_id: int, *, reason: str = "") -> None:
    """Their messages stay on the timeline, open no incident and get no answer, until they are unblocked."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        await require_identity(session, identity_id)
        await people.block(session, identity_id, actor=actor, reason=reason[:200], at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="sender.block", target=str(identity_id))

    await acting.store.writer.command(write)
    acting.written.ring()


async def unblock(acting: Acting, actor: str, identity_id: int) -> None:
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        await require_identity(session, identity_id)
        await people.unblock(session, identity_id, at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="sender.unblock", target=str(identity_id))

    await acting.store.writer.command(write)
    acting.written.ring()


async def require_identity(session: Session, identity_id: int) -> None:
    """Raises NotFound where nobody has this identity."""
    if identity_id not in await people.identities(session, [identity_id]):
        raise NotFound(f"there is no identity {identity_id}")


async def _open_suggestion(session: Session, suggestion_id: int, customer_id: int | None) -> Suggestion:
    """One that was claimed; or one that a card makes of what two customers have in common, now with a row to settle."""
    known = await suggestions.get(session, suggestion_id)
    if known is not None and known.state == "open" and known.score > 0:
        return known
    if customer_id is not None and (known is None or known.state == "open"):
        present = (await people.identities(session, [customer_id])).get(customer_id)
        own = await people.of_customer(session, present.customer_id) if present else []
        for one in (await suggesting.find(session, own[:MAX_IDENTITIES])).suggestions if own else ():
            if one.id == suggestion_id:
                await suggestions.save(session, [replace(one, reason="", score=0.0)])
                return one
    raise NotFound(f"there is no open suggestion {suggestion_id}")


async def _join(session: Session, acting: Acting, actor: str, left_id: int, right_id: int, *, reason: str) -> int:
    now_us = to_us(acting.now())
    made = identity_rules.link(left_id, right_id, Evidence.AGENT, actor=actor, at_us=now_us, reason=reason)
    await people.save_links(session, [made])
    await _regroup(session, acting, CustomerLinked, actor, left_id, right_id)
    return made.id


async def _regroup(
    session: Session, acting: Acting, payload: type[LinkData], actor: str, left_id: int, right_id: int
) -> int:
    """Work out the customers around both ends anew, and say so; that of the right one."""
    now = acting.now()
    desk = Desk()
    await desk.load(session, identity_ids=[left_id, right_id], wanted=Wanted(), message_keys=[], received=[])
    desk.regroup(left_id)
    desk.regroup(right_id)
    desk.written.events.append(
        NewEvent(
            at=now,
            identity_id=left_id,
            data=payload(
                left_identity_id=str(left_id),
                right_identity_id=str(right_id),
                left_customer_id=str(desk.customer_of(left_id)),
                right_customer_id=str(desk.customer_of(right_id)),
                actor=actor,
            ),
        )
    )
    await desk.save(session)
    await hub.record(session, at_us=to_us(now), actor=actor, action=payload.TYPE, target=f"{left_id} {right_id}")
    return desk.customer_of(right_id)
