"""`channelhub views`: saved views of the inbox, listed, saved, removed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from channelhub.cli.asking import ask
from channelhub.cli.client import CommandHub, Daemon
from channelhub.cli.completing import ViewId
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json
from channelhub.cli.remote import hub_of
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.cli.tables import console, listing, print_whole, whole, words
from channelhub.pipeline.commands.workplace import MAX_VIEW_NAME
from channelhub.rules.inbox import Folder, Order
from channelhub.store.database import Session
from channelhub.web.auth import LOCAL
from channelhub.web.routes.workplace import ViewList, views_for

_NARROWING: Final = ("assignee", "channel", "account", "tag")
_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)


def _elsewhere(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name another hub: views are of whom the token belongs to."""
    command = click.option("--token-file", type=_FILE, help="With --hub: a file with the token whose views they are.")(
        command
    )
    return click.option("--hub", "hub_url", metavar="URL", help="A hub elsewhere.")(command)


@click.group(name="views")
def views() -> None:
    """Saved views of the inbox: a folder and what narrows it, under a name. Without --hub they are those of `local`."""


@views.command(name="list")
@_elsewhere
@takes_row_form
@click.pass_obj
def list_views(options: Options, /, form: RowForm | None, hub_url: str | None, token_file: Path | None) -> None:
    """Own views, then those that others share."""

    async def offline(session: Session) -> Any:
        return ViewList(items=await views_for(session, LOCAL.name))

    hub = _hub(options, hub_url, token_file)
    found: Any = (
        ask(configured(options).settings, lambda daemon: daemon.incidents.views(), offline)
        if isinstance(hub, Daemon)
        else hub.incidents.views()
    )
    if form is not None:
        print_rows(form, ViewList, lambda _cursor, _count: found)
        return
    if options.as_json:
        print_json(found)
        return
    table = listing(
        whole("id"), words("name"), words("of"), whole("shared"), whole("folder"), whole("order"), words("only")
    )
    for one in found["items"]:
        shown = one["filter"]
        only = [f"{name} {shown[name]}" for name in _NARROWING if shown[name]]
        told = (one_line(one["name"]), one_line(one["owner"]), "yes" if one["shared"] else "")
        table.add_row(one["id"], *told, shown["folder"], shown["order"], one_line(", ".join(only)))
    if found["items"]:
        print_whole(table, console())
    else:
        console().print("no views")


@views.command(name="save")
@click.argument("name")
@click.option("--folder", type=click.Choice([str(one) for one in Folder]), default="open", show_default=True)
@click.option("--assignee", default="", metavar="NAME", help="Whose: a name, `me` (whoever looks), `nobody`.")
@click.option("--channel", default="", help="Only those that came in by it.")
@click.option("--account", default="", help="Only those that came in through it.")
@click.option("--tag", default="", help="Only those that have it.")
@click.option("--order", type=click.Choice([str(one) for one in Order]), default="changed", show_default=True)
@click.option("--shared", is_flag=True, help="Everybody sees it.")
@_elsewhere
@click.pass_obj
def save(
    options: Options, /, name: str, shared: bool, hub_url: str | None, token_file: Path | None, **shown: Any
) -> None:
    """Save a view under NAME. Needs the running daemon."""
    if not 0 < len(" ".join(name.split())) <= MAX_VIEW_NAME:
        raise Failure(f"a view's name has 1 to {MAX_VIEW_NAME} characters", Exit.USAGE)
    body: Any = {"name": name, "filter": shown, "shared": shared}
    made = _hub(options, hub_url, token_file).incidents.save_view(body)
    if options.as_json:
        print_json(made)
    else:
        click.echo(f"view {made['id']} is saved.")


@views.command(name="remove")
@click.argument("view_id", type=ViewId())
@_elsewhere
@click.pass_obj
def remove(options: Options, /, view_id: int, hub_url: str | None, token_file: Path | None) -> None:
    """Remove an own view. Needs the running daemon."""
    _hub(options, hub_url, token_file).incidents.remove_view(view_id)
    if options.as_json:
        print_json({"removed": str(view_id)})
    else:
        click.echo(f"view {view_id} is removed.")


def _hub(options: Options, url: str | None, token_file: Path | None) -> CommandHub:
    if token_file is not None and url is None:
        raise Failure("--token-file is for a hub elsewhere: --hub", Exit.USAGE)
    return hub_of(options, url, token_file)
