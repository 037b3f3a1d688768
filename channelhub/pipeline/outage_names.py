"""What an outage is called that a person splits off: its id, its words and its title."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from channelhub.content.features import is_concept
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.wording import headline
from channelhub.store import outage_members, outages, timeline
from channelhub.store.database import Session
from channelhub.store.outage_members import NamedMember

_TITLE_TERMS: Final = 3
_report = msgspec.json.Decoder(Report)


async def free_id(session: Session, taken: Sequence[NamedMember]) -> int:
    """An outage's id is that of a report of its; the oldest that names none yet."""
    for one in sorted(taken, key=lambda one: (one.at_us, one.message_id)):
        if await outages.get(session, one.message_id) is None:
            return one.message_id
    raise CommandRefused("each of these reports has raised an outage before: split off one more")


async def shared_terms(session: Session, message_ids: Sequence[int]) -> tuple[str, ...]:
    """The words that most of these reports have, none that only one has."""
    counts = Counter(
        term
        for report in await outage_members.reports(session, message_ids)
        for term in set(_report.decode(report).features.terms)
        if not is_concept(term)
    )
    ordered = sorted((term for term, count in counts.items() if count > 1), key=lambda term: (-counts[term], term))
    return tuple(ordered[:_TITLE_TERMS])


async def title_of(session: Session, terms: Sequence[str], message_ids: Sequence[int]) -> str:
    """One report's own words."""
    entries = await timeline.get_many(session, message_ids)
    return headline(terms, [entry.preview for entry in entries.values()]) or " ".join(terms)
