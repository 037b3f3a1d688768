"""`channelhub import customers FILE`: those of a CSV, JSON Lines or vCard file become known. Run again, it goes on."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

import click
import msgspec

from channelhub.cli.client import Daemon
from channelhub.cli.completing import accounts
from channelhub.cli.configuration import Configured, configured
from channelhub.cli.counting import Counter, counting
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.importing.customer_files import CustomerFile, Format, look_at
from channelhub.cli.importing.customer_outcomes import Outcomes
from channelhub.cli.importing.customer_posts import AT_ONCE, MAX_BATCH_BYTES, CustomerPosts, Outcome
from channelhub.cli.importing.customer_preview import Preview
from channelhub.cli.printing import one_line
from channelhub.content.tables import NotATable, Record
from channelhub.rules.customer_mapping import FIELDS, MAX_NAME, CustomerMapping, Mapped, Unmappable
from channelhub.web.intake import API_KIND
from channelhub.web.rows import plain_text

PEEKED = 200  # records whose columns tell whether those that were named exist
_KNOWN_BY = frozenset({"external_id", "email", "phone"})
Read = tuple[int, Mapped | Unmappable]


@click.command(name="customers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", default="", shell_complete=accounts, help="The account of kind api that says so.")
@click.option("--format", "form", type=click.Choice([*Format]), help="Else by the file's name or beginning.")
@click.option("--encoding", default="", help="The file's charset, such as cp1251. Else found.")
@click.option(
    "--map", "named", multiple=True, metavar="WHAT=COLUMN",
    help=f"What a column is: {', '.join(FIELDS)}, or any other name for an attribute. Empty: none is. Repeatable.",
)  # fmt: skip
@click.option("--updated-at", default="", help="Of rows that don't say it: ISO 8601. Else when the file was changed.")
@click.option("--dry-run", is_flag=True, help="Show the first customers and what would change; change nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of each line here.")
@click.pass_obj
def customers(
    options: Options, file: Path, account: str, form: str | None, encoding: str, named: tuple[str, ...],
    updated_at: str, dry_run: bool, report: Path | None,
) -> None:  # fmt: skip
    """Make the customers in FILE known: CSV, JSON Lines or vCard. Interrupted, run it again: nothing is doubled."""
    found = configured(options)
    looked_at = _looked_at(file, Format(form) if form else None, encoding)
    mapping = CustomerMapping(
        account=_account(found, account),
        updated_at=_time(updated_at, file),
        region=found.settings.hub.default_region,
        named=_named(named),
    )
    if report is not None and report.exists() and report.samefile(file):
        raise Failure("--report would write over the file itself", Exit.USAGE)
    daemon = Daemon(found.settings)
    try:
        with nullcontext() if report is None else report.open("w", encoding="utf-8") as lines:
            outcomes = Outcomes(lines)
            if dry_run:
                preview = Preview(daemon if daemon.is_running() else None)
                _check(looked_at, mapping, outcomes, preview, is_quiet=options.as_json)
                preview.print(outcomes, as_json=options.as_json)
            else:
                asyncio.run(_bring_in(looked_at, mapping, outcomes, daemon, is_quiet=options.as_json))
                outcomes.print(as_json=options.as_json)
    except NotATable as exc:
        raise Failure(f"{file} can't be read as {looked_at.format}: {exc}", Exit.DATA) from exc
    except OSError as exc:
        raise Failure(f"{exc.filename or file}: {exc.strerror or exc}", Exit.IO) from exc


async def _bring_in(
    file: CustomerFile, mapping: CustomerMapping, outcomes: Outcomes, daemon: Daemon, *, is_quiet: bool
) -> None:
    if not daemon.is_running():
        raise Failure("no daemon runs: start one with `channelhub run`; --dry-run works without one", Exit.UNAVAILABLE)
    async with CustomerPosts(daemon) as posts:
        with counting("bytes", lambda: file.size, is_quiet=is_quiet) as counter:
            for batch in _batches(_read(file, mapping, outcomes, counter)):
                good = [one.customer for _, one in batch if isinstance(one, Mapped)]
                became = iter(await posts.post(good) if good else ())
                for line, one in batch:
                    if isinstance(one, Mapped):
                        outcomes.note(line, next(became), one.warnings)
                    else:
                        outcomes.note(line, Outcome(status="refused", reason=str(one)))


def _check(
    file: CustomerFile, mapping: CustomerMapping, outcomes: Outcomes, preview: Preview, *, is_quiet: bool
) -> None:
    """Read all of it, and post nothing."""
    with counting("bytes", lambda: file.size, is_quiet=is_quiet) as counter:
        for line, one in _read(file, mapping, outcomes, counter):
            if isinstance(one, Mapped):
                preview.hear(line, one)
                outcomes.note(line, Outcome(status="valid"), one.warnings)
            else:
                outcomes.note(line, Outcome(status="refused", reason=str(one)))


def _read(file: CustomerFile, mapping: CustomerMapping, outcomes: Outcomes, counter: Counter) -> Iterator[Read]:
    """Each record's line, and its customer or why it is none. Raises Failure where no record can be a customer."""
    outcomes.say = counter.say
    with file.records() as (records, bytes_read):
        first = list(islice(records, PEEKED))
        _check_columns(first, mapping, file.format)
        done = 0
        for record in chain(first, records):
            for column, _ in record.cells:
                outcomes.saw(column, mapping.meaning(column))
            try:
                yield record.line, mapping.read(_plain(record))
            except Unmappable as exc:
                yield record.line, exc
            counter.move(bytes_read() - done)
            done = bytes_read()


def _check_columns(first: Sequence[Record], mapping: CustomerMapping, form: Format) -> None:
    """Of a table all columns are known at once. Raises Failure."""
    if not first:
        raise Failure("the file holds no customers", Exit.DATA)
    columns = list(dict.fromkeys(column for record in first for column, _ in record.cells))
    if form is not Format.CSV or not columns:
        return
    missing = [name for names in mapping.named.values() for name in names if name not in columns]
    there = ", ".join(f"“{one_line(column, width=80)}”" for column in columns)
    if missing:
        raise Failure(f"there is no column “{missing[0]}”; there are: {there}", Exit.USAGE)
    if not _KNOWN_BY.intersection(map(mapping.meaning, columns)):
        raise Failure(
            f"no column is known to name customers: say --map email=… or phone or external_id: {there}", Exit.USAGE
        )


def _batches(read: Iterator[Read]) -> Iterator[list[Read]]:
    batch: list[Read] = []
    held_bytes = 0
    for one in read:
        size = len(msgspec.json.encode(one[1].customer)) if isinstance(one[1], Mapped) else 0
        if batch and (len(batch) == AT_ONCE or held_bytes + size > MAX_BATCH_BYTES):
            yield batch
            batch, held_bytes = [], 0
        batch.append(one)
        held_bytes += size
    if batch:
        yield batch


def _plain(record: Record) -> Record:
    """Without the apostrophe that our own lists put before what a spreadsheet would take for a formula."""
    return replace(record, cells=tuple((column, plain_text(text)) for column, text in record.cells))


def _looked_at(file: Path, form: Format | None, encoding: str) -> CustomerFile:
    try:
        return look_at(file, form, encoding)
    except LookupError as exc:
        raise Failure(f"no charset is called {encoding!r}", Exit.USAGE) from exc
    except ValueError as exc:
        raise Failure(f"{file} {exc}", Exit.DATA) from exc
    except OSError as exc:
        raise Failure(f"{file}: {exc.strerror or exc}", Exit.IO) from exc


def _account(found: Configured, named: str) -> str:
    """The account that says who customers are."""
    trusted = sorted(
        name
        for name, account in found.settings.accounts.items()
        if account.kind == API_KIND and getattr(account.config, "trust", "") == "verified"
    )
    if not trusted:
        raise Failure('no account may say who customers are: add one of kind api with trust = "verified"', Exit.CONFIG)
    if not named and len(trusted) > 1:
        raise Failure(f"say which account says so: --account with one of {', '.join(trusted)}", Exit.USAGE)
    if named and named not in trusted:
        raise Failure(f"{named!r} may not say who customers are; there are: {', '.join(trusted)}", Exit.USAGE)
    return named or trusted[0]


def _named(given: Sequence[str]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for text in given:
        target, equals, column = (part.strip() for part in text.partition("="))
        if not equals or not 0 < len(target) <= MAX_NAME:
            raise click.BadParameter(f"expected WHAT=COLUMN, not {text[:60]!r}", param_hint="--map")
        named.setdefault(target, []).extend([column] if column else [])
    return named


def _time(given: str, file: Path) -> datetime:
    """The same for the same file, so that a repetition is one."""
    if not given:
        return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    try:
        at = datetime.fromisoformat(given)
    except ValueError as exc:
        raise click.BadParameter("expected ISO 8601, such as 2026-03-01T10:00Z", param_hint="--updated-at") from exc
    return at if at.tzinfo else at.replace(tzinfo=UTC)
