"""`channelhub search WORDS`: people by name or address, messages by their words, the newest or the best first."""

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.cli.tables import listing, print_page, whole, words
from channelhub.client import shapes
from channelhub.client.blocking import HubClient
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID
from channelhub.web.routes.searching import MAX_SEARCH, HitOrder, SearchQuery, Sought, search_view
from channelhub.web.views.hits import CustomerHits

SHOWN = 20
_DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command(name="search")
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option("--limit", type=click.IntRange(1, MAX_SEARCH), default=None, show_default="20", help="How many to show.")
@click.option("--before", type=click.IntRange(0, MAX_ID), metavar="NEXT", help="Older messages.")
@click.option(
    "--order",
    type=click.Choice([str(one) for one in HitOrder]),
    default="newest",
    show_default=True,
    help="Messages: the newest first, or the best of the newest 500.",
)
@click.option("--kind", type=click.Choice([str(one) for one in Sought]), help="Only people, or only messages.")
@click.option("--channel", default="", metavar="CHANNEL", help="Only messages of this channel, as email.")
@click.option("--customer", type=click.IntRange(0, MAX_ID), metavar="ID", help="Only messages of this customer.")
@click.option("--since", type=_DAY, metavar="TIME", help="Only messages of this time (UTC) and later.")
@click.option("--until", type=_DAY, metavar="TIME", help="Only messages before this time (UTC).")
@takes_row_form
@click.pass_obj
def search(
    options: Options, /, wanted: tuple[str, ...], limit: int | None, before: int | None, form: RowForm | None,
    order: shapes.HitOrder, kind: shapes.Sought | None, channel: str, customer: int | None, since: datetime | None,
    until: datetime | None,
) -> None:  # fmt: skip
    """Find customers by name or address and messages by WORDS, in any of their forms or as beginnings."""
    asked = SearchQuery(
        q=" ".join(wanted), order=HitOrder(order), kind=Sought(kind) if kind else None, channel=channel,
        customer=customer, since=_utc(since), until=_utc(until),
    )  # fmt: skip
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        here = msgspec.structs.replace(asked, limit=count, before=MAX_ID if cursor is None else int(cursor))

        async def offline(session: Session) -> Any:
            return await search_view(session, here)

        def online(hub: HubClient) -> Any:
            return hub.customers.page(
                q=asked.q, limit=count, before=cursor, order=order, kind=kind, channel=channel or None,
                customer=customer, since=_written(asked.since), until=_written(asked.until),
            )  # fmt: skip

        return ask(settings, online, offline)

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


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None


def _written(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
