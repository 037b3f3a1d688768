"""`channelhub restore PATH`: make a backup the state. Nothing goes out until `channelhub resume-sending`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.cli.progress import shown
from channelhub.store.database import DatabaseLocked, StoreError
from channelhub.store.folders import make_folder
from channelhub.store.lock import DatabaseLock
from channelhub.store.restore import Restored, restore


@click.command(name="restore")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the state that is there; it is put aside, not deleted.")
@click.option("--accept-damage", is_flag=True, help="Restore what is left of a damaged backup.")
@click.pass_obj
def command(options: Options, path: Path, force: bool, accept_damage: bool) -> Exit:
    """Verify the backup in PATH and make it the state; the daemon must be stopped.

    Sending is paused afterwards: `channelhub resume-sending` shows what would go out and lets it go.
    """
    state_dir = Path(configured(options).settings.hub.state_dir)
    try:
        make_folder(state_dir)
        with DatabaseLock(state_dir), shown() as progress:
            work = restore(
                path, state_dir, now=datetime.now(UTC), replaces=force, accepts_damage=accept_damage, progress=progress
            )
            restored = asyncio.run(work)
    except DatabaseLocked as exc:
        raise Failure(str(exc), Exit.TEMPORARY) from exc
    except StoreError as exc:
        raise Failure(str(exc), Exit.FAILED) from exc
    except OSError as exc:
        raise Failure(f"the state can't be written: {exc}", Exit.IO) from exc
    _print(options, restored, state_dir)
    return Exit.OK


def _print(options: Options, restored: Restored, state_dir: Path) -> None:
    aside = str(restored.aside) if restored.aside else None
    if options.as_json:
        made_at = restored.manifest.made_at.isoformat()
        done = {"made_at": made_at, "deliveries": restored.report.deliveries, "files": restored.report.files}
        print_json({**done, "damages": len(restored.report.damages), "aside": aside, "sending_paused": True})
        return
    click.echo(f"{state_dir}: {restored.report.deliveries} deliveries and {restored.report.files} files restored")
    for damage in restored.report.damages:
        click.echo(f"damaged: {damage.where} {damage.what}: {damage.detail}")
    if aside:
        click.echo(f"What was there before is in {aside}; delete it when you no longer need it.")
    click.echo("Sending is paused. Start the daemon, then look and go on with `channelhub resume-sending`.")
