"""The grouping that detectors by similar texts share: enough customers with similar messages make an outage."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection
from channelhub.rules.outage.thresholds import HOUR_US

#: Distinct customers with similar messages within the window, the new one among them, that raise an alarm.
ENOUGH = 5
WINDOW_US = 2 * HOUR_US
_HOLD_US = 3 * HOUR_US
TEMPLATE_US = 24 * HOUR_US


@dataclass(slots=True)
class _Group:
    opened_at: int
    first: tuple[int, ...]
    last_us: int
    members: list[int] = field(default_factory=list)


class Neighbours:
    """`add` each report with the earlier ones that are similar; what they make is in `detections`."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []
        self._group_of: dict[int, int] = {}  # line -> number of its group

    def add(self, report: Report, similar: Iterable[Report]) -> None:
        """`similar` are reports within the last `WINDOW_US`."""
        line, near = report.message_id - 1, list(similar)
        live = Counter(
            number
            for one in near
            if (number := self._group_of.get(one.message_id - 1)) is not None
            and self._groups[number].last_us >= report.at_us - _HOLD_US
        )
        if live:
            self._take(live.most_common(1)[0][0], line, report.at_us)
            return
        if len({report.customer, *(one.customer for one in near)}) < ENOUGH:
            return
        members = sorted({line, *(one.message_id - 1 for one in near)})
        self._groups.append(_Group(opened_at=line, first=tuple(members), last_us=report.at_us))
        for member in members:
            self._take(len(self._groups) - 1, member, report.at_us)

    def _take(self, number: int, line: int, at_us: int) -> None:
        group = self._groups[number]
        group.members.append(line)
        group.last_us = at_us
        self._group_of[line] = number

    def detections(self) -> list[Detection]:
        return [
            Detection(
                id=str(group.opened_at),
                opened_at=group.opened_at,
                members_at_open=group.first,
                members=tuple(group.members),
            )
            for group in self._groups
        ]


class Templates:
    """Whether the same text, digits aside, was there within a day."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._order: deque[tuple[int, str]] = deque()

    def is_repeated(self, report: Report) -> bool:
        template = report.features.template
        while self._order and self._order[0][0] < report.at_us - TEMPLATE_US:
            at_us, old = self._order.popleft()
            if self._seen.get(old) == at_us:
                del self._seen[old]
        if not template:
            return False
        is_known = template in self._seen
        self._seen[template] = report.at_us
        self._order.append((report.at_us, template))
        return is_known


def stems(report: Report) -> tuple[str, ...]:
    """Its terms without concepts."""
    return tuple(term for term in report.features.terms if not term.startswith("#"))
