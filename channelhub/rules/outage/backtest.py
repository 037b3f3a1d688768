"""Replays a history through the detector and says what would have been raised, in the order of events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from channelhub.content import automatic, bounces
from channelhub.content.features import Features, features
from channelhub.content.replies import own_words
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.phrasing import sentences
from channelhub.rules.outage.report import Decision, Grown, Joined, Merged, Report, Resolved, Suspected
from channelhub.rules.outage.thresholds import SECOND_US, OutageRules

#: Channels whose subject is chosen from the form's list: a category is what we file, not what the customer says.
_CATEGORY_CHANNELS = frozenset({"form", "webform"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRow:
    """One line of a history. `line` is 0-based; `at_s` is unix seconds."""

    line: int
    at_s: float
    channel: str
    customer: int
    text: str
    subject: str = ""
    language: str = ""
    origin: str = ""
    is_verified: bool = True  # a history without origins can only be believed
    is_automatic: bool = False
    is_backfill: bool = False
    features: Features | None = None  # where they are known, nothing is made of subject and text


class _Groups:
    """Members as they come, merges followed."""

    def __init__(self) -> None:
        self.members: dict[int, list[int]] = {}

    def apply(self, decision: Decision) -> None:
        if isinstance(decision, Suspected):
            self.members[decision.outage_id] = list(decision.members)
        elif isinstance(decision, Joined):
            self.members[decision.outage_id].append(decision.message_id)
        elif isinstance(decision, Merged):
            self.members[decision.into_id] = sorted(
                {*self.members[decision.into_id], *self.members[decision.outage_id]}
            )


def report_of(row: BacktestRow) -> Report:
    """The row as the detector takes it; a history has no headers, so a machine's answer is known by its first words.

    Message ids are line numbers plus one, because 0 names no message.
    """
    subject = "" if row.channel in _CATEGORY_CHANNELS else row.subject
    return Report(
        message_id=row.line + 1,
        at_us=int(row.at_s * SECOND_US),
        customer=row.customer,
        channel=row.channel,
        origin=row.origin,
        is_verified=row.is_verified,
        is_automatic=row.is_automatic or any(map(_is_by_a_machine, (row.subject, row.text))),
        is_backfill=row.is_backfill,
        features=row.features or features(subject=subject, text=own_words(row.text), language=row.language),
    )


def _is_by_a_machine(text: str) -> bool:
    return automatic.says_it_is(text) or bounces.begins_as_notice(text)


def replay(rows: Iterable[BacktestRow], rules: OutageRules) -> Iterator[dict[str, Any]]:
    """Events `suspected` and `resolved` as they happen, and a `summary` last.

    `outage` names are lines as text; `members` are 0-based lines. An outage that was merged into an older one keeps
    its own members in the summary. The caller adds the seconds it took.
    """
    return replay_reports(map(report_of, rows), rules)


def replay_reports(reports: Iterable[Report], rules: OutageRules) -> Iterator[dict[str, Any]]:
    """The same of what `report_of` made of the rows, for those who replay them several times."""
    detector = Detector(rules)
    groups = _Groups()
    count = 0
    for report in reports:
        count += 1
        for decision in detector.vote(report):
            groups.apply(decision)
            event = _event(decision, report.message_id - 1)
            if event is not None:
                yield event
    outages = [{"outage": str(outage_id - 1), "members": _lines(ids)} for outage_id, ids in groups.members.items()]
    yield {"event": "summary", "messages": count, "outages": outages}


def _event(decision: Decision, line: int) -> dict[str, Any] | None:
    if isinstance(decision, Suspected):
        return {
            "event": "suspected",
            "outage": str(decision.outage_id - 1),
            "at_message": line,
            "ts": decision.at_us / SECOND_US,
            "members": _lines(decision.members),
            "customers": decision.customers,
            "label": decision.label,
            "reasons": sentences(decision.reasons),
        }
    if isinstance(decision, Resolved | Merged):
        event = {
            "event": "resolved",
            "outage": str(decision.outage_id - 1),
            "at_message": line,
            "ts": decision.at_us / SECOND_US,
            "reasons": sentences(decision.reasons),
        }
        return event | {"into": str(decision.into_id - 1)} if isinstance(decision, Merged) else event
    assert isinstance(decision, Joined | Grown)
    return None


def _lines(message_ids: Iterable[int]) -> list[int]:
    return [message_id - 1 for message_id in message_ids]
