"""`channelhub card email:ann@example.com`: everything about a customer."""

from datetime import datetime
from typing import Any

import click

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.tables import console, listing, print_page, whole, words
from channelhub.pipeline import card as cards
from channelhub.pipeline.looking import Look
from channelhub.settings.zones import zone
from channelhub.store.database import Session
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.customers import card_view, place_of, timeline_view

SHOWN = 50  # entries of a card's own page


@click.command(name="card")
@click.argument("identity")
@click.option("--limit", type=click.IntRange(1, 1000), default=SHOWN, show_default=True, help="Entries to show.")
@click.option("--before", default="", metavar="NEXT", help="Older entries: as the page before says.")
@click.pass_obj
def card(options: Options, identity: str, limit: int, before: str) -> None:
    """Show the customer who has IDENTITY, written kind:value: email:ann@example.com, phone:+380…, telegram:7391…"""
    settings = configured(options).settings

    async def offline(session: Session) -> Any:
        customer_id = await cards.lookup(session, identity, default_region=settings.hub.default_region)
        if customer_id is None:
            raise Problem(Kind.NOT_FOUND, f"nobody has the identity {identity}")
        return await card_view(session, customer_id, at=datetime.now(zone(settings.hub.time_zone)))

    found = ask(settings, lambda hub: hub.customers.lookup(identity=identity), offline)
    if before or limit != SHOWN:
        customer_id = found["customer"]["id"]

        async def page(session: Session) -> Any:
            return await timeline_view(session, int(customer_id), Look(before=place_of(before), limit=limit))

        found["timeline"] = ask(
            settings, lambda hub: hub.customers.timeline(customer_id, before=before or None, limit=limit), page
        )
    if options.as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    out = console()
    customer = found["customer"]
    out.print(plain(f"{customer['name'] or 'no name'}  (customer {customer['id']})"), style="bold")
    for one in found["identities"]:
        mark = "verified" if one["verified"] else "claimed"
        marks = f"{mark}{'  shared' if one['shared'] else ''}{'  BLOCKED' if one['blocked'] else ''}"
        out.print(plain(f"  {one['kind']}:{one['value']}  {marks}  (identity {one['id']})"))
    if found["identities_total"] > len(found["identities"]):
        out.print(plain(f"  … the first {len(found['identities'])} of {found['identities_total']}"), style="dim")
    for one in found["links"]:
        out.print(plain(f"  link {one['id']}: {one['left_id']} and {one['right_id']}, {one['reason']}"), style="dim")
    for one in found["suggestions"]:
        out.print(plain(f"  perhaps also: {one['reason']} (suggestion {one['id']})"), style="yellow")
    for one in found["suspicions"]:
        out.print(plain(f"  may be somebody else: identity {one['identity_id']} ({one['pretence']})"), style="red")
    for one in found["outages"]:
        out.print(plain(f"  in outage {one['id']}: {one['title']} ({one['state']})"), style="red")
    for one in found["incidents"]:
        out.print(plain(f"  incident #{one['number']}: {one['state']}, priority {one['priority']}"))
    table = listing(whole("when"), whole("channel"), whole(""), words("what", may_wrap=True))
    for one in found["timeline"]["items"]:
        direction = {"in": "→", "out": "←"}.get(one["direction"], "")
        mark = "" if one["verified"] or one["direction"] != "in" else "claimed"
        said = " ".join(part for part in (one["subject"], one["text"]) if part)
        table.add_row(when(one["at"]), plain(one["channel"]), f"{direction} {mark}".strip(), one_line(said))
    print_page(table, found["timeline"], empty="nothing on the timeline", older="older entries")
