"""channelhub's own detector, as `channelhub backtest` runs it, with and without its dictionary of concepts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from channelhub.content.features import is_concept
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.tuning import Setting, tried

_SHIPPED = Setting(threshold=OutageRules().theta, min_customers=OutageRules().k)


def with_lexicon(reports: Sequence[Report]) -> list[Detection]:
    """As shipped."""
    return list(tried(reports, _SHIPPED).detections)


def without_lexicon(reports: Sequence[Report]) -> list[Detection]:
    """Stems only: what words of different languages have in common is not known."""
    return list(tried(_stems_only(reports), _SHIPPED).detections)


def _stems_only(reports: Iterable[Report]) -> Iterator[Report]:
    for report in reports:
        stems = tuple(term for term in report.features.terms if not is_concept(term))
        yield replace(report, features=replace(report.features, terms=stems))
