"""`channelhub backtest FILE.jsonl`: what would have been raised over a history."""

import gzip
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

import click
import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from channelhub.rules.outage.backtest import BacktestRow, replay
from channelhub.rules.outage.thresholds import OutageRules


class _Line(msgspec.Struct):
    ts: float
    text: str
    channel: str = ""
    customer_id: str | int = ""
    lang: str | None = None
    subject: str | None = None
    origin: str = ""
    verified: bool = True
    automatic: bool = False


@click.command("backtest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON event a line, a summary last.")
def command(file: Path, as_json: bool) -> None:
    """Replay FILE (.jsonl or .jsonl.gz, in order of time) and print the mass outages that would have been raised.

    Each line is an object with ts (unix seconds), text, customer_id, channel, and optionally lang, subject, origin,
    verified (default true) and automatic.
    """
    began = time.perf_counter()
    console = Console(stderr=True)
    found: list[dict[str, Any]] = []
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        for event in replay(_rows(file, progress), OutageRules()):
            if event["event"] == "summary":
                event["seconds"] = round(time.perf_counter() - began, 3)
            if as_json:
                sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
                sys.stdout.flush()
            found.append(event)
    if not as_json:
        _print_table(found)


def _rows(file: Path, progress: Progress) -> Iterator[BacktestRow]:
    """The file's lines; a click error that names the line where one can't be read."""
    decoder = msgspec.json.Decoder(_Line)
    task = progress.add_task("replaying", total=file.stat().st_size)
    previous_s = float("-inf")
    with file.open("rb") as compressed, _opened(file, compressed) as lines:
        try:
            for number, raw in enumerate(lines):
                if number % 256 == 0:
                    progress.update(task, completed=compressed.tell())
                row = _row(decoder, raw, number, file)
                if row.at_s < previous_s:
                    raise click.ClickException(f"{file}, line {number + 1}: ts {row.at_s} is before the line above it")
                previous_s = row.at_s
                yield row
        except (OSError, EOFError) as error:
            raise click.ClickException(f"{file}: can't be read: {error}") from error


def _opened(file: Path, raw: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    return gzip.open(raw) if file.suffix == ".gz" else raw  # type: ignore[return-value]


def _row(decoder: "msgspec.json.Decoder[_Line]", raw: bytes, number: int, file: Path) -> BacktestRow:
    try:
        line = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}, line {number + 1}: {error}") from error
    return BacktestRow(
        line=number,
        at_s=line.ts,
        channel=line.channel,
        customer=_customer(line.customer_id, number),
        text=line.text,
        subject=line.subject or "",
        language=line.lang or "",
        origin=line.origin,
        is_verified=line.verified,
        is_automatic=line.automatic,
    )


def _customer(customer_id: str | int, number: int) -> int:
    """A number for the customer; without an id each line is somebody else's."""
    name = str(customer_id) if customer_id != "" else f"line {number}"
    return int.from_bytes(blake2b(name.encode(), digest_size=7).digest())


def _print_table(events: list[dict[str, Any]]) -> None:
    summary = events[-1]
    members = {outage["outage"]: outage["members"] for outage in summary["outages"]}
    table = Table("opened at (UTC)", "line", "customers", "messages in all", "about", "why")
    for event in events:
        if event["event"] == "suspected":
            opened = time.strftime("%Y-%m-%d %H:%M", time.gmtime(event["ts"]))
            count = str(len(members[event["outage"]]))
            why = event["reasons"][0]
            table.add_row(opened, str(event["at_message"] + 1), str(event["customers"]), count, event["label"], why)
    console = Console()
    console.print(table)
    console.print(f"{summary['messages']} messages, {len(members)} outages, {summary['seconds']} s")


if __name__ == "__main__":
    command()
