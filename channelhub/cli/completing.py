"""Values that a shell completes. Each answers soon and with few; where it can't, there is nothing to complete."""

import tomllib
from contextlib import suppress
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured, place
from channelhub.cli.exits import Failure
from channelhub.cli.frame import Options
from channelhub.client.patience import Patience
from channelhub.domain.events.catalogue import CATALOGUE

MOST: Final = 50
PATIENCE_S: Final = 1.0
MAX_FILE: Final = 1 << 20


def accounts(ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """Accounts of the configuration file, whatever else is wrong with it."""
    path = place(_options(ctx))
    found: Any = {}
    if path is not None:
        with suppress(OSError, ValueError), path.open("rb") as file:
            found = tomllib.loads(file.read(MAX_FILE).decode()).get("accounts")
    named = found if isinstance(found, dict) else {}
    return [CompletionItem(name) for name in sorted(named) if name.startswith(incomplete)][:MOST]


def event_types(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    return [CompletionItem(name) for name in sorted(CATALOGUE) if name.startswith(incomplete)]


class OutageId(click.IntRange):
    """An outage's id. The shell is offered the newest ones of the running daemon."""

    def __init__(self) -> None:
        super().__init__(min=1)

    def shell_complete(
        self, ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem[str]]":
        with suppress(Failure):
            settings = configured(_options(ctx)).settings
            with Daemon(settings, timeout_s=PATIENCE_S, patience=Patience(tries=1)) as daemon:
                newest = daemon.outages.page(limit=MOST)["items"]
            # its title isn't shown: that is customers' text, and a shell's own prompt shows it
            return [
                CompletionItem(one["id"], help=f"{one['state']}, {one['customers']} customers")
                for one in newest
                if one["id"].startswith(incomplete)
            ]
        return []


class ViewId(click.IntRange):
    """A saved view's id. The shell is offered one's own of the running daemon."""

    def __init__(self) -> None:
        super().__init__(min=1)

    def shell_complete(
        self, ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem[str]]":
        with suppress(Failure):
            settings = configured(_options(ctx)).settings
            with Daemon(settings, timeout_s=PATIENCE_S, patience=Patience(tries=1)) as daemon:
                found = daemon.incidents.views()["items"]
            # its name isn't shown: a colleague's words, in a shell's own prompt
            return [
                CompletionItem(one["id"], help=f"folder {one['filter']['folder']}")
                for one in found
                if one["own"] and one["id"].startswith(incomplete)
            ][:MOST]
        return []


def _options(ctx: click.Context) -> Options:
    return ctx.find_object(Options) or Options()
