"""Similar texts by MinHash and locality-sensitive hashing over stems, banded for a Jaccard similarity of about 0.35."""

from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from zlib import crc32

from bench.outage.neighbours import WINDOW_US, Neighbours, Templates, stems
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection

_BANDS, _ROWS = 24, 3
_SIMILAR = 0.35
_PRIME = (1 << 61) - 1
_SEEDS = [
    (Random(number).randrange(1, _PRIME), Random(-number - 1).randrange(_PRIME)) for number in range(_BANDS * _ROWS)
]
_FEWEST_STEMS = 2
_LARGEST_BUCKET = 200

_Key = tuple[int, tuple[int, ...]]


def detect(reports: Sequence[Report]) -> list[Detection]:
    """Outages among the reports, which are in order of time."""
    neighbours, templates = Neighbours(), Templates()
    buckets: dict[_Key, deque[tuple[Report, frozenset[str]]]] = {}
    living: deque[tuple[Report, list[_Key]]] = deque()
    for report in reports:
        words = frozenset(stems(report))
        if len(words) < _FEWEST_STEMS or templates.is_repeated(report):
            continue
        while living and living[0][0].at_us < report.at_us - WINDOW_US:
            old, keys = living.popleft()
            _forget(buckets, old, keys)
        keys = bands(words)
        near = {earlier.message_id: (earlier, its) for key in keys for earlier, its in buckets.get(key, ())}
        neighbours.add(report, [earlier for earlier, its in near.values() if _jaccard(words, its) >= _SIMILAR])
        for key in keys:
            buckets.setdefault(key, deque(maxlen=_LARGEST_BUCKET)).append((report, words))
        living.append((report, keys))
    return neighbours.detections()


def bands(words: frozenset[str]) -> list[_Key]:
    """The buckets a text falls into: two with many words in common share some."""
    signature = [min(column) for column in zip(*(_hashes(word) for word in words), strict=True)]
    return [(band, tuple(signature[band * _ROWS : (band + 1) * _ROWS])) for band in range(_BANDS)]


@lru_cache(maxsize=100_000)
def _hashes(word: str) -> tuple[int, ...]:
    hashed = crc32(word.encode())
    return tuple((factor * hashed + offset) % _PRIME for factor, offset in _SEEDS)


def _forget(buckets: dict[_Key, deque[tuple[Report, frozenset[str]]]], old: Report, keys: list[_Key]) -> None:
    for key in keys:
        bucket = buckets.get(key)
        if bucket and bucket[0][0] is old:
            bucket.popleft()
        if not bucket:
            buckets.pop(key, None)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
