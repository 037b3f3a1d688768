"""Histories to be replayed: files with a message a line, in order of time."""

import gzip
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO

import click
import msgspec
from rich.progress import Progress

from channelhub.content.features import Features
from channelhub.rules.outage.backtest import BacktestRow
from channelhub.rules.outage.scoring import Truth


class Line(msgspec.Struct, omit_defaults=True):
    """A message. Either `text` or the `features` that were made of one say what it is about.

    Lines with `backfill` are history that came late: they move the usual rates of their time only.
    """

    ts: float
    text: str | None = None
    channel: str = ""
    customer_id: str | int = ""
    lang: str | None = None
    subject: str | None = None
    origin: str = ""
    verified: bool = True
    automatic: bool = False
    backfill: bool = False
    features: Features | None = None
    outage: str | None = None
    truth_outage: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """A line as the detector takes it, and what is known about it."""

    row: BacktestRow
    truth: Truth


def history(file: Path, progress: Progress) -> Iterator[HistoryLine]:
    """The file's lines; a click error that names the line where one can't be read. Shows how far it got."""
    decoder = msgspec.json.Decoder(Line)
    task = progress.add_task("reading", total=file.stat().st_size)
    previous_s = float("-inf")
    with file.open("rb") as compressed, _opened(file, compressed) as lines:
        try:
            for number, raw in enumerate(lines):
                if number % 256 == 0:
                    progress.update(task, completed=compressed.tell())
                line = _decoded(decoder, raw, number, file)
                if line.ts < previous_s and not line.backfill:
                    raise click.ClickException(f"{file}, line {number + 1}: ts {line.ts} is before the line above it")
                previous_s = max(previous_s, line.ts)
                yield HistoryLine(row=_row(line, number), truth=_truth(line))
        except (OSError, EOFError) as error:
            raise click.ClickException(f"{file}: can't be read: {error}") from error


def _opened(file: Path, raw: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    return gzip.open(raw) if file.suffix == ".gz" else raw  # type: ignore[return-value]


def _decoded(decoder: "msgspec.json.Decoder[Line]", raw: bytes, number: int, file: Path) -> Line:
    try:
        line = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}, line {number + 1}: {error}") from error
    if line.text is None and line.features is None:
        raise click.ClickException(f"{file}, line {number + 1}: it has neither text nor features")
    return line


def _row(line: Line, number: int) -> BacktestRow:
    return BacktestRow(
        line=number,
        at_s=line.ts,
        channel=line.channel,
        customer=_customer(line.customer_id, number),
        text=line.text or "",
        subject=line.subject or "",
        language=line.lang or "",
        origin=line.origin,
        is_verified=line.verified,
        is_automatic=line.automatic,
        is_backfill=line.backfill,
        features=line.features,
    )


def _truth(line: Line) -> Truth:
    return Truth(at_s=line.ts, outage=line.outage or line.truth_outage, kind=line.kind)


def _customer(customer_id: str | int, number: int) -> int:
    """A number for the customer; without an id each line is somebody else's."""
    name = str(customer_id) if customer_id != "" else f"line {number}"
    return int.from_bytes(blake2b(name.encode(), digest_size=7).digest())
