"""`channelhub search WORDS`: people by name or address, messages by their words, the newest first."""

from typing import Any

import click

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.cli.tables import listing, print_page, whole, words
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID
from channelhub.web.routes.searching import MAX_SEARCH, search_view
from channelhub.web.views.people import CustomerHits

SHOWN = 20


@click.command(name="search")
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option("--limit", type=click.IntRange(1, MAX_SEARCH), default=None, show_default="20", help="How many to show.")
@click.option("--before", type=click.IntRange(0, MAX_ID), metavar="NEXT", help="Older messages.")
@takes_row_form
@click.pass_obj
def search(
    options: Options, /, wanted: tuple[str, ...], limit: int | None, before: int | None, form: RowForm | None
) -> None:
    """Find customers by name or address and messages by WORDS; the last word may be a beginning."""
    text = " ".join(wanted)

    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            return await search_view(session, text, limit=count, before=MAX_ID if cursor is None else int(cursor))

        return ask(settings, lambda hub: hub.customers.page(q=text, limit=count, before=cursor), offline)

    if form is not None:
        print_rows(form, CustomerHits, page, first=before, limit=limit)
        return
    found = page(before, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = listing(whole("customer"), whole("when"), words("name"), words("found"))
    for one in found["items"]:
        table.add_row(
            one["customer_id"], when(one["at"]), one_line(one["name"]), one_line(one["text"] or one["matched"])
        )
    print_page(table, found, empty="nothing was found", older="older messages")
