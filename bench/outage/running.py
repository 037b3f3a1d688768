"""Runs detectors over streams, several streams at a time, each stream prepared once for all detectors."""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

from rich.console import Console
from rich.progress import Progress

from bench.outage import fuzzy, keywords, minhash, ours
from bench.outage.streams import Kind, stream
from channelhub.content.features import Features
from channelhub.rules.outage.backtest import BacktestRow, report_of
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Detection, Score, Truth, score

Detector = Callable[[Sequence[Report]], list[Detection]]
DETECTORS: Mapping[str, Detector] = {
    "channelhub": ours.with_lexicon,
    "no-lexicon": ours.without_lexicon,
    "keyword": keywords.detect,
    "rapidfuzz": fuzzy.detect,
    "minhash": minhash.detect,
}
#: Not a detector: the burst test of `keyword` over the true matter of each message, which no detector is told.
CEILING = "ceiling"
_TOLD = frozenset({"bg", "outage", "neutral", "rising", "angry"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A stream to be made or read; exactly one of `kind` and `file` is given."""

    name: str
    kind: Kind | None = None
    seed: int = 0
    file: Path | None = None

    def lines(self) -> list[dict[str, Any]]:
        if self.kind is not None:
            return stream(self.kind, self.seed)
        assert self.file is not None
        with gzip.open(self.file, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One detector on one stream. Times are microseconds a message; `prepare_us` is for reading the words."""

    detector: str
    stream: str
    score: Score
    detect_us: float
    prepare_us: float

    def document(self) -> dict[str, Any]:
        """For programs."""
        figures = {"detect_us": round(self.detect_us, 1), "prepare_us": round(self.prepare_us, 1)}
        shapes = {name: f"{found}/{all_}" for name, (found, all_) in by_shape(self.score).items()}
        own = {"detector": self.detector, "stream": self.stream, "found_by_shape": shapes}
        return own | self.score.document() | figures


def by_shape(score: Score) -> dict[str, tuple[int, int]]:
    """How many outages of each shape were found, and how many there are; an outage's name ends with its shape."""
    found = Counter(name.rsplit("-", 1)[-1] for name in score.found)
    all_ = found + Counter(name.rsplit("-", 1)[-1] for name in score.missed)
    return {shape: (found[shape], count) for shape, count in sorted(all_.items())}


def generated(kinds: Sequence[Kind], seeds: Sequence[int]) -> list[Asked]:
    """The project's own streams."""
    return [Asked(name=f"{kind.name}{seed}", kind=kind, seed=seed) for seed in seeds for kind in kinds]


def stored(folder: Path) -> list[Asked]:
    """The streams of a folder."""
    return [Asked(name=file.name.removesuffix(".jsonl.gz"), file=file) for file in sorted(folder.glob("*.jsonl.gz"))]


def results(asked: Sequence[Asked], detectors: Sequence[str], *, jobs: int) -> list[Run]:
    """All runs, in the order asked for, with a bar on a terminal meanwhile. The longest streams should come first."""
    console = Console(stderr=True)
    done: dict[str, list[Run]] = {}
    with (
        Progress(console=console, disable=not console.is_terminal, transient=True) as bar,
        ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool,
    ):
        task = bar.add_task("detecting", total=len(asked))
        waiting = {pool.submit(run, one, tuple(detectors)): one.name for one in asked}
        for future in as_completed(waiting):
            done[waiting[future]] = future.result()
            bar.advance(task)
    return [one for each in asked for one in done[each.name]]


def run(asked: Asked, detectors: Sequence[str]) -> list[Run]:
    """Each detector over one stream."""
    lines = asked.lines()
    began_s = process_time()
    reports = [report_of(row) for row in _rows(lines)]
    prepare_us = 1e6 * (process_time() - began_s) / len(lines)
    truths = [Truth(at_s=line["ts"], outage=line["truth_outage"], kind=line["kind"]) for line in lines]
    runs = []
    for name in detectors:
        began_s = process_time()
        found = keywords.detect(_told(reports, lines)) if name == CEILING else DETECTORS[name](reports)
        detect_us = 1e6 * (process_time() - began_s) / len(lines)
        runs.append(
            Run(
                detector=name,
                stream=asked.name,
                score=score(truths, found),
                detect_us=detect_us,
                prepare_us=prepare_us,
            )
        )
    return runs


def _told(reports: Sequence[Report], lines: Sequence[Mapping[str, Any]]) -> list[Report]:
    """The reports with nothing but what they are about; those about nothing say nothing."""
    return [
        replace(report, features=Features(terms=(line["intent"],) if line["kind"] in _TOLD else ()))
        for report, line in zip(reports, lines, strict=True)
    ]


def _rows(lines: Sequence[Mapping[str, Any]]) -> Iterator[BacktestRow]:
    """What a detector may read of them."""
    customers: dict[str, int] = {}
    for number, line in enumerate(lines):
        yield BacktestRow(
            line=number,
            at_s=line["ts"],
            channel=line["channel"],
            customer=customers.setdefault(line["customer_id"], len(customers) + 1),
            text=line["text"],
            subject=line["subject"] or "",
            language=line["lang"] or "",
        )
