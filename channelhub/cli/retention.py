"""`channelhub retention preview`: how many messages would go by the rules of the configuration, or by one to try."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from channelhub.app.book import account_facts
from channelhub.cli.configuration import Configured, configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json, when
from channelhub.cli.progress import shown
from channelhub.cli.tables import console, listing, print_whole, whole
from channelhub.pipeline.expiring import Count, preview, rules_of
from channelhub.settings.retention import LEAST_MESSAGE_DAYS, MessageRetention
from channelhub.store.inbox import newest_id
from channelhub.store.places import DATABASE_FILE
from channelhub.store.sqlite import Readers
from channelhub.web.problems import Problem
from channelhub.web.routes.retention import PreviewQuery, preview_view, tried


@click.group(name="retention", help="For how long messages are kept.")
def retention() -> None: ...


@retention.command(name="preview")
@click.option("--days", type=click.IntRange(LEAST_MESSAGE_DAYS, 36_500), help="Try this rule: messages go after DAYS.")
@click.option("--account", default="", metavar="NAME", help="The rule is for this account.")
@click.option("--channel", default="", metavar="NAME", help="The rule is for this channel, as email.")
@click.option(
    "--keep-open/--by-age",
    "keep_open",
    default=True,
    help="Incidents go as a whole, and not while they are open; or each message by its own age.",
)
@click.pass_obj
def show(options: Options, days: int | None, account: str, channel: str, keep_open: bool) -> None:
    """Count what would go now, by account; nothing is changed. Without --days by the rules of the configuration.

    Reads the database by itself: try a changed configuration with `channelhub -c NEW.toml retention preview` before the
    daemon has it.
    """
    found = configured(options)
    query = PreviewQuery(account=account, channel=channel, days=days, keep_open=keep_open)
    try:
        rules = tried(query, found.settings.retention.messages)
    except Problem as exc:
        raise Failure(exc.detail, Exit.USAGE) from exc
    database = Path(found.settings.hub.state_dir) / DATABASE_FILE
    if not database.is_file():
        raise Failure(
            f"there is no database in {found.settings.hub.state_dir}: run `channelhub run` first", Exit.UNAVAILABLE
        )
    counts = asyncio.run(_counted(database, rules, found)) if rules else []
    view = msgspec.to_builtins(preview_view(counts))
    if options.as_json:
        print_json(view)
    elif not rules:
        click.echo("Messages are kept for ever: no [[retention.messages]] says otherwise.")
    else:
        _print(view["items"])


async def _counted(database: Path, rules: Sequence[MessageRetention], found: Configured) -> list[Count]:
    readers = Readers(database, count=1)
    known = {name: one.channel for name, one in account_facts(found.settings, found.installed.plugins).items()}
    try:
        async with readers.read() as session:
            total = await newest_id(session)
        with shown() as progress:
            return await preview(
                readers.read, rules_of(rules), known, now=datetime.now(UTC),
                on_looked=lambda inbox_id: progress("messages", inbox_id, total),
            )  # fmt: skip
    finally:
        await readers.close()


def _print(items: Sequence[dict[str, Any]]) -> None:
    table = listing(
        whole("account"),
        whole("channel"),
        whole("came before"),
        whole("messages", is_number=True),
        whole("incidents", is_number=True),
        whole("kept: open", is_number=True),
        whole("the first of"),
    )
    for one in items:
        oldest = "" if one["oldest_at"] is None else when(one["oldest_at"])
        table.add_row(
            one_line(one["account"]), one["channel"], when(one["before"]), str(one["messages"]), str(one["incidents"]),
            str(one["kept_open"]), oldest,
        )  # fmt: skip
    print_whole(table, console())
    total = sum(one["messages"] for one in items)
    click.echo(f"{total} messages would go. Rules act a day after the daemon saw them first.")
