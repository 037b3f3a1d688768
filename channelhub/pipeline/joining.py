"""Reports become members of an outage: all that join one at once are looked up and written together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from channelhub.pipeline.outage_rules import LifeRules, follow, may_act
from channelhub.pipeline.vocabulary import worded
from channelhub.rules.outage.reasons import Reasons
from channelhub.rules.outage.report import Joined
from channelhub.store import outage_members, outages
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage

_MOST_MERGES = 20  # in a chain
_MAX_SEGMENT = 40


async def join(session: Session, joined: Sequence[Joined], rules: LifeRules) -> None:
    """Write reports that joined outages one after the other, with what the rules make of each outage on the way.

    Where the rules can't act on an outage, nobody looks at it between two of its reports: they are written together.
    """
    found = {one: await present(session, one) for one in dict.fromkeys(decision.outage_id for decision in joined)}
    together: dict[int, list[tuple[int, Reasons]]] = defaultdict(list)
    for decision in joined:
        known = found[decision.outage_id]
        if known is None:
            continue
        report = (decision.message_id, decision.reasons)
        if may_act(rules, known):
            await _add(session, known.id, [report])
            await look_again(session, decision.outage_id, rules, score=decision.score, at_us=decision.at_us)
        else:
            together[known.id].append(report)
    for outage_id, reports in together.items():
        await _add(session, outage_id, reports)


async def look_again(session: Session, outage_id: int, rules: LifeRules, *, score: float, at_us: int) -> None:
    """Let the rules see an outage as it is now."""
    known = await present(session, outage_id)
    if known is not None:
        await follow(session, known, rules, score=score, at_us=at_us)


async def present(session: Session, outage_id: int) -> Outage | None:
    """The outage, or the one it is merged into by now: a person may have been quicker than the detector."""
    known = await outages.get(session, outage_id)
    for _ in range(_MOST_MERGES):
        if known is None or known.merged_into is None:
            break
        known = await outages.get(session, known.merged_into)
    return known


async def add_members(session: Session, outage_id: int, why: Mapping[int, Reasons]) -> None:
    """Make messages members, each for its reasons. One that is a member stays as it is."""
    members = [
        Member(
            message_id=report.id,
            identity_id=report.identity_id,
            weight=1.0,
            reasons=why[report.id],
            at_us=report.at_us,
            segment=segment_of(report.extra),
        )
        for report in await outage_members.candidates(session, why)
    ]
    await outages.add_members(session, outage_id, members)


def segment_of(extra: Mapping[str, str]) -> str:
    """The customer's class, where a message's further fields name it: a form's hidden field, an API client's."""
    return extra.get("segment", "").strip().lower()[:_MAX_SEGMENT]


async def _add(session: Session, outage_id: int, reports: Sequence[tuple[int, Reasons]]) -> None:
    """In their order: the first that has a term gives the word for it."""
    await add_members(session, outage_id, await worded(session, outage_id, reports))
