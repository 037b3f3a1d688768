"""`channelhub backup PATH`: a verified copy of the state, made while the daemon works."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.cli.progress import shown
from channelhub.store.backup import backup
from channelhub.store.database import StoreError


@click.command(name="backup")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def command(options: Options, path: Path) -> Exit:
    """Write a backup to the new folder PATH; the daemon may be running.

    PATH appears when the backup is whole and on disk. Exit code 1: it was made, but some files were damaged already.
    """
    state_dir = Path(configured(options).settings.hub.state_dir)
    try:
        with shown() as progress:
            manifest = asyncio.run(backup(state_dir, path, now=datetime.now(UTC), progress=progress))
    except StoreError as exc:
        raise Failure(str(exc), Exit.UNAVAILABLE) from exc
    except OSError as exc:
        raise Failure(f"the backup can't be written: {exc}", Exit.IO) from exc
    if options.as_json:
        done = {"path": str(path), "deliveries": manifest.deliveries, "files": len(manifest.blobs)}
        print_json({**done, "damaged": manifest.damaged})
    else:
        click.echo(f"{path}: {manifest.deliveries} deliveries and {len(manifest.blobs)} files")
    for name in manifest.damaged:
        click.echo(f"channelhub: file {name} is damaged or gone and is not in the backup", err=True)
    return Exit.FAILED if manifest.damaged else Exit.OK
