"""`channelhub webhooks list|show|add|test|replay|rotate|enable|disable|remove`: endpoints of the running daemon."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.client.blocking import HubClient
from channelhub.client.shapes import WebhookMade, WebhookView
from channelhub.domain.times import to_us
from channelhub.store.database import Session
from channelhub.web.routes.webhooks import view
from channelhub.web.views.webhooks import WebhookPage

SHOWN = 100
LOOK_S = 0.2
_ID = click.IntRange(min=1)


@click.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="100", help="How many to show.")
@takes_row_form
@click.pass_obj
def list_endpoints(options: Options, /, limit: int | None, form: RowForm | None) -> None:
    """Endpoints that events are posted to, and how that goes."""
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            return await view(session, after=int(cursor or 0), limit=count, now_us=to_us(datetime.now(UTC)))

        return ask(settings, lambda hub: hub.webhooks.page(limit=count, after=cursor), offline)

    if form is not None:
        print_rows(form, WebhookPage, page, limit=limit)
        return
    found = page(None, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = Table("id", "health", "since", "events", "address", "reason", expand=True)
    for one in found["items"]:
        since = one["failing_since"] or one["last_delivered_at"]
        events = ", ".join(one["event_types"]) or "all"
        reason = one["disabled_reason"] or one["last_error"]
        table.add_row(one["id"], one["health"], when(since), one_line(events), one_line(one["url"]), reason)
    Console().print(table if found["items"] else "no endpoints")


@click.command(name="show")
@click.argument("webhook_id", type=_ID)
@click.option("--failed", is_flag=True, help="Dead letters only.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many deliveries.")
@click.pass_obj
def show(options: Options, webhook_id: int, failed: bool, limit: int) -> None:
    """An endpoint and what it was sent last. Needs the running daemon."""
    daemon = Daemon(configured(options).settings)
    endpoint = daemon.webhooks.get(webhook_id)
    deliveries = daemon.webhooks.deliveries(webhook_id, state="failed" if failed else None, limit=limit)
    if options.as_json:
        print_json({"webhook": endpoint, "deliveries": deliveries["items"]})
        return
    console = Console()
    for name, value in endpoint.items():
        if value not in ("", None, [], {}):
            console.print(plain(f"{name.replace('_', ' '):18} {value}"))
    table = Table("delivery", "event", "state", "tries", "made", "next", "reason", expand=True)
    for one in deliveries["items"]:
        table.add_row(
            one["id"], one["event_type"], one["state"], str(one["attempts"]), when(one["created_at"]),
            when(one["next_at"]), one["error"],
        )  # fmt: skip
    console.print(table if deliveries["items"] else "nothing was sent yet")


@click.command(name="add")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="A type, or outage.* for several; without it: all. Repeatable.")
@click.option("--account", "accounts", multiple=True, help="Events of this account only. Repeatable.")
@click.option("--segment", "segments", multiple=True, help="Events about customers of this class only. Repeatable.")
@click.option("--description", default="", help="For people.")
@click.option("--owner", "owner_email", default="", help="Mail address of who is told when it is disabled.")
@click.option("--ordered", is_flag=True, help="One event at a time, in their order.")
@click.option("--replayed", is_flag=True, help="Events of history that is read again, too.")
@click.option("--signing", type=click.Choice(["v1", "v1a"]), default="v1", show_default=True, help="v1a: ed25519.")
@click.pass_obj
def add(options: Options, /, url: str, events: tuple[str, ...], **wanted: Any) -> None:
    """Have events posted to URL; prints the key to verify them with. Needs the running daemon."""
    lists = {name: list(wanted.pop(name)) for name in ("accounts", "segments")}
    body: Any = {"url": url, "event_types": list(events), **lists, **wanted}
    made = Daemon(configured(options).settings).webhooks.create(body)
    if options.as_json:
        print_json(made)
        return
    _print_key(made, f"webhook {made['webhook']['id']} is made")


@click.command(name="test")
@click.argument("webhook_id", type=_ID)
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=30.0, show_default=True, help="Seconds.")
@click.pass_obj
def test(options: Options, webhook_id: int, wait_s: float) -> None:
    """Send an endpoint a marked test; wait until it is taken. Needs the running daemon."""
    daemon = Daemon(configured(options).settings)
    queued = daemon.webhooks.test(webhook_id)
    deadline_s = time.monotonic() + wait_s
    while True:
        found = daemon.webhooks.delivery(queued["id"])
        if found["attempts"] or time.monotonic() >= deadline_s:
            break
        time.sleep(LOOK_S)
    if options.as_json:
        print_json(found)
    tried = found["attempts"][0] if found["attempts"] else None
    if tried is None or tried["error"]:
        said = f"{tried['error']}, status {tried['status']}" if tried else "nothing was sent within that time"
        raise Failure(f"webhook {webhook_id} did not take the test: {said}", Exit.FAILED)
    if not options.as_json:
        Console().print(plain(f"webhook {webhook_id} took the test: {tried['status']} within {tried['took_ms']} ms"))


@click.command(name="replay")
@click.argument("webhook_id", type=_ID)
@click.option("--since", type=click.DateTime(), help="Every event since then (UTC), also those that it was never sent.")
@click.option("--failed", is_flag=True, help="Dead letters only; with --since, those of then or later.")
@click.option("--delivery", "delivery_id", type=_ID, help="This delivery alone.")
@click.pass_obj
def replay(options: Options, webhook_id: int, since: datetime | None, failed: bool, delivery_id: int | None) -> None:
    """Send an endpoint again what it missed. Needs the running daemon."""
    daemon = Daemon(configured(options).settings)
    if delivery_id is not None:
        _print_sent(options, daemon.webhooks.redeliver_one(delivery_id))
    elif since is None and not failed:
        raise Failure("say --since, --failed or --delivery", Exit.USAGE)
    else:
        moment = since.replace(tzinfo=UTC).isoformat() if since else None
        _print_sent(options, daemon.webhooks.redeliver(webhook_id, {"since": moment, "failed_only": failed}))


@click.command(name="rotate")
@click.argument("webhook_id", type=_ID)
@click.option(
    "--overlap-hours", type=click.FloatRange(0, 720), default=24.0, show_default=True,
    help="How long the old key signs beside the new one.",
)  # fmt: skip
@click.pass_obj
def rotate(options: Options, webhook_id: int, overlap_hours: float) -> None:
    """Give an endpoint a new key, and print it. Needs the running daemon."""
    made = Daemon(configured(options).settings).webhooks.rotate_secret(webhook_id, {"overlap_hours": overlap_hours})
    if options.as_json:
        print_json(made)
        return
    _print_key(made, f"webhook {webhook_id} has a new key")


@click.command(name="enable")
@click.argument("webhook_id", type=_ID)
@click.pass_obj
def enable(options: Options, webhook_id: int) -> None:
    """Send an endpoint what waits for it, and events again. Needs the running daemon."""
    _switch(options, lambda hub: hub.webhooks.enable(webhook_id))


@click.command(name="disable")
@click.argument("webhook_id", type=_ID)
@click.pass_obj
def disable(options: Options, webhook_id: int) -> None:
    """Send an endpoint nothing, and keep no events for it. Needs the running daemon."""
    _switch(options, lambda hub: hub.webhooks.disable(webhook_id))


@click.command(name="remove")
@click.argument("webhook_id", type=_ID)
@click.pass_obj
def remove(options: Options, webhook_id: int) -> None:
    """Forget an endpoint with its keys. Needs the running daemon."""
    Daemon(configured(options).settings).webhooks.remove(webhook_id)
    if options.as_json:
        print_json({"id": str(webhook_id)})
    else:
        Console().print(plain(f"webhook {webhook_id} is removed"))


COMMANDS: tuple[click.Command, ...] = (
    list_endpoints, show, add, test, replay, rotate, enable, disable, remove
)  # fmt: skip


def _switch(options: Options, switch: Callable[[HubClient], WebhookView]) -> None:
    found = switch(Daemon(configured(options).settings))
    if options.as_json:
        print_json(found)
    else:
        Console().print(plain(f"webhook {found['id']} is {found['state']}"))


def _print_sent(options: Options, found: Mapping[str, Any]) -> None:
    if options.as_json:
        print_json(found)
    else:
        Console().print("it is sent again: see `channelhub webhooks show`")


def _print_key(made: WebhookMade, sentence: str) -> None:
    console = Console(soft_wrap=True)
    console.print(plain(sentence))
    if made["secret"]:
        console.print(plain(f"secret      {made['secret']}"))
        console.print("It is shown this once: keep it where the receiver verifies.")
    else:
        console.print(plain(f"public key  {made['webhook']['public_key']}"))
