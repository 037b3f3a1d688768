"""Agents join customers, take them apart, settle suggestions and block senders."""

from channelhub.domain.events.customers import CustomerLinked, CustomerUnlinked, LinkData
from channelhub.domain.people import Evidence
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.threads import Wanted
from channelhub.rules import identity as identity_rules
from channelhub.store import hub, people
from channelhub.store.database import Session
from channelhub.store.events import NewEvent


async def link(acting: Acting, actor: str, left_id: int, right_id: int, *, reason: str = "") -> int:
    """Join the customers of two identities; the link's id. Raises NotFound, CommandRefused for one identity twice."""
    if left_id == right_id:
        raise CommandRefused("an identity can't be linked to itself")
    now_us = to_us(acting.now())

    async def write(session: Session) -> int:
        known = await people.identities(session, [left_id, right_id])
        for one in (left_id, right_id):
            if one not in known:
                raise NotFound(f"there is no identity {one}")
        made = identity_rules.link(
            left_id, right_id, Evidence.AGENT, actor=actor, at_us=now_us, reason=reason[:200] or "joined by an agent"
        )
        await people.save_links(session, [made])
        suggestion_id = identity_rules.digest_id("suggestion", made.left_id, made.right_id)
        await people.settle_suggestion(session, suggestion_id, state="accepted", actor=actor)
        await _regroup(session, acting, CustomerLinked, actor, left_id, right_id)
        return made.id

    made_id = await acting.store.writer.command(write)
    acting.written.ring()
    return made_id


async def unlink(acting: Acting, actor: str, link_id: int) -> None:
    """Take the identities of a link apart: all evidence between them is revoked, and they are not suggested again."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        known = await people.link(session, link_id)
        if known is None or known.revoked_us is not None:
            raise NotFound(f"there is no live link {link_id}")
        await people.revoke_between(
            session,
            known.left_id,
            known.right_id,
            actor=actor,
            at_us=now_us,
            suggestion_id=identity_rules.digest_id("suggestion", known.left_id, known.right_id),
        )
        await _regroup(session, acting, CustomerUnlinked, actor, known.left_id, known.right_id)

    await acting.store.writer.command(write)
    acting.written.ring()


async def accept(acting: Acting, actor: str, suggestion_id: int) -> int:
    """Make a suggestion a link; the link's id."""
    async with acting.store.readers.read() as session:
        known = await people.suggestion(session, suggestion_id)
    if known is None or known.state != "open":
        raise NotFound(f"there is no open suggestion {suggestion_id}")
    return await link(acting, actor, known.left_id, known.right_id, reason="suggestion accepted")


async def reject(acting: Acting, actor: str, suggestion_id: int) -> None:
    """Remember that a suggestion is wrong."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        known = await people.suggestion(session, suggestion_id)
        if known is None or known.state != "open":
            raise NotFound(f"there is no open suggestion {suggestion_id}")
        await people.settle_suggestion(session, suggestion_id, state="rejected", actor=actor)
        await hub.record(session, at_us=now_us, actor=actor, action="suggestion.reject", target=str(suggestion_id))

    await acting.store.writer.command(write)
    acting.written.ring()


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


async def _regroup(
    session: Session, acting: Acting, payload: type[LinkData], actor: str, left_id: int, right_id: int
) -> None:
    """Work out the customers around both ends anew, and say so."""
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
