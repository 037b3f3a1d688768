"""`channelhub card email:ann@example.com`: everything about a customer."""

from datetime import datetime
from typing import Any

import click
from rich.console import Console

from channelhub.cli.asking import ask
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.tables import console, listing, print_page, whole, words
from channelhub.pipeline import card as cards
from channelhub.rules.looking import KINDS
from channelhub.settings.models import Settings
from channelhub.settings.zones import zone
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.customers import TimelineQuery, card_view, look_of, timeline_view

SHOWN = 50  # entries of a card's own page


@click.command(name="card")
@click.argument("identity")
@click.option("--limit", type=click.IntRange(1, 1000), default=SHOWN, show_default=True, help="Entries to show.")
@click.option("--before", default="", metavar="NEXT", help="Older entries: as the page before says.")
@click.option("--after", default="", metavar="NEWER", help="Newer entries: `newer` of a page.")
@click.option("--around", type=click.IntRange(1, MAX_ID), metavar="ID", help="An entry, and those before and after it.")
@click.option("--channel", default="", metavar="CHANNEL", help="Only entries of this channel, as email.")
@click.option("--kind", type=click.Choice(KINDS), help="Only entries of this type.")
@click.option("--words", "q", default="", metavar="WORDS", help="Only entries with all of these words, in any form.")
@click.pass_obj
def card(options: Options, /, identity: str, **looked: Any) -> None:
    """Show the customer who has IDENTITY, written kind:value: email:ann@example.com, phone:+380…, telegram:7391…"""
    settings = configured(options).settings

    async def offline(session: Session) -> Any:
        customer_id = await cards.lookup(session, identity, default_region=settings.hub.default_region)
        if customer_id is None:
            raise Problem(Kind.NOT_FOUND, f"nobody has the identity {identity}")
        return await card_view(session, customer_id, at=datetime.now(zone(settings.hub.time_zone)))

    found = ask(settings, lambda hub: hub.customers.lookup(identity=identity), offline)
    wanted = {name: value for name, value in looked.items() if value}
    if wanted != {"limit": SHOWN}:
        found["timeline"] = _timeline(settings, found["customer"]["id"], wanted)
    if options.as_json:
        print_json(found)
    else:
        _print(found)


def _timeline(settings: Settings, customer_id: str, wanted: dict[str, Any]) -> Any:
    async def page(session: Session) -> Any:
        query = TimelineQuery(**wanted)
        return await timeline_view(session, int(customer_id), look_of(query, limit=query.limit))

    return ask(settings, lambda hub: hub.customers.timeline(customer_id, **wanted), page)


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
    _print_known(out, found)
    table = listing(whole("when"), whole("channel"), whole(""), words("what", may_wrap=True))
    for one in found["timeline"]["items"]:
        direction = {"in": "→", "out": "←"}.get(one["direction"], "")
        mark = "" if one["verified"] or one["direction"] != "in" else "claimed"
        said = " ".join(part for part in (one["subject"], one["text"]) if part)
        table.add_row(when(one["at"]), plain(one["channel"]), f"{direction} {mark}".strip(), one_line(said))
    print_page(table, found["timeline"], empty="nothing on the timeline", older="older entries")


def _print_known(out: Console, found: dict[str, Any]) -> None:
    """What was learned from their messages and ours."""
    for one in found["promises"]:
        due = one["due_day"] or when(one["due_at"])
        text = f"  promised{f' by {due}' if due else ''} ({one['state']}): "
        out.print(plain(text).append(one_line(one["text"])), style="red" if one["state"] == "overdue" else None)
    for one in found["told"]:
        told = f"{when(one['at'])}{'' if one['verified'] else ', claimed'}, message {one['message_id']}"
        out.print(plain(f"  told us {one['topic']}: {one['text']}  ({told})"))
    for one in found["journeys"]:
        order = f", order {one['order_id']}" if one["order_id"] else ""
        out.print(plain(f"  {one['name']}{order}  ({when(one['at'])})"))
    habits, best = found["habits"], found["habits"]["best_time"]
    days = "" if best is None or best["days"] == "any" else f", {best['days']}"
    hours = "not known yet" if best is None else f"{best['since']} to {best['until']}{days} ({best['zone']})"
    out.print(plain(f"  preferred channel: {habits['channel'] or 'not known yet'}; best time: {hours}"), style="dim")
