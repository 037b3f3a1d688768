"""`channelhub audit`: who did what, and who looked at whom."""

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
from channelhub.web.routes.audit import AuditPage, AuditQuery, audit_page

SHOWN = 50


@click.command(name="audit")
@click.option("--actor", default="", metavar="WHO", help="Only what they did, as agent:kate.")
@click.option("--action", default="", metavar="WHAT", help="Only this, as customer.look.")
@click.option(
    "--customer",
    type=click.IntRange(0, MAX_ID),
    metavar="ID",
    help="Only looks at this customer, and what was done to their addresses.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="50", help="How many to show.")
@click.option("--before", type=click.IntRange(0, MAX_ID), metavar="NEXT", help="Older lines.")
@takes_row_form
@click.pass_obj
def audit(
    options: Options, /, actor: str, action: str, customer: int | None, limit: int | None, before: int | None,
    form: RowForm | None,
) -> None:  # fmt: skip
    """Who did what, and who looked at which customer, the newest first."""
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        here = MAX_ID if cursor is None else int(cursor)
        asked = AuditQuery(actor=actor, action=action, customer=customer, before=here, limit=count)

        async def offline(session: Session) -> Any:
            return await audit_page(session, asked)

        return ask(
            settings,
            lambda hub: hub.operations.audit(
                actor=actor or None, action=action or None, customer=customer, before=cursor, limit=count
            ),
            offline,
        )

    if form is not None:
        print_rows(form, AuditPage, page, first=before, limit=limit)
        return
    found = page(before, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = listing(whole("when"), words("who"), whole("what"), words("to what"), words("detail"))
    for one in found["items"]:
        detail = " ".join(f"{name}={value}" for name, value in one["detail"].items())
        table.add_row(when(one["at"]), one_line(one["actor"]), one["action"], one_line(one["target"]), one_line(detail))
    print_page(table, found, empty="nothing was done", older="older lines")
