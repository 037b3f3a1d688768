"""`channelhub resume-sending`: let messages go out again after a restore, having seen which."""

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.alone import alone
from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json, when
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.hub import resume
from channelhub.settings.models import Settings
from channelhub.store.opening import Store
from channelhub.web.routes import sending

ACTOR = "admin:command line"


@click.command(name="resume-sending")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def resume_sending(options: Options, yes: bool) -> Exit:
    """Show what would go out, ask, and let it go. With --json nothing is asked: --yes lets it go.

    After a restore sending is paused: what the backup still had to send may have been sent after it was made.
    """
    settings = configured(options).settings
    found = ask(settings, lambda hub: hub.operations.sending(), sending.view)
    is_resumed = found["paused"] and (yes or (not options.as_json and _is_agreed(found)))
    if is_resumed:
        _resume(settings)
    if options.as_json:
        print_json({**found, "resumed": is_resumed})
    elif is_resumed:
        click.echo(f"Sending goes on with {_messages(found['waiting'])}.")
    else:
        click.echo("Sending stays paused." if found["paused"] else "Sending isn't paused.")
    return Exit.OK if is_resumed or not found["paused"] else Exit.FAILED


def _is_agreed(found: dict[str, Any]) -> bool:
    table = Table("id", "made at", "account", "kind", "to", "subject", "text")
    for one in found["items"]:
        words = (one_line(one[name], width=40) for name in ("account", "kind", "to", "subject", "text"))
        table.add_row(one["id"], when(one["created_at"]), *words)
    console = Console()
    if found["items"]:
        console.print(table)
    if found["waiting"] > len(found["items"]):
        click.echo(f"… and {found['waiting'] - len(found['items'])} more")
    return click.confirm(f"Let {_messages(found['waiting'])} go out?")


def _messages(count: int) -> str:
    return f"{count or 'no'} waiting message{'' if count == 1 else 's'}"


def _resume(settings: Settings) -> None:
    daemon = Daemon(settings)
    if daemon.is_running():
        daemon.operations.resume_sending()
        return

    async def write(store: Store) -> None:
        now_us = to_us(datetime.now(UTC))
        await store.writer.command(lambda session: resume(session, actor=ACTOR, at_us=now_us))

    alone(settings, write)
