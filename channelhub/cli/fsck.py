"""`channelhub fsck`: is every stored byte still what it was?"""

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.cli.progress import shown
from channelhub.store.check import CheckReport, check
from channelhub.store.database import StoreError


@click.command(name="fsck")
@click.pass_obj
def fsck(options: Options) -> Exit:
    """Verify the database, every raw message and every file against its digest; changes nothing.

    The daemon may be running. Exit code 1: something is damaged.
    """
    state_dir = Path(configured(options).settings.hub.state_dir)
    try:
        with shown() as progress:
            report = asyncio.run(check(state_dir, progress=progress))
    except StoreError as exc:
        raise Failure(str(exc), Exit.UNAVAILABLE) from exc
    if options.as_json:
        print_json({"ok": report.is_whole, **asdict(report)})
    else:
        _print(report)
    return Exit.OK if report.is_whole else Exit.FAILED


def _print(report: CheckReport) -> None:
    for damage in report.damages:
        click.echo(plain(f"{damage.where} {damage.what}: {damage.detail}").plain)
    unused = f", {report.unused} files that nothing names" if report.unused else ""
    verdict = "all is whole" if report.is_whole else f"{len(report.damages)} damaged: restore them from a backup"
    click.echo(f"{report.deliveries} deliveries and {report.files} files verified{unused}: {verdict}")
