"""`channelhub tail`: what happens, as it happens."""

import contextlib
import os
import re
import select
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from channelhub.cli.client import failure_of
from channelhub.cli.completing import accounts as accounts_of
from channelhub.cli.completing import event_types
from channelhub.cli.event_line import event_line
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.cli.remote import hub_of
from channelhub.client.blocking import HubClient
from channelhub.client.following import EventStream
from channelhub.client.problems import EventsMissed, HubError
from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.rules.webhooks.filters import is_of

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TYPE: Final[dict[str, Any]] = {"shell_complete": event_types, "help": "A type, or outage.*; else all. Repeatable."}
_ACCOUNT: Final[dict[str, Any]] = {"shell_complete": accounts_of, "help": "Events of this account only. Repeatable."}


@dataclass(slots=True, kw_only=True)
class Wanted:
    """Which events are shown. Customers' ids grow with the links that the events tell of."""

    patterns: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    customer_ids: set[str] | None = None
    since: datetime | None = None

    def takes(self, event: Mapping[str, Any]) -> bool:
        data = event["data"]
        if self.customer_ids is not None:
            named = {str(value) for name, value in data.items() if name.endswith("customer_id")}
            if not named & self.customer_ids:
                return False
            if event["type"] == "customer.linked":
                self.customer_ids |= named
        return (
            (not self.patterns or any(is_of(event["type"], one) for one in self.patterns))
            and (not self.accounts or (event["account"] or data.get("account")) in self.accounts)
            and (self.since is None or datetime.fromisoformat(event["timestamp"]) >= self.since)
        )


def _moment(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """`90s`, `15m`, `2h`, `7d` ago, or an ISO 8601 time; without a zone it is this machine's."""
    if value is None:
        return None
    if span := re.fullmatch(r"([0-9]{1,6})([smhd])", value, re.ASCII):
        return datetime.now(UTC) - timedelta(seconds=int(span[1]) * _UNITS[span[2]])
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise click.BadParameter(f"{value} is no time: 15m, 2h, 7d, or 2026-03-02T09:00") from exc


def _patterns(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for one in value:
        if not any(is_of(name, one) for name in CATALOGUE):
            families = ", ".join(sorted({name.partition(".")[0] for name in CATALOGUE}))
            raise click.BadParameter(f"no event is of type {one}: a type, or .* after one of {families}")
    return value


@click.command(name="tail")
@click.option("--type", "patterns", multiple=True, callback=_patterns, **_TYPE)
@click.option("--account", "accounts", multiple=True, **_ACCOUNT)
@click.option("--customer", metavar="IDENTITY", help="Events about who has this identity: email:ann@example.com.")
@click.option("--since", callback=_moment, help="Begin there: 15m, 2h, 7d ago, or a time. Else with what comes next.")
@click.option("--after", type=click.IntRange(0), metavar="ID", help="Begin after this event: the id that --json shows.")
@click.option("--hub", "hub_url", metavar="URL", help="A hub elsewhere.")
@click.option("--token-file", type=_FILE, help="With --hub: a file with an agent's token.")
@click.pass_obj
def tail(
    options: Options,
    /,
    patterns: tuple[str, ...],
    accounts: tuple[str, ...],
    customer: str | None,
    since: datetime | None,
    after: int | None,
    hub_url: str | None,
    token_file: Path | None,
) -> Exit:
    """Print each event of the hub in a line, as it happens. Ctrl-C ends it.

    What happens while the connection is broken, or the hub starts anew, is printed afterwards. With --json each line is
    the event's body as webhooks post it.
    """
    if token_file is not None and hub_url is None:
        raise Failure("--token-file is for a hub elsewhere: --hub", Exit.USAGE)
    if after is not None and since is not None:
        raise Failure("--since and --after both say where to begin", Exit.USAGE)
    hub = hub_of(options, hub_url, token_file)
    wanted = Wanted(
        patterns=patterns,
        accounts=frozenset(accounts),
        customer_ids=None if customer is None else _ids_of(hub, customer),
        since=since,
    )
    show = print_json if options.as_json else _lines()
    events = hub.follow(after=after, since=since, on_gap=_tell_of_gap, on_wait=_tell_of_wait)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError, SystemExit):  # rich makes the last of a broken pipe
        try:
            _follow(events, wanted, show)
        except HubError as exc:
            raise failure_of(exc) from exc
    return Exit.OK


def _follow(events: EventStream, wanted: Wanted, show: Callable[[Any], None]) -> None:
    """Show events until nobody reads them."""
    for event in events.beats():
        if event is not None and wanted.takes(event):
            show(event)
        elif event is None and _is_unread():
            return


def _lines() -> Callable[[Any], None]:
    is_plain = bool(os.environ.get("NO_COLOR"))  # no-color.org: not even bold
    console = Console(highlight=False, soft_wrap=True, color_system=None if is_plain else "auto")
    return lambda event: console.print(event_line(event))


def _ids_of(hub: HubClient, identity: str) -> set[str]:
    """Every id under which events may know the customer: theirs now, and those of their identities before links."""
    card = hub.customers.lookup(identity=identity)
    return {card["customer"]["id"], *(one["id"] for one in card["identities"])}


def _tell_of_gap(after: str, oldest: str) -> None:
    click.echo(f"channelhub: {EventsMissed(after=after, oldest=oldest)}", err=True)


def _tell_of_wait(reason: str) -> None:
    click.echo(f"channelhub: waiting for the hub: {reason}", err=True)


def _is_unread() -> bool:
    """Standard output is a pipe whose reader has gone."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(state & select.POLLERR for _, state in poll.poll(0))
