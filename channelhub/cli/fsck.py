"""`channelhub fsck`: is every stored byte still what it was?"""

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from channelhub.cli.alone import alone
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.cli.progress import shown
from channelhub.store import timeline_counts
from channelhub.store.check import CheckReport, check
from channelhub.store.database import StoreError
from channelhub.store.opening import Store


@click.command(name="fsck")
@click.option("--recount", is_flag=True, help="Have wrong counts of timelines made anew; the daemon must be stopped.")
@click.pass_obj
def fsck(options: Options, recount: bool) -> Exit:
    """Verify the database, every raw message and every file against its digest; changes nothing without --recount.

    The daemon may be running. Exit code 1: something is damaged, or counted wrongly.
    """
    settings = configured(options).settings
    try:
        with shown() as progress:
            report = asyncio.run(check(Path(settings.hub.state_dir), progress=progress))
    except StoreError as exc:
        raise Failure(str(exc), Exit.UNAVAILABLE) from exc
    is_recounted = recount and bool(report.miscounts)
    if is_recounted:
        alone(settings, _recount)
    is_right = report.is_whole and (is_recounted or not report.miscounts)
    if options.as_json:
        print_json({"ok": is_right, **asdict(report), "recounted": is_recounted})
    else:
        _print(report, is_recounted=is_recounted)
    return Exit.OK if is_right else Exit.FAILED


async def _recount(store: Store) -> None:
    await store.writer.batch(timeline_counts.begin_anew)


def _print(report: CheckReport, *, is_recounted: bool) -> None:
    for damage in report.damages:
        click.echo(plain(f"{damage.where} {damage.what}: {damage.detail}").plain)
    for one in report.miscounts:
        where = f"{one.channel} entries of identity {one.identity_id}" if one.channel else f"identity {one.identity_id}"
        click.echo(plain(f"count of {where}: {one.counted}, the timeline holds {one.present}").plain)
    unused = f", {report.unused} files that nothing names" if report.unused else ""
    verdict = "all is whole" if report.is_whole else f"{len(report.damages)} damaged: restore them from a backup"
    click.echo(f"{report.deliveries} deliveries and {report.files} files verified{unused}: {verdict}")
    if report.miscounts:
        remedy = "the daemon counts them anew" if is_recounted else "`channelhub fsck --recount` has them counted anew"
        click.echo(f"{len(report.miscounts)} counts are wrong; nothing is lost: {remedy}")
