"""`channelhub erase email:ann@example.com`: everything kept about a customer goes, for good."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import structlog

from channelhub.cli.alone import alone
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.client import shapes
from channelhub.pipeline import card as cards
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import erasing as commands
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.pipeline.erasing.stage import EVERY_BYTE, ErasingStage
from channelhub.pipeline.erasing.tools import NotYet
from channelhub.settings.models import Settings
from channelhub.store import erasures
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web.routes import personal_data

ACTOR = "admin:command line"
POLL_S = 0.5
_OnlyWarnings = structlog.make_filtering_bound_logger("warning")


@click.command(name="erase")
@click.argument("identity", required=False)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--compact", is_flag=True, help="Instead: write the database's file anew; the daemon must be stopped.")
@click.pass_obj
def erase(options: Options, identity: str | None, dry_run: bool, yes: bool, compact: bool) -> Exit:
    """Erase the customer who has IDENTITY: every address of theirs, every message, file and trace. It can't be undone.

    IDENTITY is written kind:value, as email:ann@example.com, or is a customer's id. With --json nothing is asked:
    --yes erases. Backups made before are erased again when they are restored.
    """
    settings = configured(options).settings
    daemon = Daemon(settings)
    if compact:
        alone(settings, _compact)
        return Exit.OK
    if identity is None:
        raise Failure("say who: kind:value, as email:ann@example.com, or a customer's id", Exit.USAGE)
    is_online = daemon.is_running()
    found = (
        _preview_online(daemon, identity) if is_online else alone(settings, lambda s: _preview(s, settings, identity))
    )
    is_agreed = not dry_run and (yes or (not options.as_json and _is_agreed(found)))
    receipt: dict[str, Any] | None = None
    if is_agreed and is_online:
        receipt = _erase_online(daemon, found)
    elif is_agreed:
        receipt = alone(settings, lambda store: _erase(store, settings, found))
    if options.as_json:
        print_json({**found, "erased": receipt is not None, "receipt": receipt})
    else:
        _print(found, receipt)
    return Exit.OK if dry_run or is_agreed else Exit.FAILED


def _is_agreed(found: dict[str, Any]) -> bool:
    _print(found, None)
    return click.confirm("Erase all of it for good?")


def _print(found: dict[str, Any], receipt: dict[str, Any] | None) -> None:
    if receipt is None:
        for one in found["identities"]:
            click.echo(plain(one).plain)
        click.echo(f"{found['entries']} entries on the timeline")
        return
    counts = ", ".join(f"{number} {name}" for name, number in receipt["counts"].items())
    click.echo(f"Erased: {counts}. Receipt {receipt['id']}.")
    if not receipt["compact"]:
        click.echo("The database is large: stop the daemon some time and run `channelhub erase --compact`.")


def _preview_online(daemon: Daemon, identity: str) -> dict[str, Any]:
    customer_id = identity if identity.isdigit() else daemon.customers.lookup(identity=identity)["customer"]["id"]
    asked = daemon.customers.erase(customer_id, shapes.ErasureRequest(dry_run=True))
    return {"customer_id": customer_id, "identities": asked["identities"], "entries": asked["entries"]}


def _erase_online(daemon: Daemon, found: dict[str, Any]) -> dict[str, Any]:
    confirm = found["identities"][0].partition(":")[2]
    asked = daemon.customers.erase(found["customer_id"], shapes.ErasureRequest(confirm=confirm))
    while True:
        receipt = daemon.operations.erasure(str(asked["id"]))
        if receipt["done_at"] is not None:
            return dict(receipt)
        time.sleep(POLL_S)


async def _preview(store: Store, settings: Settings, identity: str) -> dict[str, Any]:
    async with store.readers.read() as session:
        customer_id = await _customer(session, settings, identity)
        try:
            found = await commands.preview(session, customer_id)
        except CommandRefused as exc:
            raise Failure(str(exc), Exit.FAILED) from exc
    return {
        "customer_id": str(customer_id),
        "identities": [f"{one.key.kind}:{one.shown}" for one in found.identities],
        "entries": found.entries,
    }


async def _customer(session: Session, settings: Settings, identity: str) -> int:
    if identity.isdigit() and len(identity) < 20:
        return int(identity)
    found = await cards.lookup(session, identity, default_region=settings.hub.default_region)
    if found is None:
        raise Failure(f"nobody has the identity {identity}", Exit.FAILED)
    return found


async def _erase(store: Store, settings: Settings, found: dict[str, Any]) -> dict[str, Any]:
    """Without a daemon: asked for and carried out here, what was asked for before first."""
    confirm = found["identities"][0].partition(":")[2]
    try:
        made = await commands.request(store, ACTOR, int(found["customer_id"]), confirm=confirm, at=datetime.now(UTC))
    except CommandRefused as exc:
        raise Failure(str(exc), Exit.FAILED) from exc
    stage = ErasingStage(
        store,
        Path(settings.hub.state_dir),
        detects=False,
        asked=Bell(),
        now=lambda: datetime.now(UTC),
        log=structlog.wrap_logger(structlog.PrintLogger(sys.stderr), wrapper_class=_OnlyWarnings),
        rewritten_bytes=EVERY_BYTE,
    )
    try:
        while await stage.work():
            pass
    except NotYet as exc:
        raise Failure(f"it is asked for; start the daemon to have it done: {exc}", Exit.TEMPORARY) from exc
    async with store.readers.read() as session:
        receipt = await erasures.get(session, made.id)
    assert receipt is not None
    return dict(personal_data.as_json(receipt))


async def _compact(store: Store) -> None:
    await store.writer.upkeep(lambda session: session.rewrite())
    await store.writer.upkeep(lambda session: session.checkpoint())
    await store.writer.command(erasures.all_compact)
    click.echo("The database's file is written anew.")
