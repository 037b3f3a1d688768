"""`channelhub backtest FILE --tune`: many settings tried on one history whose words are read only once."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import msgspec
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from channelhub.cli.histories import history
from channelhub.cli.printing import print_json
from channelhub.rules.outage.backtest import report_of
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import Truth, p90
from channelhub.rules.outage.tuning import Outcome, Setting, Trial, outcome, recommended, settings, tried

_LENGTH_BYTES = 4
_COLUMNS = ("", "thr.", "min.", "alarms", "a day", "at", "all")
_JUDGED = ("P", "R", "F1", "reps.", "p90", "false")
_LEGEND = (
    "thr., min.: threshold, min_customers; at: customers when the alarm came, median; all: messages in the end, median"
)
_JUDGED_LEGEND = (
    "\nP, R: precision and recall of outages; reps.: reports of an outage until its alarm, median and p90; "
    "false: alarms a day that no outage was behind"
)


def tune(file: Path, *, as_json: bool, wanted_per_day: float, jobs: int) -> None:
    """Print what each setting would have raised, and which one fits the wanted rate of false alarms."""
    console = Console(stderr=True)
    with (
        Progress(console=console, disable=not console.is_terminal, transient=True) as progress,
        TemporaryDirectory(prefix="channelhub-tune-") as folder,
    ):
        spool = Path(folder) / "reports"
        truths = _spooled(file, spool, progress)
        if not truths:
            raise click.ClickException(f"{file}: there are no messages in it")
        wanted = settings()
        task = progress.add_task("trying settings", total=len(wanted))
        outcomes = []
        for trial in _trials(spool, wanted, jobs):
            outcomes.append(outcome(trial, truths))
            progress.advance(task)
    outcomes.sort(key=lambda one: (one.setting.threshold, one.setting.min_customers))
    best = recommended(outcomes, wanted_per_day)
    if as_json:
        print_json(_document(outcomes, best, wanted_per_day, truths))
    else:
        _print(outcomes, best, wanted_per_day, truths)


def _spooled(file: Path, spool: Path, progress: Progress) -> list[Truth]:
    """Writes the history's reports with their features to `spool`; returns what is known of each line."""
    encoder = msgspec.msgpack.Encoder()
    truths = []
    with spool.open("wb") as out:
        for line in history(file, progress):
            encoded = encoder.encode(report_of(line.row))
            out.write(len(encoded).to_bytes(_LENGTH_BYTES) + encoded)
            truths.append(line.truth)
    return truths


def _reports(spool: Path) -> Iterator[Report]:
    decoder = msgspec.msgpack.Decoder(Report)
    with spool.open("rb") as file:
        while length := file.read(_LENGTH_BYTES):
            yield decoder.decode(file.read(int.from_bytes(length)))


def _trials(spool: Path, wanted: Sequence[Setting], jobs: int) -> Iterator[Trial]:
    """In any order, each as soon as it is done."""
    if jobs == 1:
        for setting in wanted:
            yield _tried(spool, setting)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(wanted)), mp_context=context) as pool:
        waiting: list[Future[Trial]] = [pool.submit(_tried, spool, setting) for setting in wanted]
        for done in as_completed(waiting):
            yield done.result()


def _tried(spool: Path, setting: Setting) -> Trial:
    return tried(_reports(spool), setting)


def _document(
    outcomes: Sequence[Outcome], best: Outcome, wanted_per_day: float, truths: Sequence[Truth]
) -> dict[str, object]:
    return {
        "messages": len(truths),
        "is_labelled": best.score is not None,
        "wanted_false_alarms_per_day": wanted_per_day,
        "is_reached": best.false_alarms_per_day <= wanted_per_day,
        "settings": [one.document() | {"is_recommended": one is best} for one in outcomes],
        "recommended": {"threshold": best.setting.threshold, "min_customers": best.setting.min_customers},
    }


def _print(outcomes: Sequence[Outcome], best: Outcome, wanted_per_day: float, truths: Sequence[Truth]) -> None:
    is_labelled = best.score is not None
    table = Table(
        *_COLUMNS, *(_JUDGED if is_labelled else ()), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    for one in outcomes:
        table.add_row("→" if one is best else "", *_cells(one), style="bold" if one is best else "")
    console = Console()
    console.print(table)
    console.print(_LEGEND + (_JUDGED_LEGEND if is_labelled else ""))
    days = (truths[-1].at_s - truths[0].at_s) / 86_400
    console.print(
        f"{len(truths)} messages of {days:.1f} days; → is recommended for {wanted_per_day:g} false alarms a day"
    )
    if not is_labelled:
        console.print("The history names no outages, so every alarm counts as false: try it on a quiet stretch.")
    if best.false_alarms_per_day > wanted_per_day:
        console.print("No setting is so quiet; this is the quietest one.")
    console.print(
        f"\n[outages]\nthreshold = {best.setting.threshold:.1f}\nmin_customers = {best.setting.min_customers}",
        markup=False,
    )


def _cells(one: Outcome) -> list[str]:
    cells = [
        f"{one.setting.threshold:g}",
        str(one.setting.min_customers),
        str(one.alarms),
        f"{one.alarms_per_day:.2f}",
        "–" if one.customers is None else f"{one.customers:g}",
        "–" if one.members is None else f"{one.members:g}",
    ]
    if one.score is None:
        return cells
    reports = one.score.reports
    return [
        *cells,
        f"{one.score.precision:.2f}",
        f"{one.score.recall:.2f}",
        f"{one.score.f1:.3f}",
        f"{median(reports):g}" if reports else "–",
        f"{p90(reports):g}" if reports else "–",
        f"{one.score.false_alarms_per_day:.3f}",
    ]
