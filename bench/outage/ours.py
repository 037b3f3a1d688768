"""channelhub's own detector, as `channelhub backtest` runs it, with and without its dictionary of concepts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bench.outage.scoring import Detection
from channelhub.content.features import is_concept
from channelhub.rules.outage.backtest import replay_reports
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.thresholds import OutageRules


def with_lexicon(reports: Sequence[Report]) -> list[Detection]:
    """As shipped."""
    return _detections(reports)


def without_lexicon(reports: Sequence[Report]) -> list[Detection]:
    """Stems only: what words of different languages have in common is not known."""
    return _detections(_stems_only(reports))


def _stems_only(reports: Iterable[Report]) -> Iterator[Report]:
    for report in reports:
        stems = tuple(term for term in report.features.terms if not is_concept(term))
        yield replace(report, features=replace(report.features, terms=stems))


def _detections(reports: Iterable[Report]) -> list[Detection]:
    opened: dict[str, tuple[int, tuple[int, ...]]] = {}
    members: dict[str, tuple[int, ...]] = {}
    for event in replay_reports(reports, OutageRules()):
        if event["event"] == "suspected":
            opened[event["outage"]] = (event["at_message"], tuple(event["members"]))
        elif event["event"] == "summary":
            members = {outage["outage"]: tuple(outage["members"]) for outage in event["outages"]}
    return [
        Detection(id=outage, opened_at=at, members_at_open=first, members=members[outage])
        for outage, (at, first) in opened.items()
    ]
