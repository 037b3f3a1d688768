"""The topics report: what customers complain about most, from the features that are stored with their messages.

The weeks' messages are read once, page by page on short snapshots, and kept in memory in a form of bounded size; later
reports read only what came since. Where there are too many, every second customer (or fourth, …) stands for all.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from channelhub.content.features import renewed
from channelhub.content.surface import words_of
from channelhub.domain.times import to_us
from channelhub.rules.identity import digest_id
from channelhub.rules.outage.report import Report
from channelhub.rules.topics.grouping import LEAST_CUSTOMERS, group
from channelhub.rules.topics.model import WEEK_US, Member, Said, Topic, Weeks, keys_of
from channelhub.rules.topics.trends import MEAN_OF_WEEKS, Change, Trend, against, trends
from channelhub.store import outage_words, topics, traffic
from channelhub.store.database import Session
from channelhub.store.outage_words import Opening
from channelhub.store.topics import NEWEST_SEQ, Featured

MOST_WEEKS: Final = 26
MOST_SHOWN: Final = 30
MOST_KEPT: Final = 60_000  # messages in memory
ROWS: Final = 500
FRESH_US: Final = 60 * 1_000_000  # a report is made anew after this
REREAD_US: Final = 6 * 3600 * 1_000_000  # so often everything is read anew: edits, deletions, joined customers
_CANDIDATES: Final = 12  # messages of a topic whose words are read
_EXAMPLES: Final = 3
_WORDS: Final = 6
_MOST_LOOKED_UP: Final = 2000
_report = msgspec.json.Decoder(Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A typical message, by its beginning."""

    message_id: int
    customer_id: int
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTopic:
    """One topic. `customers` of each week, the newest first; `in_outages` of the newest week's."""

    id: int
    words: Sequence[str]
    customers: Sequence[int]
    messages: int
    share: float  # of all customers who wrote in the newest week
    week_before: Change | None
    mean: Change | None  # against the mean of up to four weeks before
    trend: Trend
    languages: Mapping[str, int]
    channels: Mapping[str, int]
    in_outages: int
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsReport:
    """`one_in` is 1, or how many customers each counted one stands for; the numbers are already times that."""

    to_us: int
    wrote: Sequence[int]
    complained: Sequence[int]
    one_in: int
    topics: Sequence[ReportedTopic]


class Topics:
    """Makes reports from what `read` gives sessions to. One at a time; the same one is good for a minute."""

    def __init__(
        self, read: Callable[[], AbstractAsyncContextManager[Session]], *, now: Callable[[], datetime]
    ) -> None:
        self._read = read
        self._now = now
        self._lock = asyncio.Lock()
        self._said: list[Said] = []
        self._one_in = 1
        self._newest_seq = 0
        self._from_us = 0
        self._read_us: int | None = None
        self._made: dict[int, TopicsReport] = {}

    async def report(self, *, weeks: int) -> TopicsReport:
        """The topics of the last `weeks` weeks, 2 to 26; for the comparison at least five are read."""
        now_us = to_us(self._now())
        async with self._lock:
            made = self._made.get(weeks)
            if made is None or not 0 <= now_us - made.to_us < FRESH_US:
                await self._catch_up(now_us, from_us=now_us - max(weeks, MEAN_OF_WEEKS + 1) * WEEK_US)
                made = self._made[weeks] = await self._make(now_us, weeks)
        return made

    async def _catch_up(self, now_us: int, *, from_us: int) -> None:
        is_stale = self._read_us is None or not 0 <= now_us - self._read_us < REREAD_US
        if is_stale or from_us < self._from_us:
            await self._read_all(from_us)
            self._read_us = now_us
        else:
            await self._read_newer()
        self._said = [one for one in self._said if one.at_us >= self._from_us]

    async def _read_all(self, from_us: int) -> None:
        """From the newest back to what was received before `from_us`: what is older was written earlier still."""
        self._said, self._one_in, self._newest_seq, self._from_us = [], 1, 0, from_us
        self._read_us = None  # until it is whole
        async with self._read() as session:
            self._one_in = _one_in(await traffic.since(session, from_us))
        seq = NEWEST_SEQ
        while True:
            async with self._read() as session:
                rows = await topics.older(session, seq, limit=ROWS, one_in=self._one_in)
            if not rows:
                return
            self._newest_seq = max(self._newest_seq, rows[0].seq)
            seq = rows[-1].seq
            await asyncio.to_thread(self._keep, rows)
            if rows[-1].received_us < from_us:
                return

    async def _read_newer(self) -> None:
        while True:
            async with self._read() as session:
                rows = await topics.newer(session, self._newest_seq, limit=ROWS, one_in=self._one_in)
            if not rows:
                return
            self._newest_seq = rows[-1].seq
            await asyncio.to_thread(self._keep, rows)

    def _keep(self, rows: Sequence[Featured]) -> None:
        for row in rows:
            one = None if row.is_deleted or row.customer_id % self._one_in else _said(row)
            if one is None or one.at_us < self._from_us:
                continue
            self._said.append(one)
            while len(self._said) > MOST_KEPT:
                self._one_in *= 2
                self._said = [kept for kept in self._said if kept.customer % self._one_in == 0]

    async def _make(self, now_us: int, weeks: int) -> TopicsReport:
        found = await asyncio.to_thread(group, self._said, now_us=now_us, weeks=max(weeks, MEAN_OF_WEEKS + 1))
        judged = _judged(found)
        shown = [
            (topic, before, mean, trend)
            for topic, before, mean, trend in judged
            if topic.customers(0) >= LEAST_CUSTOMERS or trend is Trend.DOWN
        ][:MOST_SHOWN]
        return TopicsReport(
            to_us=now_us,
            wrote=[count * self._one_in for count in found.wrote[:weeks]],
            complained=[count * self._one_in for count in found.complained[:weeks]],
            one_in=self._one_in,
            topics=[
                await self._told(topic, found, before, mean, trend, weeks=weeks) for topic, before, mean, trend in shown
            ],
        )

    async def _told(
        self, topic: Topic, found: Weeks, before: Change | None, mean: Change | None, trend: Trend, *, weeks: int
    ) -> ReportedTopic:
        newest = [one for one in topic.members if one.week == 0]
        candidates = _typical(topic.members)
        async with self._read() as session:
            openings = await outage_words.openings(session, [one.message_id for one in candidates])
            outage_messages = await topics.in_outages(session, [one.message_id for one in newest[:_MOST_LOOKED_UP]])
        texts = [(f"{one.subject} \n {one.text}", one.language) for one in openings]
        said = await asyncio.to_thread(words_of, topic.keys, texts)
        customers = topic.customers(0)
        return ReportedTopic(
            id=digest_id("topic", *sorted(topic.keys)),
            words=list(dict.fromkeys(said[key] for key in topic.keys if key in said))[:_WORDS],
            customers=[topic.customers(week) * self._one_in for week in range(weeks)],
            messages=len(newest) * self._one_in,
            share=customers / found.wrote[0] if found.wrote[0] else 0.0,
            week_before=_scaled(before, self._one_in),
            mean=_scaled(mean, self._one_in),
            trend=trend,
            languages=_customers_by([(one.language or "?", one.customer) for one in newest], self._one_in),
            channels=_customers_by([(one.channel, one.customer) for one in newest], self._one_in),
            in_outages=len({one.customer for one in newest if one.message_id in outage_messages}) * self._one_in,
            examples=_examples(candidates, openings),
        )


def _one_in(messages: int) -> int:
    """How many customers each one that is read stands for, where so many messages are expected. More may come: what
    wasn't live isn't counted as traffic."""
    one_in = 1
    while messages > MOST_KEPT * one_in:
        one_in *= 2
    return one_in


def _said(row: Featured) -> Said | None:
    """None for a machine's message, and for a row that can't be read: one damaged row must not hide all others."""
    try:
        report = _report.decode(row.report)
    except msgspec.MsgspecError:
        return None
    if report.is_automatic:
        return None
    return Said(
        message_id=row.message_id,
        at_us=report.at_us,
        customer=row.customer_id,
        language=report.features.language,
        channel=report.channel,
        keys=keys_of(renewed(report.features)),
        origin="" if report.is_verified else report.origin,
        template=report.features.template,
    )


def _judged(found: Weeks) -> list[tuple[Topic, Change | None, Change | None, Trend]]:
    """The topics with their changes, those of most customers in the newest week first."""
    ordered = sorted(found.topics, key=lambda one: (-one.customers(0), -len(one.members), tuple(one.keys)))
    wrote = found.wrote
    before = [against(one.customers(0), wrote[0], [one.customers(1)], wrote[1:2]) for one in ordered]
    end = MEAN_OF_WEEKS + 1
    means = [
        against(one.customers(0), wrote[0], [one.customers(week) for week in range(1, end)], wrote[1:end])
        for one in ordered
    ]
    return list(zip(ordered, before, means, trends(means), strict=True))


def _typical(members: Sequence[Member]) -> list[Member]:
    """Messages that have most of the topic's words, of different customers, the newest week's first."""
    customers: set[int] = set()
    chosen: list[Member] = []
    for one in sorted(members, key=lambda one: (one.week > 0, -one.fit, one.week, -one.message_id)):
        if one.customer not in customers:
            customers.add(one.customer)
            chosen.append(one)
        if len(chosen) == _CANDIDATES:
            break
    return chosen


def _examples(candidates: Sequence[Member], openings: Sequence[Opening]) -> list[Example]:
    """The most typical message of each language, then the next typical ones; of equals the shorter."""
    texts = {one.message_id: _whole(one) for one in openings}
    ranked = sorted(
        (one for one in candidates if texts.get(one.message_id)),
        key=lambda one: (one.week > 0, -one.fit, len(texts[one.message_id]), one.message_id),
    )
    first = {one.language: one for one in reversed(ranked)}.values()
    ordered = sorted(ranked, key=lambda one: (one not in first, ranked.index(one)))
    return [
        Example(message_id=one.message_id, customer_id=one.customer, language=one.language, text=texts[one.message_id])
        for one in ordered[:_EXAMPLES]
    ]


def _whole(opening: Opening) -> str:
    """Its words, with the subject where that says something else."""
    subject, text = opening.subject.strip(), opening.text.strip()
    return text if subject.lower() in text.lower() else f"{subject}: {text}" if text else subject


def _customers_by(pairs: Sequence[tuple[str, int]], one_in: int) -> dict[str, int]:
    counted = Counter(value for value, _ in dict.fromkeys(pairs))
    return {value: count * one_in for value, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))}


def _scaled(change: Change | None, one_in: int) -> Change | None:
    return None if change is None else Change(before=change.before * one_in, ratio=change.ratio, p=change.p)
