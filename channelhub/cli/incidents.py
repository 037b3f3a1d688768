"""`channelhub incidents`: the inbox, and what is done with what waits in it."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click
from rich.console import Console

from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.cli.tables import listing, print_page, whole, words
from channelhub.client.shapes import BulkOutcome
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.pipeline.commands.workplace import MOST_AT_ONCE
from channelhub.rules.inbox import Folder, Order
from channelhub.store import worklist
from channelhub.store.database import Session
from channelhub.web.auth import LOCAL
from channelhub.web.bodies import MAX_ID
from channelhub.web.routes.incidents import FolderList, IncidentQuery, folder_counts, incident_page
from channelhub.web.views.desk import IncidentPage

SHOWN: Final = 50
IDS = click.IntRange(1, MAX_ID)
_LENGTH: Final = re.compile(r"([0-9]{1,4})([mhdw])\Z")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@click.group(name="incidents")
def incidents() -> None:
    """The inbox: list what waits for an answer, assign, tag, snooze, change. Changes need the running daemon."""


@incidents.command(name="list")
@click.option("--folder", type=click.Choice([str(one) for one in Folder]), help="Of the inbox; without it: all.")
@click.option("--state", type=click.Choice([str(one) for one in IncidentState]), help="Only those in this state.")
@click.option("--assignee", default="", metavar="NAME", help="Whose: a name, `me` (commands are `local`), `nobody`.")
@click.option("--channel", default="", help="Only those that came in by it.")
@click.option("--account", default="", help="Only those that came in through it.")
@click.option("--tag", default="", help="Only those that have it.")
@click.option("--order", type=click.Choice([str(one) for one in Order]), default="newest", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="50", help="How many to show.")
@click.option("--before", default="", metavar="CURSOR", help="Further ones: as the page before says.")
@takes_row_form
@click.pass_obj
def list_incidents(options: Options, /, limit: int | None, before: str, form: RowForm | None, **narrowed: Any) -> None:
    """Incidents of a folder, or all."""
    settings = configured(options).settings
    given = {name: value for name, value in narrowed.items() if value}

    def page(cursor: str | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            typed = given | {name: kind(given[name]) for name, kind in _KINDS.items() if name in given}
            query = IncidentQuery(**typed, before=cursor or "", limit=count)
            return await incident_page(session, query, name=LOCAL.name)

        return ask(settings, lambda hub: hub.incidents.page(**given, before=cursor or None, limit=count), offline)

    if form is not None:
        print_rows(form, IncidentPage, page, first=before or None, limit=limit)
        return
    found = page(before, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = listing(
        whole("id"), whole("#", is_number=True), whole("state"), whole("priority"), whole("opened"), whole("channel"),
        words("assignee"), words("tags"), words("about"),
    )  # fmt: skip
    for one in found["items"]:
        state = f"{one['state']}{' (snoozed)' if one['snoozed'] else ''}"
        told = (state, one["priority"], when(one["opened_at"]), plain(one["channel"]), one_line(one["assignee"]))
        table.add_row(one["id"], str(one["number"]), *told, one_line(", ".join(one["tags"])), one_line(one["subject"]))
    print_page(table, found, empty="no incidents", older="further ones")


_KINDS: Final[dict[str, Callable[[str], Any]]] = {"folder": Folder, "state": IncidentState, "order": Order}


@incidents.command(name="folders")
@takes_row_form
@click.pass_obj
def folders(options: Options, /, form: RowForm | None) -> None:
    """How many incidents each folder has."""

    async def offline(session: Session) -> Any:
        return FolderList(items=folder_counts(await worklist.counts(session, me=LOCAL.name)))

    found = ask(configured(options).settings, lambda hub: hub.incidents.folders(), offline)
    if form is not None:
        print_rows(form, FolderList, lambda _cursor, _count: found)
    elif options.as_json:
        print_json(found)
    else:
        for one in found["items"]:
            click.echo(f"{one['folder']:<8} {one['incidents']}{'+' if one['more'] else ''}")


@incidents.command(name="assign")
@click.argument("ids", type=IDS, nargs=-1, required=True)
@click.option("--to", "name", metavar="NAME", help="Who works on them.")
@click.option("--nobody", "is_nobody", is_flag=True, help="Take them from whoever has them.")
@click.pass_obj
def assign(options: Options, ids: tuple[int, ...], name: str | None, is_nobody: bool) -> None:
    """Say who works on these incidents."""
    if (not name) != is_nobody:
        raise click.UsageError("Say --to NAME, or --nobody.")
    _change(options, ids, {"assignee": name or ""})


@incidents.command(name="change")
@click.argument("ids", type=IDS, nargs=-1, required=True)
@click.option("--state", type=click.Choice([str(one) for one in IncidentState]))
@click.option("--priority", type=click.Choice([str(one) for one in Priority]))
@click.pass_obj
def change(options: Options, /, ids: tuple[int, ...], **wanted: Any) -> None:
    """Change the state or the priority of these incidents."""
    given = {name: value for name, value in wanted.items() if value}
    if not given:
        raise click.UsageError("Say --state, --priority, or both.")
    _change(options, ids, given)


@incidents.command(name="tag")
@click.argument("ids", type=IDS, nargs=-1, required=True)
@click.option("--add", "add_tags", metavar="TAG", multiple=True, help="Repeatable.")
@click.option("--remove", "remove_tags", metavar="TAG", multiple=True, help="Repeatable.")
@click.pass_obj
def tag(options: Options, /, ids: tuple[int, ...], **tags: tuple[str, ...]) -> None:
    """Put tags on these incidents, and take others off."""
    if not any(tags.values()):
        raise click.UsageError("Say --add TAG or --remove TAG.")
    _change(options, ids, {name: list(value) for name, value in tags.items()})


@incidents.command(name="snooze")
@click.argument("ids", type=IDS, nargs=-1, required=True)
@click.option("--for", "length", metavar="LENGTH", help="As 30m, 4h, 2d or 1w.")
@click.option("--until", metavar="TIME", help="As 2026-03-02T09:00:00+02:00.")
@click.option("--until-they-write", "is_open_ended", is_flag=True, help="Until the customer writes.")
@click.pass_obj
def snooze(options: Options, ids: tuple[int, ...], length: str | None, until: str | None, is_open_ended: bool) -> None:
    """Put these incidents out of sight for a while. They come back earlier when the customer writes."""
    if sum((bool(length), bool(until), is_open_ended)) != 1:
        raise click.UsageError("Say one of --for, --until and --until-they-write.")
    end = None if is_open_ended else _after(length) if length else _moment(until or "")
    _change(options, ids, {"snooze": {"until": None if end is None else end.isoformat()}})


@incidents.command(name="wake")
@click.argument("ids", type=IDS, nargs=-1, required=True)
@click.pass_obj
def wake(options: Options, ids: tuple[int, ...]) -> None:
    """Bring snoozed incidents back."""
    _change(options, ids, {"wake": True})


@incidents.command(name="undo")
@click.argument("step", type=IDS)
@click.pass_obj
def undo(options: Options, step: int) -> None:
    """Take a change back: STEP as the command that made it said, within ten minutes."""
    _say(options, Daemon(configured(options).settings).incidents.undo(step))


def _change(options: Options, ids: Sequence[int], wanted: Any) -> None:
    """The same change of each, as it is now; what somebody changes in between is left alone."""
    if len(ids) > MOST_AT_ONCE:
        raise click.UsageError(f"At most {MOST_AT_ONCE} incidents at once.")
    hub = Daemon(configured(options).settings)
    known = [hub.incidents.get(one) for one in dict.fromkeys(ids)]
    body: Any = {"incidents": [{"id": one["id"], "version": one["version"]} for one in known], **wanted}
    _say(options, hub.incidents.change_many(body))


def _say(options: Options, done: BulkOutcome) -> None:
    left = [one for one in done["items"] if one["problem"] is not None]
    if options.as_json:
        print_json(done)
    else:
        out = Console(soft_wrap=True, highlight=False)
        out.print(f"changed: {len(done['items']) - len(left)}")
        for one in left:
            out.print(plain(f"left alone: {one['id']}: {one['detail']}"))
        if done["undo"] is not None:
            out.print(f"to take it back: channelhub incidents undo {done['undo']}")
    if left:
        raise Failure(f"{len(left)} of {len(done['items'])} were left alone", Exit.FAILED)


def _after(length: str) -> datetime:
    found = _LENGTH.match(length)
    if found is None:
        raise click.UsageError(f"{length!r} is no length: say 30m, 4h, 2d or 1w.")
    return datetime.now(UTC) + timedelta(**{_UNITS[found[2]]: int(found[1])})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.UsageError(f"{text!r} is no time: say it as 2026-03-02T09:00:00+02:00.") from exc
    return moment if moment.tzinfo is not None else moment.astimezone()
