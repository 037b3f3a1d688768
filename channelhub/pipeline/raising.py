"""What the detector decided becomes rows and events."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, groupby

from channelhub.domain.events.outages import (
    OutageData,
    OutageGrown,
    OutageMerged,
    OutageReopened,
    OutageResolved,
    OutageSuspected,
    entered,
)
from channelhub.domain.outages import OutageState
from channelhub.pipeline.joining import add_members, join, look_again, present
from channelhub.pipeline.outage_events import event
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.pipeline.vocabulary import learn
from channelhub.rules.outage.lifecycle import state_of_merged
from channelhub.rules.outage.reasons import SharedTerms, distinct_words, in_words, terms_of
from channelhub.rules.outage.report import (
    Alerted,
    Grown,
    Joined,
    Merged,
    Regrouped,
    Resolved,
    Returned,
    Step,
    Suspected,
)
from channelhub.rules.outage.wording import headline
from channelhub.store import events, messages, outage_decisions, outage_members, outages, timeline
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Outage

LABEL_WORDS = 3


async def write_decisions(session: Session, decisions: Sequence[Step], rules: LifeRules) -> None:
    """Write decisions in their order, and after each what the rules make of its outage. Twice changes nothing.

    What is written doesn't depend on how decisions are cut into commits: reports that follow each other are written
    together only where nothing could have come between them.
    """
    for _, run in groupby(decisions, key=lambda decision: isinstance(decision, Joined)):
        same = list(run)
        await join(session, [one for one in same if isinstance(one, Joined)], rules)
        for decision in same:
            if not isinstance(decision, Joined):
                await _write(session, decision)
                await _follow(session, decision, rules)


async def _follow(session: Session, decision: Step, rules: LifeRules) -> None:
    if isinstance(decision, Alerted):
        await _compare_with_alerts(session, decision, rules)
    elif rules.is_any and isinstance(decision, Suspected | Merged | Returned | Regrouped):
        changed_id = decision.into_id if isinstance(decision, Merged) else decision.outage_id
        score = decision.score if isinstance(decision, Suspected) else 0.0
        await look_again(session, changed_id, rules, score=score, at_us=decision.at_us)


async def _compare_with_alerts(session: Session, decision: Alerted, rules: LifeRules) -> None:
    if not rules.confirmation.with_alert:
        return
    for known in reversed(await outages.still_open(session)):
        if known.state is OutageState.SUSPECTED:
            await look_again(session, known.id, rules, score=0.0, at_us=decision.at_us)


async def _write(session: Session, decision: Step) -> None:
    if isinstance(decision, Suspected):
        await _open(session, decision)
    elif isinstance(decision, Grown):
        known = await present(session, decision.outage_id)
        if known is not None and known.state.is_open:
            await events.append(session, [event(OutageGrown, known, customers=decision.customers)])
            await outage_decisions.add(session, [_decided(decision, "grown", customers=decision.customers)])
    elif isinstance(decision, Merged):
        await _merge(session, decision)
    elif isinstance(decision, Returned):
        await _return(session, decision)
    elif isinstance(decision, Resolved):
        await _resolve(session, decision)


async def _open(session: Session, decision: Suspected) -> None:
    if await outages.get(session, decision.outage_id) is not None:
        return
    reports = await messages.get_many(session, decision.members)
    began_us = min((report.at_us for report in reports.values()), default=decision.at_us)
    terms = tuple(decision.label.split(" "))
    entries = await timeline.get_many(session, decision.members)
    telling = [term for reason in decision.reasons if isinstance(reason, SharedTerms) for term in reason.terms]
    said = await learn(session, decision.outage_id, decision.members, {*telling, *terms_of(chain(*decision.why))})
    opened = Outage(
        id=decision.outage_id,
        state=OutageState.SUSPECTED,
        version=1,
        title=headline(terms, [entry.preview for entry in entries.values()]) or decision.label,
        terms=distinct_words(telling, said.words)[:LABEL_WORDS] or terms,
        reasons=in_words(decision.reasons, said.words),
        began_us=began_us,
        opened_us=decision.at_us,
        changed_us=decision.at_us,
    )
    await outages.save(session, [opened])
    why = dict(zip(decision.members, decision.why, strict=True))
    await add_members(session, opened.id, {one: said.of_message(one, reasons) for one, reasons in why.items()})
    await events.append(session, [event(OutageSuspected, opened, customers=decision.customers)])
    noticed = _decided(decision, "suspected", customers=decision.customers)
    await outage_decisions.add(session, [replace(noticed, reasons=opened.reasons)])


async def _merge(session: Session, decision: Merged) -> None:
    known, into = await outages.get(session, decision.outage_id), await present(session, decision.into_id)
    if known is None or into is None or known.merged_into is not None or into.id == known.id:
        return
    await outages.move_members(session, known.id, into_id=into.id)
    await outage_members.carry_exclusions(session, known.id, into_id=into.id)
    said = await learn(session, into.id, [], terms_of(decision.reasons))
    reasons = in_words(decision.reasons, said.words)
    merged = replace(
        known,
        state=OutageState.RESOLVED if known.state.is_open else known.state,  # what a person said stands
        version=known.version + 1,
        reasons=(*known.reasons, *reasons),
        merged_into=into.id,
        changed_us=decision.at_us,
        closed_us=known.closed_us or decision.at_us,
    )
    await outages.save(session, [merged])
    went = _decided(decision, "merged", subject_id=into.id)
    came = replace(went, outage_id=into.id, decision="taken_in", subject_id=decision.outage_id)
    await outage_decisions.add(session, [replace(one, reasons=reasons) for one in (went, came)])
    await events.append(session, [event(OutageMerged, merged, into_id=into.id)])
    state = state_of_merged(known.state, into.state)
    if state is not into.state:
        whole = replace(into, state=state, version=into.version + 1, changed_us=decision.at_us)
        await outages.save(session, [whole])
        await events.append(session, [event(entered(state), whole)])


async def _resolve(session: Session, decision: Resolved) -> None:
    known = await outages.get(session, decision.outage_id)
    if known is None or not known.state.is_open:
        return
    resolved = replace(
        known,
        state=OutageState.RESOLVED,
        version=known.version + 1,
        reasons=(*known.reasons, *decision.reasons),
        changed_us=decision.at_us,
        closed_us=decision.at_us,
    )
    await outages.save(session, [resolved])
    await events.append(session, [event(OutageResolved, resolved)])
    await outage_decisions.add(session, [_decided(decision, "resolved")])


async def _return(session: Session, decision: Returned) -> None:
    """Reports go on although a person said that it is mended or over; what they have said since then stands."""
    known = await outages.get(session, decision.outage_id)
    was = None if known is None or known.merged_into is not None else known.state
    if known is None or was not in (OutageState.MONITORING, OutageState.RESOLVED):
        return
    again = replace(
        known,
        state=OutageState.CONFIRMED if was is OutageState.MONITORING else decision.state,
        version=known.version + 1,
        reasons=(*known.reasons, *decision.reasons),
        changed_us=decision.at_us,
        closed_us=None,
    )
    word = "returned" if was is OutageState.MONITORING else "reopened"
    await outages.save(session, [again])
    kinds: list[type[OutageData]] = (
        [entered(again.state)] if word == "returned" else [OutageReopened, entered(again.state)]
    )
    await events.append(session, [event(kind, again, customers=decision.customers) for kind in kinds])
    await outage_decisions.add(session, [_decided(decision, word, customers=decision.customers)])


def _decided(
    made: Suspected | Grown | Merged | Resolved | Returned, word: str, *, subject_id: int = 0, customers: int = 0
) -> Decided:
    return Decided(
        outage_id=made.outage_id,
        at_us=made.at_us,
        decision=word,
        reasons=made.reasons,
        subject_id=subject_id,
        customers=customers,
    )
