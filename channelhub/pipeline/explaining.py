"""What explains an outage to the person who must act on it, read from the tables at a bounded cost.

What compares the reports with other messages is kept for a few seconds, so that the pages of many agents, who look at
one growing outage, cost little more than one. Belongs into `Readers.look`: it computes on the reader's thread.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from channelhub.content.surface import words_of
from channelhub.rules.outage import representatives
from channelhub.rules.outage.affected import AffectedBy, affected_by
from channelhub.rules.outage.course import Course, course, span_of
from channelhub.rules.outage.distinguishing import Distinguishing, distinguishing
from channelhub.rules.outage.reasons import Burst
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import DAY_US
from channelhub.rules.outage.traits import CommonTrait, Traits, common_traits, first_known, happened, traits_of
from channelhub.store import contacts, latest, outage_decisions, outage_words, profiles, traffic
from channelhub.store.contacts import Contact
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outage_words import Opening
from channelhub.store.outages import ListedMember, Outage

COMPARED_DAYS: Final = 7
SAMPLE: Final = 2000  # contacts of the days before, to compare with
MOST_COMPARED: Final = 500  # of the newest reports are compared with others
MOST_TEXTS: Final = 200  # … and of these so many are looked through for representatives
MOST_WORDED: Final = 60  # texts in which the words for terms are looked up
KEPT_S: Final = 5.0  # while reports come in
KEPT_QUIET_S: Final = 60.0  # while they are the same: an edited text shows by then
MOST_KEPT: Final = 32  # outages

_report = msgspec.json.Decoder(Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All that is shown beside an outage and its reports."""

    decisions: tuple[Decided, ...]
    course: Course | None
    compared: "Compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`representatives`: the reports that say best what it is about, the most central first. `words`: those that tell
    the reports from usual messages, as customers write them. `common`: what stands out among the affected; `affected`:
    what is known of them, counted."""

    representatives: tuple[Opening, ...]
    words: tuple[tuple[str, Distinguishing], ...]
    common: tuple[CommonTrait, ...]
    affected: tuple[AffectedBy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    reports: tuple[int, ...]
    made_s: float
    compared: Compared


class Explaining:
    """Explains outages; remembers what it compared lately. `clock` gives seconds that never run backwards."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    async def explain(self, session: Session, outage: Outage, members: Sequence[ListedMember]) -> Explained:
        """Of `members`, the newest first. Decisions and course are those of now."""
        return Explained(
            decisions=tuple(await outage_decisions.of_outage(session, outage.id)),
            course=await _course(session, outage),
            compared=await self._compared(session, outage, members[:MOST_COMPARED]),
        )

    async def _compared(self, session: Session, outage: Outage, members: Sequence[ListedMember]) -> Compared:
        reports = tuple(one.message_id for one in members)
        kept = self._kept.get(outage.id)
        now_s = self._clock()
        if kept is not None and now_s < kept.made_s + (KEPT_QUIET_S if kept.reports == reports else KEPT_S):
            return kept.compared
        found = await compare(session, outage, reports)
        self._kept[outage.id] = _Kept(reports=reports, made_s=now_s, compared=found)
        self._kept.move_to_end(outage.id)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found


async def compare(session: Session, outage: Outage, reports: Sequence[int]) -> Compared:
    """Some reports of an outage, the newest first, beside what others wrote in the days before it."""
    since_us = outage.began_us - COMPARED_DAYS * DAY_US
    reported = await contacts.of_messages(session, reports)
    affected = {one.customer_id for one in reported}
    sampled = await contacts.sample(session, since_us, outage.began_us, most=SAMPLE)
    others = [one for one in sampled if one.customer_id not in affected]
    openings = await outage_words.openings(session, reports[:MOST_TEXTS])
    spoken = {one.message_id: _terms(one) for one in (*reported, *others)}
    usual = [terms for one in _one_each(others) if (terms := spoken[one.message_id])]
    said = [terms for one in _one_each(reported) if (terms := spoken[one.message_id])]
    common, counted = await _common(session, reported, others, since_us=since_us, until_us=outage.opened_us)
    return Compared(
        representatives=_representatives(reported, spoken, openings, usual),
        words=_words(said, openings, usual),
        common=common,
        affected=counted,
    )


async def _course(session: Session, outage: Outage) -> Course | None:
    times_us = await latest.report_times_us(session, outage.id)
    if not times_us:
        return None
    _, since_us, until_us = span_of(times_us)
    bursts = [reason for reason in outage.reasons if isinstance(reason, Burst)]
    background = bursts[-1].background if bursts else None
    return course(times_us, await traffic.between(session, since_us, until_us), background)


def _representatives(
    reported: Iterable[Contact],
    spoken: Mapping[int, tuple[str, ...]],
    openings: Sequence[Opening],
    usual: Sequence[tuple[str, ...]],
) -> tuple[Opening, ...]:
    by_id = {one.message_id: one for one in reported}
    texts = {one.message_id: one for one in openings}
    shares: dict[str, float] = {}
    for terms in usual:
        for term in terms:
            shares[term] = shares.get(term, 0.0) + 1 / len(usual)
    chosen = representatives.representatives(
        [
            representatives.Report(
                message_id=one.message_id,
                customer=by_id[one.message_id].customer_id,
                language=one.language,
                terms=spoken[one.message_id],
                text=one.text,
            )
            for one in openings
            if one.message_id in by_id
        ],
        shares,
    )
    return tuple(texts[message_id] for message_id in chosen)


def _words(
    reports: Sequence[tuple[str, ...]], openings: Sequence[Opening], usual: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, Distinguishing], ...]:
    """Each word once, with the most certain of the terms that it stands for. A concept is shown as it is said in every
    language that the reports are written in."""
    found = distinguishing(reports, usual)
    by_language: dict[str, list[tuple[str, str]]] = {}
    for one in openings[-MOST_WORDED:]:
        by_language.setdefault(one.language, []).append((f"{one.subject} \n {one.text}", one.language))
    said = [words_of([one.term for one in found], by_language[language]) for language in sorted(by_language)]
    worded: dict[str, Distinguishing] = {}
    for told in found:
        words = dict.fromkeys(words[told.term] for words in said if told.term in words)
        worded.setdefault(" / ".join(words) or told.term.removeprefix("#"), told)
    return tuple(worded.items())


async def _common(
    session: Session, reported: Sequence[Contact], others: Sequence[Contact], *, since_us: int, until_us: int
) -> tuple[tuple[CommonTrait, ...], tuple[AffectedBy, ...]]:
    """What stands out and what is known among messages and journey events, in the same days for both sides."""
    everybody = [one.identity_id for one in (*reported, *others)]
    journeys = await contacts.journeys(session, everybody, since_us, until_us)
    known = await profiles.of_customers(session, everybody)
    elsewhere = first_known(
        [
            *((one.customer_id, happened(one.name, one.attributes)) for one in journeys),
            *((one.customer_id, traits_of({**one.attributes, "segment": one.segment})) for one in known),
        ]
    )
    affected = _traits(reported, elsewhere)
    return common_traits(affected, _traits(reversed(others), elsewhere)), affected_by(affected)


def _traits(messages: Iterable[Contact], elsewhere: dict[int, Traits]) -> list[Traits]:
    """One of each customer: the first of their messages that says anything of an attribute decides."""
    said = first_known(
        (
            one.customer_id,
            traits_of({} if one.channel == "email" else one.extra)
            | {"channel": one.channel, "account": one.account, "language": one.language},
        )
        for one in messages
    )
    return [{**elsewhere.get(customer, {}), **traits} for customer, traits in said.items()]


def _one_each(messages: Iterable[Contact]) -> list[Contact]:
    """The first message of each customer."""
    first: dict[int, Contact] = {}
    for one in messages:
        first.setdefault(one.customer_id, one)
    return list(first.values())


def _terms(contact: Contact) -> tuple[str, ...]:
    """None for spam, and for a row that can't be read."""
    try:
        report = _report.decode(contact.report)
    except msgspec.MsgspecError:
        return ()
    return () if report.is_automatic else report.features.terms
