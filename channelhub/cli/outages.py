"""`channelhub outages`: what many customers report at once, and what is decided about it."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import click
from rich.console import Console

from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.completing import OutageId
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.outage_history import history
from channelhub.cli.outage_precision import report
from channelhub.cli.outage_view import print_outage
from channelhub.cli.postmortem import postmortem
from channelhub.cli.printing import one_line, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.cli.tables import listing, print_page, whole, words
from channelhub.client.blocking import HubClient
from channelhub.client.shapes import OutageDetail, OutageSplit
from channelhub.pipeline.explaining import Explaining
from channelhub.rules.outage.phrasing import LANGUAGES
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID as NEWEST
from channelhub.web.routes.outages import detail, outage_page
from channelhub.web.views.desk import EmergingList, OutagePage

SHOWN = 50


@click.group(name="outages", help="Mass outages: list, show, and what people decide about them.")
def outages() -> None: ...


outages.add_command(postmortem)
outages.add_command(history)
outages.add_command(report)


@outages.command(name="list")
@click.option("--open", "is_open", is_flag=True, help="Only those that are not over.")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="50", help="How many to show.")
@click.option("--before", type=click.IntRange(0, NEWEST), metavar="ID", help="Older ones: as the page before says.")
@takes_row_form
@click.pass_obj
def list_outages(
    options: Options, /, is_open: bool, limit: int | None, before: int | None, form: RowForm | None
) -> None:
    """The newest outages, of every state."""
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            last = NEWEST if cursor is None else int(cursor)
            return await outage_page(session, is_open=is_open, before=last, limit=count)

        return ask(settings, lambda hub: hub.outages.page(open=is_open or None, limit=count, before=cursor), offline)

    if form is not None:
        print_rows(form, OutagePage, page, first=before, limit=limit)
        return
    found = page(before, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    counts = (whole("customers", is_number=True), whole("messages", is_number=True))
    table = listing(whole("id"), whole("state"), whole("since"), *counts, words("about"))
    for one in found["items"]:
        state = f"{one['state']} {one['level']}".rstrip()
        counted = (str(one["customers"]), str(one["messages"]))
        table.add_row(one["id"], state, when(one["began_at"]), *counted, one_line(one["title"]))
    print_page(table, found, empty="no outages")


@outages.command(name="emerging")
@takes_row_form
@click.pass_obj
def emerging(options: Options, /, form: RowForm | None) -> None:
    """What is rising but not enough yet to be suspected. Needs the running daemon."""
    found = Daemon(configured(options).settings).outages.emerging()
    if form is not None:
        print_rows(form, EmergingList, lambda _cursor, _count: found)
        return
    if options.as_json:
        print_json(found)
        return
    customers, score_column = whole("customers", is_number=True), whole("score")
    table = listing(whole("last report"), customers, score_column, words("shared words"), words("newest report"))
    for one in found["items"]:
        score = f"{one['score']:.1f} of {one['needed']:.1f}"
        terms = one_line(", ".join(one["terms"]))
        table.add_row(when(one["last_at"]), str(one["customers"]), score, terms, one_line(one["text"]))
    print_page(table, {"next": None, **found}, empty="nothing is rising")


@outages.command(name="show")
@click.argument("outage_id", type=OutageId())
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the reasons.")
@click.pass_obj
def show(options: Options, outage_id: int, language: Literal["en", "ru", "uk"]) -> None:
    """One outage with its course, what explains it, and its newest reports."""

    async def offline(session: Session) -> Any:
        return await detail(session, outage_id, Explaining(), language=language)

    found = ask(configured(options).settings, lambda hub: hub.outages.get(outage_id, language=language), offline)
    _print(found, options)


@outages.command(name="confirm")
@click.argument("outage_id", type=OutageId())
@click.pass_obj
def confirm(options: Options, outage_id: int) -> None:
    """Say that it is an outage. Needs the running daemon."""
    _decide(options, lambda hub: hub.outages.confirm(outage_id, {}))


@outages.command(name="monitor")
@click.argument("outage_id", type=OutageId())
@click.pass_obj
def monitor(options: Options, outage_id: int) -> None:
    """Say that the fix is in: if reports go on, it is confirmed again by itself. Needs the running daemon."""
    _decide(options, lambda hub: hub.outages.monitor(outage_id, {}))


@outages.command(name="resolve")
@click.argument("outage_id", type=OutageId())
@click.pass_obj
def resolve(options: Options, outage_id: int) -> None:
    """Say that it is over. Needs the running daemon."""
    _decide(options, lambda hub: hub.outages.resolve(outage_id, {}))


@outages.command(name="dismiss")
@click.argument("outage_id", type=OutageId())
@click.pass_obj
def dismiss(options: Options, outage_id: int) -> None:
    """Say that it is none: the same words stay silent for a while. Needs the running daemon."""
    _decide(options, lambda hub: hub.outages.dismiss(outage_id, {}))


@outages.command(name="merge")
@click.argument("outage_id", type=OutageId())
@click.argument("into_id", type=OutageId())
@click.pass_obj
def merge(options: Options, outage_id: int, into_id: int) -> None:
    """Say that OUTAGE_ID is the same matter as INTO_ID, which gets its reports. Needs the running daemon."""
    _decide(options, lambda hub: hub.outages.merge(outage_id, {"into": str(into_id)}))


@outages.command(name="unmerge")
@click.argument("outage_id", type=OutageId())
@click.pass_obj
def unmerge(options: Options, outage_id: int) -> None:
    """Let a merged outage stand on its own again, with its reports. Needs the running daemon."""
    _decide(options, lambda hub: hub.outages.unmerge(outage_id, {}))


@outages.command(name="split")
@click.argument("outage_id", type=OutageId())
@click.argument("message_ids", type=click.IntRange(min=1), nargs=-1, required=True)
@click.option("--title", default="", help="What the new outage is about; without it, a report's own words.")
@click.pass_obj
def split(options: Options, outage_id: int, message_ids: tuple[int, ...], title: str) -> None:
    """Say that these reports are another matter: they become a new outage. Needs the running daemon."""
    reports: OutageSplit = {"messages": [str(one) for one in message_ids], "title": title}
    _decide(options, lambda hub: hub.outages.split(outage_id, reports))


@outages.command(name="move")
@click.argument("outage_id", type=OutageId())
@click.argument("direction", type=click.Choice(["in", "out"]))
@click.argument("message_id", type=click.IntRange(min=1))
@click.pass_obj
def move(options: Options, outage_id: int, direction: str, message_id: int) -> None:
    """Say that a message belongs to an outage, or is about something else for good. Needs the running daemon."""
    if direction == "in":
        _decide(options, lambda hub: hub.outages.add_member(outage_id, {"message_id": str(message_id)}))
    else:
        _decide(options, lambda hub: hub.outages.remove_member(outage_id, message_id))


def _decide(options: Options, decide: Callable[[HubClient], OutageDetail]) -> None:
    _print(decide(Daemon(configured(options).settings)), options)


def _print(found: Mapping[str, Any], options: Options) -> None:
    if options.as_json:
        print_json(found)
        return
    print_outage(found, Console())
