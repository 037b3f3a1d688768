"""A burst of one word: its distinct customers against its usual share of traffic, by a gamma-Poisson test."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.outage.neighbours import Templates, stems
from channelhub.rules.outage.burst import score
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, MINUTE_US

_WINDOWS_US = (20 * MINUTE_US, HOUR_US, 3 * HOUR_US)
_ENOUGH = 5
#: -log10 of the chance that is taken for none.
_UNUSUAL = 5.0
_SHAPE = 2.5
_COLD_US = 2 * DAY_US
_HOLD_US = 3 * HOUR_US


@dataclass(slots=True)
class _Alarm:
    opened_at: int
    first: tuple[int, ...]
    last_us: int
    members: list[int] = field(default_factory=list)


class _Words:
    """The newest reports by word, and how often each word was used before them."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[Report]] = defaultdict(deque)
        self._traffic: deque[tuple[Report, tuple[str, ...]]] = deque()
        self._before: dict[str, int] = defaultdict(int)
        self._all_before = 0

    def add(self, report: Report, words: tuple[str, ...]) -> None:
        while self._traffic and self._traffic[0][0].at_us <= report.at_us - _WINDOWS_US[-1]:
            _, old_words = self._traffic.popleft()
            self._all_before += 1
            for word in old_words:
                self._recent[word].popleft()
                self._before[word] += 1
        self._traffic.append((report, words))
        for word in words:
            self._recent[word].append(report)

    def burst(self, word: str, now_us: int) -> list[Report]:
        """The reports with the word in the window where it is most unusual; none where it isn't unusual enough."""
        recent = self._recent[word]
        if len(recent) < _ENOUGH:
            return []
        share = (self._before[word] + 0.5) / (self._all_before + 1)
        best, best_score = [], _UNUSUAL
        for window_us in _WINDOWS_US:
            inside = [report for report in recent if report.at_us > now_us - window_us]
            customers = len({report.customer for report in inside})
            if customers < _ENOUGH:
                continue
            traffic = self._count_traffic(now_us - window_us)
            found = score(customers, share * traffic, _SHAPE)
            if found > best_score:
                best, best_score = inside, found
        return best

    def _count_traffic(self, since_us: int) -> int:
        count = 0
        for report, _ in reversed(self._traffic):
            if report.at_us <= since_us:
                break
            count += 1
        return count


def detect(reports: Sequence[Report]) -> list[Detection]:
    """Outages among the reports, which are in order of time: one for each word that bursts and has no alarm yet."""
    words_seen, templates = _Words(), Templates()
    alarms: list[_Alarm] = []
    live: dict[str, _Alarm] = {}
    for report in reports:
        words = stems(report)
        if not words or templates.is_repeated(report):
            continue
        words_seen.add(report, words)
        line = report.message_id - 1
        taken = [live[word] for word in words if word in live and live[word].last_us > report.at_us - _HOLD_US]
        if taken:
            taken[0].members.append(line)
            taken[0].last_us = report.at_us
            continue
        if report.at_us < reports[0].at_us + _COLD_US:
            continue
        for word in words:
            if burst := words_seen.burst(word, report.at_us):
                lines = tuple(one.message_id - 1 for one in burst)
                live[word] = _Alarm(opened_at=line, first=lines, last_us=report.at_us, members=list(lines))
                alarms.append(live[word])
                break
    return [
        Detection(
            id=str(alarm.opened_at),
            opened_at=alarm.opened_at,
            members_at_open=alarm.first,
            members=tuple(alarm.members),
        )
        for alarm in alarms
    ]
