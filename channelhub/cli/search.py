"""`channelhub search WORDS`: people by name or address, messages by their words, the newest first."""

from typing import Any

import click

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json, when
from channelhub.cli.tables import listing, print_page, whole, words
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID
from channelhub.web.routes.customers import MAX_SEARCH, search_view


@click.command(name="search")
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option("--limit", type=click.IntRange(1, MAX_SEARCH), default=20, show_default=True, help="How many to show.")
@click.option("--before", type=click.IntRange(0, MAX_ID), metavar="NEXT", help="Older messages.")
@click.pass_obj
def search(options: Options, wanted: tuple[str, ...], limit: int, before: int | None) -> None:
    """Find customers by name or address and messages by WORDS; the last word may be a beginning."""
    text = " ".join(wanted)

    async def offline(session: Session) -> Any:
        return await search_view(session, text, limit=limit, before=MAX_ID if before is None else before)

    found = ask(
        configured(options).settings, lambda hub: hub.customers.page(q=text, limit=limit, before=before), offline
    )
    if options.as_json:
        print_json(found)
        return
    table = listing(whole("customer"), whole("when"), words("name"), words("found"))
    for one in found["items"]:
        table.add_row(
            one["customer_id"], when(one["at"]), one_line(one["name"]), one_line(one["text"] or one["matched"])
        )
    print_page(table, found, empty="nothing was found", older="older messages")
