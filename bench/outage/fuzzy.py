"""Similar texts by rapidfuzz: each message against the last 500, as a simple duplicate search does."""

from collections import deque
from collections.abc import Sequence

from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.process import extract

from bench.outage.neighbours import WINDOW_US, Neighbours, Templates, stems
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection

_LAST = 500
#: Of 100, over stems.
_SIMILAR = 75
_FEWEST_STEMS = 2


def detect(reports: Sequence[Report]) -> list[Detection]:
    """Outages among the reports, which are in order of time."""
    neighbours, templates = Neighbours(), Templates()
    recent: deque[tuple[Report, str]] = deque(maxlen=_LAST)
    for report in reports:
        words = stems(report)
        if len(words) < _FEWEST_STEMS or templates.is_repeated(report):
            continue
        while recent and recent[0][0].at_us < report.at_us - WINDOW_US:
            recent.popleft()
        text = " ".join(words)
        choices = [earlier for _, earlier in recent]
        found = extract(text, choices, scorer=token_set_ratio, score_cutoff=_SIMILAR, limit=None)
        neighbours.add(report, [recent[at][0] for _, _, at in found])
        recent.append((report, text))
    return neighbours.detections()
