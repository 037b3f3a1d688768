"""`channelhub search WORDS`: people by name or address, messages by their words, the newest first."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.store.database import Session
from channelhub.web.routes.customers import search_view


@click.command(name="search")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many to show.")
@click.pass_obj
def search(options: Options, words: tuple[str, ...], limit: int) -> None:
    """Find customers by name or address and messages by WORDS; the last word may be a beginning."""
    wanted = " ".join(words)

    async def offline(session: Session) -> Any:
        return await search_view(session, wanted, limit=limit)

    found = ask(configured(options).settings, "/customers", offline, q=wanted, limit=limit)
    if options.as_json:
        print_json(found)
        return
    table = Table("customer", "when", "found", expand=True)
    for one in found["items"]:
        table.add_row(
            plain(one["name"] or one["customer_id"]), when(one["at"]), one_line(one["text"] or one["matched"])
        )
    Console().print(table)
