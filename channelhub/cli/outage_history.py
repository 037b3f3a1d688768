"""`channelhub outages history FILE`: the hub's own past, to try settings on."""

import asyncio
import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
import msgspec

from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.histories import Line
from channelhub.cli.printing import print_json
from channelhub.cli.progress import shown
from channelhub.content.features import renewed
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.scoring import NEUTRAL
from channelhub.rules.outage.thresholds import SECOND_US
from channelhub.rules.outage.verdicts import Verdict, verdict
from channelhub.store import outage_history as store
from channelhub.store.check import Progress
from channelhub.store.database import Session, StoreError
from channelhub.store.places import DATABASE_FILE
from channelhub.store.sqlite import Readers

_SHOW_EACH = 1000


@click.command(name="history")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def history(options: Options, file: Path) -> None:
    """Write every message that outages were looked for in to FILE (.jsonl or .jsonl.gz), for `backtest --tune`.

    Instead of texts it holds the stems they were reduced to. Messages of outages that people confirmed or resolved name
    them; those of outages that nobody decided about count neither way. The daemon may be running.
    """
    database = Path(configured(options).settings.hub.state_dir) / DATABASE_FILE
    if not database.is_file():
        raise Failure(f"there is no database in {database.parent}: run `channelhub run` first", Exit.UNAVAILABLE)
    try:
        with shown() as progress, _private(file) as out:
            written = asyncio.run(_written(database, out, progress))
    except FileExistsError as exc:
        raise Failure(f"{file} is there already", Exit.FAILED) from exc
    except StoreError as exc:
        raise Failure(str(exc), Exit.UNAVAILABLE) from exc
    except OSError as exc:
        raise Failure(f"{file} can't be written: {exc}", Exit.IO) from exc
    if options.as_json:
        print_json({"file": str(file), "messages": written})
    else:
        click.echo(f"{file}: {written} messages")


@contextmanager
def _private(file: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner reads; gone again when it didn't become whole."""
    file.touch(mode=0o600, exist_ok=False)
    try:
        with gzip.open(file, "wb") if file.suffix == ".gz" else file.open("wb") as out:
            yield out  # type: ignore[misc]
    except BaseException:
        file.unlink(missing_ok=True)
        raise


async def _written(database: Path, out: IO[bytes], progress: Progress) -> int:
    readers = Readers(database, count=1)
    try:
        async with readers.read() as session:
            return await _write(session, out, progress)
    finally:
        await readers.close()


async def _write(session: Session, out: IO[bytes], progress: Progress) -> int:
    total, written = await store.count(session), 0
    roots = _roots(await store.outages(session))
    outages_of = await store.members(session)
    decoder, encoder = msgspec.json.Decoder(Report), msgspec.json.Encoder()
    async for past in store.reports(session):
        its = [roots[outage_id] for outage_id in outages_of.get(past.message_id, ()) if outage_id in roots]
        line = _line(decoder.decode(past.report), its)
        out.write(encoder.encode(line) + b"\n")
        written += 1
        if written % _SHOW_EACH == 0:
            progress("messages", written, total)
    return written


def _roots(outages: list[store.PastOutage]) -> Mapping[int, store.PastOutage]:
    """Each outage's own, or the one that it was merged into in the end."""
    by_id = {outage.id: outage for outage in outages}
    roots = {}
    for outage in outages:
        root, seen = outage, {outage.id}
        while root.merged_into in by_id and root.merged_into not in seen:
            root = by_id[root.merged_into]
            seen.add(root.id)
        roots[outage.id] = root
    return roots


def _line(report: Report, outages: Sequence[store.PastOutage]) -> Line:
    verdicts = {outage.id: verdict(outage.state, is_vouched=outage.is_vouched) for outage in outages}
    real = [outage_id for outage_id, known in verdicts.items() if known is Verdict.REAL]
    return Line(
        ts=report.at_us / SECOND_US,
        channel=report.channel,
        customer_id=report.customer,
        origin=report.origin,
        verified=report.is_verified,
        automatic=report.is_automatic,
        backfill=report.is_backfill,
        features=renewed(report.features),
        outage=str(real[0]) if real else None,
        kind=NEUTRAL if Verdict.UNKNOWN in verdicts.values() else "",
    )
