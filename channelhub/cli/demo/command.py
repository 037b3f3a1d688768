"""`channelhub demo`: see cards fill and an outage noticed within a minute."""

import secrets
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from channelhub.cli.client import Daemon, reachable
from channelhub.cli.configuration import configured
from channelhub.cli.demo.play import Played, play
from channelhub.cli.demo.sending import Doors
from channelhub.cli.demo.shop import Channel, worth_a_look
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json
from channelhub.settings.models import Settings

KINDS = {Channel.API: "api", Channel.MAIL: "smtp", Channel.FORM: "webform"}
STRANGERS = 100  # messages of somebody else from which on a hub is taken for one that does real work


@click.command(name="demo")
@click.option("--seed", type=click.IntRange(0, 1_000_000), default=1, show_default=True, help="Another morning.")
@click.option("--seconds", type=click.FloatRange(0, 600), default=20.0, show_default=True, help="How long it takes.")
@click.option("--force", is_flag=True, help="Also into a hub that holds other people's messages.")
@click.pass_obj
def demo(options: Options, seed: int, seconds: float, force: bool) -> Exit:
    """Play a made-up shop's morning into the running daemon: three languages, three channels, one outage in it.

    Everything goes in by the daemon's public doors: mail by SMTP, the web form, and POST /api/v1/messages, which also
    brings in the two weeks before as history, so that there is a usual to stand out of. The messages stay in the
    database. Exit code 1: the planted outage was not noticed, or not as one.
    """
    settings = configured(options).settings
    daemon = Daemon(settings)
    accounts = _accounts(settings)
    if not force:
        _refuse_real_work(daemon)
    made = daemon.tokens.create({"name": "demo", "role": "ingest", "account": accounts[Channel.API]})
    doors = Doors(
        address=daemon.url,
        token=made["token"],
        accounts=accounts,
        smtp=reachable(settings.accounts[accounts[Channel.MAIL]].config.listen),
        run=secrets.token_hex(4),
    )
    played = _with_progress(daemon, doors, seed=seed, seconds=seconds)
    if options.as_json:
        print_json(_as_json(played, settings, seed))
    else:
        _print(played, settings, seed)
    return Exit.OK if len(played.outages) == 1 else Exit.FAILED


def _accounts(settings: Settings) -> dict[Channel, str]:
    """An account of each kind the demo writes to. Ends the command with the missing ones."""
    found: dict[Channel, str] = {}
    for channel, kind in KINDS.items():
        names = [
            name
            for name, account in settings.accounts.items()
            if account.kind == kind and not getattr(account.config, "through", "")  # it must listen itself
        ]
        if names:
            found[channel] = names[0]
    missing = [kind for channel, kind in KINDS.items() if channel not in found]
    if missing:
        raise Failure(f"the demo needs an account of each kind; missing: {', '.join(missing)}", Exit.CONFIG)
    return found


def _refuse_real_work(daemon: Daemon) -> None:
    held = daemon.messages.page(limit=1000)["items"]
    strangers = sum("demo-" not in f"{one['external_id']} {one['message_id']}" for one in held)
    if strangers > STRANGERS:
        raise Failure(
            "this hub holds messages that aren't the demo's, and what the demo brings in stays; "
            "say --force to play into it all the same",
            Exit.USAGE,
        )


def _with_progress(daemon: Daemon, doors: Doors, *, seed: int, seconds: float) -> Played:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        def advanced(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done)

        return play(daemon, doors, seed=seed, seconds=seconds, advanced=advanced)


def _as_json(played: Played, settings: Settings, seed: int) -> dict[str, Any]:
    return {
        "page": settings.http.public_url,
        "history": played.history,
        "messages": sum(played.by_channel.values()),
        "channels": played.by_channel,
        "reports": played.reports,
        "seconds": played.seconds,
        "outages": played.outages,
        "look_at": worth_a_look(seed),
    }


def _print(played: Played, settings: Settings, seed: int) -> None:
    console = Console()
    channels = ", ".join(f"{count} by {channel}" for channel, count in played.by_channel.items())
    console.print(f"{sum(played.by_channel.values())} messages this morning ({channels}) in {played.seconds:g} s,")
    console.print(f"and {played.history} of the two weeks before; {played.reports} of them reported one trouble.")
    for outage in played.outages:
        console.print(one_line(f"Outage {outage['id']} {outage['state']}: {outage['title']}"), style="bold red")
        console.print(f"  {outage['customers']} customers, {outage['messages']} messages")
        console.print(f"  channelhub outages show {outage['id']}")
    if not played.outages:
        console.print("No outage was noticed.", style="bold yellow")
    console.print("Customers to look at:")
    for identity in worth_a_look(seed):
        console.print(f"  channelhub card {identity}", highlight=False)
    console.print(f"The page: {settings.http.public_url}", highlight=False)
