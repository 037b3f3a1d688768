"""`channelhub export email:ann@example.com`: everything kept about a customer, as one zip archive."""

import asyncio
import http.client
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

import click
from rich.console import Console
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from channelhub.cli.alone import alone
from channelhub.cli.client import Daemon, failure_of
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.client.calling import Call
from channelhub.client.problems import HubError
from channelhub.domain.times import to_us
from channelhub.pipeline import card as cards
from channelhub.pipeline.commands.exporting import ACTION
from channelhub.settings.models import Settings
from channelhub.store import hub
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web.export.archive import Export
from channelhub.web.export.history import whose
from channelhub.web.pages.texts import LANGUAGES

SILENCE_S = 120.0  # of a daemon that makes the archive
PIECE_BYTES = 256 * 1024
Take = Callable[[bytes], None]


@click.command(name="export")
@click.argument("identity")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The archive.  [default: customer-ID.zip]"
)
@click.option("--raw/--no-raw", default=True, show_default=True, help="With the deliveries as they came.")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="en", show_default=True, help="To read in.")
@click.pass_obj
def export(
    options: Options, identity: str, output: Path | None, raw: bool, language: Literal["en", "ru", "uk"]
) -> None:
    """Write everything kept about the customer who has IDENTITY to a zip archive: JSON, a page to read, files.

    IDENTITY is written kind:value, as email:ann@example.com, or is a customer's id. The archive appears when it is
    whole.
    """
    settings = configured(options).settings
    daemon = Daemon(settings)
    if daemon.is_running():
        customer_id = identity if identity.isdigit() else daemon.customers.lookup(identity=identity)["customer"]["id"]
        target = output or Path(f"customer-{customer_id}.zip")
        call: Call[bytes] = Call(
            "GET", f"/api/v1/customers/{customer_id}/export", query={"raw": raw, "language": language}
        )
        with _file(target) as take:
            _fetch(daemon, call, take)
    else:
        target = alone(settings, lambda store: _make(store, settings, identity, output, raw=raw, language=language))
    size = target.stat().st_size
    if options.as_json:
        print_json({"path": str(target), "bytes": size})
    else:
        click.echo(f"{target}: {size:,} bytes")


def _fetch(daemon: Daemon, call: Call[bytes], take: Take) -> None:
    try:
        with daemon.open_stream(call, token=daemon.token(), silence_s=SILENCE_S) as answer:
            while piece := answer.read(PIECE_BYTES):
                take(piece)
    except HubError as exc:
        raise failure_of(exc) from exc
    except (OSError, http.client.HTTPException) as exc:
        raise Failure(f"the archive broke off: {exc or type(exc).__name__}", Exit.UNAVAILABLE) from exc


async def _make(
    store: Store, settings: Settings, identity: str, output: Path | None, *, raw: bool, language: str
) -> Path:
    """The archive without a daemon: its line in the audit is written first, too."""
    now = datetime.now(UTC)
    async with store.readers.read() as session:
        customer_id = (
            int(identity)
            if identity.isdigit() and len(identity) < 20
            else await cards.lookup(session, identity, default_region=settings.hub.default_region)
        )
    one = None if customer_id is None else await whose(store, customer_id)
    if one is None:
        raise Failure(f"nobody has the identity {identity}", Exit.FAILED)
    target = str(one.customer_id)

    async def record(session: Session) -> None:
        await hub.record(session, at_us=to_us(now), actor="admin:local", action=ACTION, target=target)

    await store.writer.command(record)
    path = output or Path(f"customer-{target}.zip")
    with _file(path) as take:
        await _pour(Export(store, one, now, language, with_sources=raw).pieces(), take)
    return path


async def _pour(pieces: AsyncIterator[bytes], take: Take) -> None:
    async for piece in pieces:
        await asyncio.to_thread(take, piece)


@contextmanager
def _file(path: Path) -> Iterator[Take]:
    """A new file for its owner only, that gets its name when all of it is on the disk. Ends the command where there is
    one of this name."""
    if path.exists():
        raise Failure(f"{path} exists already: name another file with --output", Exit.USAGE)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with _bar(file) as take:
                yield take
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as exc:
        raise Failure(f"{path} can't be written: {exc.strerror or exc}", Exit.IO) from exc
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def _bar(file: IO[bytes]) -> Iterator[Take]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("exporting", total=None)

        def take(piece: bytes) -> None:
            file.write(piece)
            bar.advance(task, len(piece))

        yield take
