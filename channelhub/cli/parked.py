"""`channelhub parked`: what could not be read, why, and another try."""

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.alone import alone
from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import NotFound
from channelhub.pipeline.commands.hub import retry
from channelhub.settings.models import Settings
from channelhub.store import parking
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web.problems import Kind, Problem
from channelhub.web.views import messages as views

ACTOR = "admin:command line"
SHOWN = 50
EVERYTHING = 1000  # at most so many are retried or listed at once


@click.group(name="parked", help="Deliveries that could not be read: list, show, and read them again.")
def parked() -> None: ...


@parked.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="50", help="How many to show.")
@takes_row_form
@click.pass_obj
def list_parked(options: Options, /, limit: int | None, form: RowForm | None) -> None:
    """What is parked, the oldest first."""
    settings = configured(options).settings
    if form is not None:
        print_rows(form, views.ParkedPage, lambda cursor, count: _page(settings, count, cursor), limit=limit)
        return
    found = _page(settings, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = Table("id", "account", "parked at", "tries", "reason", "from", "subject", expand=True)
    for one in found["items"]:
        salvage = one["salvage"]
        sender = salvage.get("from") or salvage.get("sender", "")
        table.add_row(
            one["id"], plain(one["account"]), when(one["parked_at"]), str(one["attempts"]), plain(one["reason"]),
            one_line(sender, width=40), one_line(salvage.get("subject", ""), width=40),
        )  # fmt: skip
    Console().print(table if found["items"] else "nothing is parked")


@parked.command(name="show")
@click.argument("parked_id", type=click.IntRange(min=1))
@click.pass_obj
def show(options: Options, parked_id: int) -> None:
    """One delivery: why it could not be read, and what could be salvaged."""

    async def offline(session: Session) -> Any:
        found = await parking.one(session, parked_id // MESSAGES_PER_DELIVERY)
        if found is None:
            raise Problem(Kind.NOT_FOUND, "Nothing is parked under this id.")
        return views.parked(found)

    found = ask(configured(options).settings, lambda hub: hub.operations.parked_one(parked_id), offline)
    if options.as_json:
        print_json(found)
        return
    console = Console()
    console.print(plain(f"{found['id']} on {found['account']}: {found['reason']}"), style="bold")
    console.print(plain(f"  {found['detail']}"))
    console.print(f"  parked {when(found['parked_at'])}, tries: {found['attempts']}, {found['size']} bytes")
    for name, value in sorted(found["salvage"].items()):
        console.print(one_line(f"  {name}: {value}"))


@parked.command(name="retry")
@click.argument("parked_ids", type=click.IntRange(min=1), nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Everything that is parked.")
@click.pass_obj
def retry_parked(options: Options, parked_ids: tuple[int, ...], is_all: bool) -> None:
    """Have deliveries read again, as after an update that mended a parser.

    Each stays listed until it is read. Without a daemon it is read when one starts.
    """
    if is_all == bool(parked_ids):
        raise click.UsageError("Name ids from `channelhub parked list`, or --all.")
    settings = configured(options).settings
    ids = [int(one["id"]) for one in _page(settings, EVERYTHING)["items"]] if is_all else list(parked_ids)
    daemon = Daemon(settings)
    if daemon.is_running():
        for parked_id in ids:
            daemon.operations.retry_parked(parked_id)
    else:
        alone(settings, lambda store: _retry(store, ids))
    if options.as_json:
        print_json({"retried": [str(one) for one in ids]})
    else:
        click.echo(f"{len(ids)} will be read again.")


async def _retry(store: Store, ids: list[int]) -> None:
    async def write(session: Session) -> None:
        for parked_id in ids:
            await retry(session, parked_id // MESSAGES_PER_DELIVERY, actor=ACTOR, at_us=to_us(datetime.now(UTC)))

    try:
        await store.writer.command(write)
    except NotFound as exc:
        raise Failure(str(exc), Exit.FAILED) from exc


def _page(settings: Settings, limit: int, after: str | int | None = None) -> Any:
    async def offline(session: Session) -> Any:
        found = await parking.page(session, after=int(after or 0) // MESSAGES_PER_DELIVERY, limit=limit)
        items = [views.parked(one) for one in found]
        return views.ParkedPage(items=items, next=items[-1].id if len(items) == limit else None)

    return ask(settings, lambda hub: hub.operations.parked(limit=limit, after=after), offline)
