"""`channelhub attachments`: files that messages only named and that aren't here, and another try."""

from datetime import UTC, datetime
from typing import Any, Literal, get_args

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.alone import alone
from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.domain.media import MediaState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.pipeline.commands.attachments import retry_now
from channelhub.settings.models import Settings
from channelhub.store import media
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web.views import attachments as views

FIRST = (0, -1)  # before the first file of the first message
ACTOR = "admin:command line"
SHOWN = 50
EVERYTHING = 1000  # at most so many are tried again at once
Status = Literal["failed", "pending", "refused"]
STATUS = click.Choice(get_args(Status))


@click.group(name="attachments", help="Files that messages only named: which aren't here and why; fetch them again.")
def attachments() -> None: ...


@attachments.command(name="list")
@click.option("--status", type=STATUS, default="failed", show_default=True, help="How it stands with them.")
@click.option("--account", default="", help="Of this account only.")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="50", help="How many to show.")
@takes_row_form
@click.pass_obj
def list_files(options: Options, /, status: Status, account: str, limit: int | None, form: RowForm | None) -> None:
    """Files that aren't here, in the order of their messages."""
    settings = configured(options).settings
    if form is not None:
        print_rows(
            form,
            views.NamedFilePage,
            lambda cursor, count: _page(settings, status, account, count, cursor),
            limit=limit,
        )
        return
    found = _page(settings, status, account, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = Table("file", "account", "tries", "reason", "why", "name", expand=True)
    for one in found["items"]:
        table.add_row(
            f"{one['message_id']}.{one['n']}", plain(one["account"]), str(one["tries"]), one["reason"],
            one_line(one["detail"], width=60), one_line(one["filename"], width=40),
        )  # fmt: skip
    Console().print(table if found["items"] else f"no file is {status}")


@attachments.command(name="retry")
@click.argument("files", nargs=-1, metavar="[MESSAGE.N]...")
@click.option("--all", "is_all", is_flag=True, help=f"All that failed, {EVERYTHING} at most.")
@click.option("--account", default="", help="With --all: of this account only.")
@click.pass_obj
def retry_files(options: Options, files: tuple[str, ...], is_all: bool, account: str) -> None:
    """Have files fetched again, as after a limit was raised or a vendor's bad day.

    MESSAGE.N is as `channelhub attachments list` shows it. Without a daemon they are fetched when one starts.
    """
    if is_all == bool(files) or (account and not is_all):
        raise click.UsageError("Name files from `channelhub attachments list`, or --all.")
    settings = configured(options).settings
    found = _page(settings, "failed", account, EVERYTHING)["items"] if is_all else ()
    places = [(int(one["message_id"]), one["n"]) for one in found] or [_place(one) for one in files]
    daemon = Daemon(settings)
    if daemon.is_running():
        for message_id, n in places:
            daemon.messages.retry_attachment(str(message_id), n)
    else:
        alone(settings, lambda store: _retry(store, places))
    if options.as_json:
        print_json({"retried": [f"{message_id}.{n}" for message_id, n in places]})
    else:
        click.echo(f"{len(places)} will be fetched again.")


async def _retry(store: Store, places: list[tuple[int, int]]) -> None:
    async def write(session: Session) -> None:
        for message_id, n in places:
            await retry_now(session, message_id, n, actor=ACTOR, at_us=to_us(datetime.now(UTC)))

    try:
        await store.writer.command(write)
    except CommandRefused as exc:
        raise Failure(str(exc), Exit.FAILED) from exc


def _place(text: str) -> tuple[int, int]:
    message_id, _, n = text.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (message_id, n)):
        raise click.UsageError(f"{text!r} is no file: write MESSAGE.N, such as 40963.0")
    return int(message_id), int(n)


def _page(settings: Settings, status: Status, account: str, limit: int, after: str | None = None) -> Any:
    async def offline(session: Session) -> Any:
        place = _place(after) if after else FIRST
        found = await media.page(session, state=MediaState(status), account=account, after=place, limit=limit)
        return views.page(found, limit=limit)

    return ask(
        settings,
        lambda hub: hub.messages.attachments(status=status, account=account, after=after, limit=limit),
        offline,
    )
