"""People say which reports make an outage: merge, unmerge, split, move a message in or out.

Each is one commit with its line in the audit, an event, and a decision in the detector's stream, so that what follows
and what a restart reads again are the same.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from channelhub.domain.events.outages import OutageChanged, OutageMerged, OutageSplit, entered
from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.commands.outages import known_outage, must_be_open
from channelhub.pipeline.grouping import add_decision
from channelhub.pipeline.joining import add_members, present
from channelhub.pipeline.outage_events import event
from channelhub.pipeline.outage_names import free_id, shared_terms, title_of
from channelhub.pipeline.vocabulary import learn
from channelhub.rules.outage.decided import Deed, Named, PersonsDecision
from channelhub.rules.outage.lifecycle import state_of_merged
from channelhub.rules.outage.reasons import ByPerson, distinct_words
from channelhub.store import events, hub, messages, outage_decisions, outage_members, outages, people
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outage_members import NamedMember
from channelhub.store.outages import Member, Outage

MOST_MOVED: Final = 1000  # reports named in one command
_MOST_UNMERGED: Final = 20_000
MAX_TITLE: Final = 200
_SAID_AS: Final = {"unmerge": "split"}
_OTHER_SIDE: Final = {"merge": "taken_in", "split": "split_off", "unmerge": "split_off"}


async def merge(acting: Acting, actor: str, outage_id: int, into_id: int, *, version: int | None = None) -> Outage:
    """The two are one matter: `into_id` gets all reports and is returned. Raises NotFound, Conflict, CommandRefused.

    The merged outage keeps its own reports for the record, so that `unmerge` can take it out again.
    """
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outage:
        gone, stays = await known_outage(session, outage_id, version=version), await known_outage(session, into_id)
        if outage_id == into_id:
            raise CommandRefused("an outage can't be merged into itself")
        must_be_open(gone)
        must_be_open(stays)
        await outage_members.allow_all(session, outage_id, into_id=into_id)
        await outages.move_members(session, outage_id, into_id=into_id)
        await outage_members.carry_exclusions(session, outage_id, into_id=into_id)
        merged = replace(
            _changed(gone, actor, now_us),
            state=OutageState.RESOLVED,
            merged_into=into_id,
            closed_us=now_us,
        )
        state = state_of_merged(gone.state, stays.state)
        whole = replace(
            _changed(stays, actor, now_us),
            state=state,
            began_us=min(gone.began_us, stays.began_us),
        )
        await outages.save(session, [merged, whole])
        told = [event(OutageMerged, merged, into_id=into_id, actor=actor)]
        if state is not stays.state:
            told.append(event(entered(state), whole, actor=actor))
        await events.append(session, told)
        made = PersonsDecision(action=Deed.MERGE, outage_id=outage_id, into_id=into_id, at_us=now_us)
        await _record(session, made, actor, {"into": str(into_id)})
        return whole

    return await _done(acting, write)


async def split(
    acting: Acting,
    actor: str,
    outage_id: int,
    message_ids: Sequence[int],
    *,
    title: str = "",
    version: int | None = None,
) -> Outage:
    """These reports are another matter: a new outage, which is returned. The two never merge again by themselves."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outage:
        known = await known_outage(session, outage_id, version=version)
        must_be_open(known)
        taken = await _members(session, known, message_ids)
        new_id = await free_id(session, taken)
        terms = await shared_terms(session, message_ids)
        new = Outage(
            id=new_id,
            state=known.state,
            version=1,
            title=title.strip()[:MAX_TITLE] or await title_of(session, terms, message_ids),
            terms=distinct_words(terms, (await learn(session, new_id, message_ids, terms)).words),
            reasons=(ByPerson(action="split"),),
            began_us=min(one.at_us for one in taken),
            opened_us=now_us,
            changed_us=now_us,
            actor=actor,
            split_from=outage_id,
        )
        await _hand_over(session, known, new, taken, actor=actor, now_us=now_us, action="split")
        return new

    return await _done(acting, write)


async def unmerge(acting: Acting, actor: str, outage_id: int, *, version: int | None = None) -> Outage:
    """A merged outage stands on its own again, with the reports it had, in the state of the one it was merged into."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outage:
        known = await known_outage(session, outage_id, version=version)
        holder = await present(session, outage_id)
        if known.merged_into is None or holder is None:
            raise CommandRefused(f"outage {outage_id} is not merged into another")
        must_be_open(holder)
        both = await outage_members.in_both(session, outage_id, holder.id, limit=_MOST_UNMERGED + 1)
        if len(both) > _MOST_UNMERGED:
            raise CommandRefused(
                f"outage {outage_id} has more than {_MOST_UNMERGED} reports: split off what is another"
            )
        taken = await _members(session, holder, both)
        again = replace(
            _changed(known, actor, now_us),
            state=holder.state,
            merged_into=None,
            closed_us=None,
        )
        await _hand_over(session, holder, again, taken, actor=actor, now_us=now_us, action="unmerge")
        return again

    return await _done(acting, write)


async def move_in(acting: Acting, actor: str, outage_id: int, message_id: int, *, version: int | None = None) -> Outage:
    """A report belongs to this outage, and to no other open one. Being there already is no fault."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outage:
        known = await _changeable(session, outage_id, version)
        message = await messages.get(session, message_id)
        if message is None or message.direction != "in" or message.type != "message":
            raise NotFound(f"there is no customer's message {message_id}")
        if await outage_members.named(session, outage_id, [message_id]):
            return known
        for other in await outage_members.open_outages_of(session, message_id):
            if other != outage_id:
                await outage_members.remove(session, other, [message_id], actor=actor, at_us=now_us)
        await outage_members.allow(session, outage_id, [message_id])
        await add_members(session, outage_id, {message_id: (ByPerson(action="move_in"),)})
        owner = (await people.identities(session, [message.identity_id]))[message.identity_id]
        named = Named(message_id, owner.customer_id, message.channel)
        return await _moved(session, known, Deed.MOVE_IN, named, actor=actor, now_us=now_us)

    return await _done(acting, write)


async def move_out(
    acting: Acting, actor: str, outage_id: int, message_id: int, *, version: int | None = None
) -> Outage:
    """A report is about something else: it never gets into this outage again, and its words speak for it no more."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> Outage:
        known = await _changeable(session, outage_id, version)
        (member,) = await _members(session, known, [message_id])
        await outage_members.remove(session, outage_id, [message_id], actor=actor, at_us=now_us)
        named = Named(message_id, member.customer_id, member.channel)
        return await _moved(session, known, Deed.MOVE_OUT, named, actor=actor, now_us=now_us)

    return await _done(acting, write)


async def _done(acting: Acting, write: Callable[[Session], Awaitable[Outage]]) -> Outage:
    changed = await acting.store.writer.command(write)
    acting.written.ring()
    return changed


def _changed(known: Outage, actor: str, now_us: int) -> Outage:
    return replace(known, version=known.version + 1, changed_us=now_us, actor=actor)


async def _changeable(session: Session, outage_id: int, version: int | None) -> Outage:
    """An outage whose reports may be corrected; one that is over too, for its record."""
    known = await known_outage(session, outage_id, version=version)
    if known.merged_into is not None or known.state is OutageState.EMERGING:
        raise CommandRefused(f"the reports of outage {outage_id} can't be changed: it is {known.state}")
    return known


async def _members(session: Session, known: Outage, message_ids: Sequence[int]) -> list[NamedMember]:
    """These reports of the outage. Raises CommandRefused where one isn't its, or nothing would be left."""
    wanted = sorted(set(message_ids))
    found = await outage_members.named(session, known.id, wanted)
    strangers = set(wanted) - {one.message_id for one in found}
    if strangers or not found:
        raise CommandRefused(f"outage {known.id} has no report {min(strangers, default='of these')}")
    counts = (await outages.counts(session, [known.id])).get(known.id)
    if counts is None or counts.messages <= len(found):
        raise CommandRefused(f"nothing would be left of outage {known.id}: dismiss or resolve it instead")
    return found


async def _hand_over(
    session: Session, known: Outage, new: Outage, taken: Sequence[NamedMember], *, actor: str, now_us: int, action: str
) -> None:
    """`new` gets these reports of `known`, which never takes them back by itself."""
    ids = [one.message_id for one in taken]
    await outages.save(session, [_changed(known, actor, now_us), new])
    await outage_members.remove(session, known.id, ids, actor=actor, at_us=now_us)
    await outage_members.allow(session, new.id, ids)
    await outages.add_members(session, new.id, [
        Member(
            message_id=one.message_id, identity_id=one.identity_id, weight=one.weight, reasons=one.reasons,
            at_us=one.at_us, segment=one.segment,
        )
        for one in taken
    ])  # fmt: skip
    customers = len({one.customer_id for one in taken})
    told = [event(OutageSplit, known, into_id=new.id, actor=actor)]
    told += [event(entered(state), new, customers=customers, actor=actor) for state in _stations(new.state)]
    await events.append(session, told)
    named = tuple(Named(one.message_id, one.customer_id, one.channel) for one in taken)
    made = PersonsDecision(action=Deed.SPLIT, outage_id=known.id, into_id=new.id, at_us=now_us, messages=named)
    await _record(session, made, actor, {"into": str(new.id), "reports": str(len(ids))}, action=action)


def _stations(state: OutageState) -> list[OutageState]:
    """What a reader of events must hear to know an outage in `state`."""
    path = [OutageState.SUSPECTED, OutageState.CONFIRMED, OutageState.MONITORING]
    return path[: path.index(state) + 1]


async def _moved(session: Session, known: Outage, deed: Deed, named: Named, *, actor: str, now_us: int) -> Outage:
    changed = _changed(known, actor, now_us)
    await outages.save(session, [changed])
    counts = (await outages.counts(session, [known.id])).get(known.id)
    told = event(OutageChanged, changed, customers=counts.customers if counts else 0, actor=actor)
    await events.append(session, [told])
    made = PersonsDecision(action=deed, outage_id=known.id, at_us=now_us, messages=(named,))
    await _record(session, made, actor, {"message": str(named.message_id)})
    return changed


async def _record(
    session: Session, made: PersonsDecision, actor: str, detail: dict[str, str], *, action: str = ""
) -> None:
    """Let the detector hear of it, and write down who did it, with each outage that it concerns."""
    word = action or str(made.action)
    await add_decision(session, made)
    subject_id = made.into_id or made.messages[0].message_id
    why = (ByPerson(action=_SAID_AS.get(word, word)),)
    by_person = Decided(
        outage_id=made.outage_id, at_us=made.at_us, decision=word, reasons=why, subject_id=subject_id, actor=actor
    )
    sides = [by_person]
    if made.into_id:
        sides.append(replace(by_person, outage_id=made.into_id, subject_id=made.outage_id, decision=_OTHER_SIDE[word]))
    await outage_decisions.add(session, sides)
    await hub.record(
        session, at_us=made.at_us, actor=actor, action=f"outage.{word}", target=str(made.outage_id), detail=detail
    )
