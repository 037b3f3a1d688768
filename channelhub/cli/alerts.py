"""`channelhub alerts`: whom the hub tells about outages and events, a test, another try."""

import time
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.completing import event_types
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.client.shapes import DeliveryView
from channelhub.store.database import Session
from channelhub.web.routes.alerts import view
from channelhub.web.views.alerts import AlertsView

NEWEST = (1 << 63) - 1
SHOWN = 20
LOOK_S = 0.2
PUBLIC = "statuspage"
_ENDED = frozenset({"sent", "failed", "skipped"})


@click.group(name="alerts", help="Whom the hub tells about outages and events: list, test, retry.")
def alerts() -> None: ...


@alerts.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="20", help="How many deliveries.")
@takes_row_form
@click.pass_obj
def list_alerts(options: Options, /, limit: int | None, form: RowForm | None) -> None:
    """The targets, how they do, and what they were told last."""
    settings = configured(options).settings
    kinds = {name: one.kind for name, one in settings.alerts.items()}

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            return await view(session, kinds, before=NEWEST if cursor is None else int(cursor), limit=count)

        return ask(settings, lambda hub: hub.alerts.page(limit=count, before=cursor), offline)

    if form is not None:
        print_rows(form, AlertsView, page, limit=limit)
        return
    found = page(None, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    console = Console()
    if not found["targets"]:
        console.print("no target is configured: see [alerts.…] in config/channelhub.example.toml")
    targets = Table("target", "kind", "state", "since", "reason", expand=True)
    for one in found["targets"]:
        targets.add_row(one["name"], one["kind"], one["state"], when(one["since"]), one_line(one["detail"]))
    deliveries = Table("id", "when", "target", "about", "action", "state", "tries", "reason", expand=True)
    for one in found["items"]:
        deliveries.add_row(
            one["id"], when(one["changed_at"]), plain(one["target"]), _subject(one), one["action"],
            one["state"], str(one["attempts"]), one_line(one["error"]),
        )  # fmt: skip
    console.print(*([targets] if found["targets"] else []), *([deliveries] if found["items"] else []))


@alerts.command(name="test")
@click.argument("target")
@click.option("--event", default="", shell_complete=event_types, help="Tell a sample of this type, or of a summary.")
@click.option("--public", is_flag=True, help="Say that a status page which everybody reads may show it.")
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=30.0, show_default=True, help="Seconds.")
@click.pass_obj
def test(options: Options, target: str, event: str, public: bool, wait_s: float) -> None:
    """Tell TARGET a marked test and that it is over; wait until both arrived. Needs the running daemon.

    A target of events is shown and told a sample: of --event, or of the first type that it hears of.
    """
    settings = configured(options).settings
    known = settings.alerts.get(target)
    if known is not None and known.kind == PUBLIC and not public:
        raise Failure(f"{target} is a page that everybody reads: test it with --public", Exit.USAGE)
    daemon = Daemon(settings)
    queued = daemon.alerts.test({"target": target, "event": event})
    sample = queued["sample"]
    if sample is not None and not options.as_json:
        Console().print(plain("\n".join([sample["title"], *sample["text"].splitlines(), ""])))
    ended = {"trigger": _awaited(daemon, queued["trigger"]["id"], wait_s)}
    if ended["trigger"]["state"] == "sent" and queued["resolve"] is not None:
        ended["resolve"] = _awaited(daemon, queued["resolve"]["id"], wait_s)
    if options.as_json:
        print_json(ended | {"sample": sample})
    last = list(ended.values())[-1]
    if last["state"] != "sent":
        said = last["error"] or "it was not told within that time"
        raise Failure(f"{target}: {last['action']} is {last['state']}: {said}", Exit.FAILED)
    if not options.as_json:
        its_end = "" if sample is not None else ", and so did its end"
        Console().print(plain(f"{target}: the test arrived{its_end}"))


@alerts.command(name="retry")
@click.argument("delivery_id", type=click.IntRange(min=1))
@click.pass_obj
def retry(options: Options, delivery_id: int) -> None:
    """Have a delivery that failed or waits told now. Needs the running daemon."""
    again = Daemon(configured(options).settings).alerts.retry(delivery_id)
    if options.as_json:
        print_json(again)
    else:
        Console().print(plain(f"alert delivery {delivery_id} is {again['state']}"))


def _subject(one: dict[str, Any]) -> str:
    """What a delivery is about."""
    return str(one["outage_id"] or one["event_type"] or "test")


def _awaited(daemon: Daemon, delivery_id: str, wait_s: float) -> DeliveryView:
    """The delivery when it has ended, or as it is when the time is over."""
    deadline_s = time.monotonic() + wait_s
    while True:
        found = daemon.alerts.get(delivery_id)
        if found["state"] in _ENDED or time.monotonic() >= deadline_s or (found["error"] and found["attempts"]):
            return found
        time.sleep(LOOK_S)
