"""`channelhub card email:ann@example.com`: everything about a customer."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.pipeline import card as cards
from channelhub.store.database import Session
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.customers import card_view


@click.command(name="card")
@click.argument("identity")
@click.pass_obj
def card(options: Options, identity: str) -> None:
    """Show the customer who has IDENTITY, written kind:value: email:ann@example.com, phone:+380…, telegram:7391…"""
    settings = configured(options).settings

    async def offline(session: Session) -> Any:
        customer_id = await cards.lookup(session, identity, default_region=settings.hub.default_region)
        if customer_id is None:
            raise Problem(Kind.NOT_FOUND, f"nobody has the identity {identity}")
        return await card_view(session, customer_id)

    found = ask(settings, "/customers/lookup", offline, identity=identity)
    if options.as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    console = Console()
    customer = found["customer"]
    console.print(plain(f"{customer['name'] or 'no name'}  (customer {customer['id']})"), style="bold")
    for one in found["identities"]:
        mark = "verified" if one["verified"] else "claimed"
        console.print(plain(f"  {one['kind']}:{one['value']}  {mark}{'  BLOCKED' if one['blocked'] else ''}"))
    for one in found["suggestions"]:
        console.print(plain(f"  perhaps also: {one['reason']} (suggestion {one['id']})"), style="yellow")
    for one in found["outages"]:
        console.print(plain(f"  in outage {one['id']}: {one['title']} ({one['state']})"), style="red")
    for one in found["incidents"]:
        console.print(plain(f"  incident #{one['number']}: {one['state']}, priority {one['priority']}"))
    table = Table("when", "channel", "", "what", expand=True)
    for one in found["timeline"]["items"]:
        direction = {"in": "→", "out": "←"}.get(one["direction"], "")
        mark = "" if one["verified"] or one["direction"] != "in" else "claimed"
        words = " ".join(part for part in (one["subject"], one["text"]) if part)
        table.add_row(when(one["at"]), plain(one["channel"]), f"{direction} {mark}".strip(), one_line(words))
    console.print(table)
    if found["timeline"]["next"]:
        console.print("older entries: see the page or the API")
