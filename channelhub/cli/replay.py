"""`channelhub replay`: read history again after a parser was mended, and show what differs."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
import structlog
from rich.console import Console
from rich.progress import Progress

from channelhub.app.book import silent_book
from channelhub.app.signing import read_or_make_secret
from channelhub.cli.alone import alone
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import Configured, configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, print_json
from channelhub.client.shapes import ReplayPage, ReplayRequest
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.parsing import ParserPool
from channelhub.pipeline.replay import Replay
from channelhub.sdk.errors import NotCommitted
from channelhub.store.opening import Store
from channelhub.web.routes.replay import view

ACTOR = "admin:command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to read again."""

    is_dry_run: bool
    account: str
    since: datetime | None


class Report:
    """Shows each page as it comes: JSON lines, or words and a bar on a terminal."""

    def __init__(self, options: Options, asked: Asked, progress: Progress) -> None:
        self._options = options
        self._asked = asked
        self._progress = progress
        self._bar = progress.add_task("reading", total=None)
        self.deliveries = self.changed = self.unreadable = 0

    def page(self, found: Mapping[str, Any]) -> None:
        self.deliveries += found["deliveries"]
        self.changed += len(found["changed"])
        self.unreadable += len(found["unreadable"])
        self._progress.update(self._bar, total=found["newest"], completed=found["next"] or found["newest"])
        for one in (*found["changed"], *found["unreadable"]):
            if self._options.as_json:
                print_json(one)
            else:
                self._print(one)

    def _print(self, one: Mapping[str, Any]) -> None:
        console = self._progress.console if self._progress.console.is_terminal else Console()
        if "reason" in one:
            console.print(one_line(f"{one['id']} ({one['account']}): can't be read any more: {one['reason']}"))
            return
        console.print(one_line(f"{one['message_id']} ({one['account']})"), style="bold")
        for by in one["differences"]:
            console.print(one_line(f"  {by['field']}: {by['before'] or '-'} → {by['after'] or '-'}", width=200))

    def end(self) -> None:
        summary = {"deliveries": self.deliveries, "changed": self.changed, "unreadable": self.unreadable}
        if self._options.as_json:
            print_json({"summary": summary, "dry_run": self._asked.is_dry_run})
            return
        would = "would change" if self._asked.is_dry_run else "changed"
        click.echo(f"{self.deliveries} deliveries read again, {self.changed} messages {would}.")
        if self.unreadable:
            click.echo(f"{self.unreadable} deliveries can't be read any more; what is stored of them stays.")


@click.command(name="replay")
@click.option("--dry-run", is_flag=True, help="Show the differences, write nothing.")
@click.option("--since", type=click.DateTime(), help="Only what was received since then (UTC).")
@click.option("--account", default="", help="Only deliveries of this account.")
@click.pass_obj
def replay(options: Options, dry_run: bool, since: datetime | None, account: str) -> None:
    """Read stored deliveries again and mend what comes from their bytes: texts, senders, features.

    Ids and everything people did stay; nothing is sent. Works beside the running daemon and without one.
    """
    found = configured(options)
    if account and account not in found.settings.accounts:
        raise Failure(f"no account is named {account!r} in the configuration", Exit.USAGE)
    asked = Asked(is_dry_run=dry_run, account=account, since=since.replace(tzinfo=UTC) if since else None)
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        report = Report(options, asked, progress)
        daemon = Daemon(found.settings)
        if daemon.is_running():
            for page in _pages_of(daemon, asked):
                report.page(page)
        else:
            alone(found.settings, _offline(found, asked, report.page))
    report.end()


def _pages_of(daemon: Daemon, asked: Asked) -> Iterator[ReplayPage]:
    after = 0
    since = asked.since.isoformat() if asked.since else None
    while True:
        body: ReplayRequest = {"dry_run": asked.is_dry_run, "account": asked.account, "since": since, "after": after}
        page = daemon.operations.replay(body)
        yield page
        if page["next"] is None:
            return
        after = page["next"]


def _offline(
    found: Configured, asked: Asked, show: Callable[[dict[str, Any]], None]
) -> Callable[[Store], Awaitable[None]]:
    """The same without a daemon, with parser children of our own."""

    async def work(store: Store) -> None:
        settings = found.settings
        secret = read_or_make_secret(Path(settings.hub.state_dir))
        book = silent_book(settings, found.installed.plugins, secret=secret)
        pool = ParserPool(processes=settings.hub.parser_processes, log=structlog.get_logger())
        acting = Acting(store=store, book=lambda: book, now=lambda: datetime.now(UTC), written=Bell())
        replaying = Replay(acting, read=pool.read)
        since_us = to_us(asked.since) if asked.since else 0
        await pool.start()
        try:
            if not asked.is_dry_run:
                await replaying.record(ACTOR, account=asked.account, since_us=since_us)
            last: int | None = 0
            while last is not None:
                page = await replaying.page(
                    is_dry_run=asked.is_dry_run, after=last, account=asked.account, since_us=since_us
                )
                show(json.loads(msgspec.json.encode(view(page))))
                last = page.last
        except NotCommitted as exc:
            raise Failure(f"stopped, run it again: {exc}", Exit.TEMPORARY) from exc
        finally:
            await pool.stop()

    return work
