"""`channelhub connectors list`: which connectors are installed, and how the accounts of a running hub are."""

import json
from collections.abc import Sequence

import click

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured, installed
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain
from channelhub.cli.vitals import vitals
from channelhub.client.shapes import ConnectorView
from channelhub.sdk.contract import Manifest


@click.group(help="Show which connectors are installed.")
def connectors() -> None: ...


@connectors.command(name="list", help="Each connector's kind and what it can do, and how each account is.")
@click.option("--online", is_flag=True, help="Have the running hub ask every channel now, 10 s each at most.")
@click.pass_obj
def list_connectors(options: Options, online: bool) -> Exit:
    """Prints one line per connector; those that can't be loaded come last, with the reason, and exit code 1.

    Where the hub runs, a line for each account follows: its state, and in a sentence what is wrong and how to mend it.
    """
    found = installed()
    accounts = _accounts(options, is_asking=online)
    manifests = [plugin.manifest for _, plugin in sorted(found.plugins.items())]
    if options.as_json:
        items = [_as_json(manifest) for manifest in manifests]
        failures = [{"kind": failure.kind, "reason": failure.reason} for failure in found.failures]
        click.echo(json.dumps({"connectors": items, "accounts": accounts, "failures": failures}, ensure_ascii=False))
    else:
        width = max((len(manifest.kind) for manifest in manifests), default=0)
        for manifest in manifests:
            ways = "receives and sends" if manifest.can_send else "receives"
            click.echo(f"{manifest.kind:<{width}}  {manifest.title} ({ways})")
        for one in accounts or ():
            detail = f": {one['detail']}" if one["detail"] else ""
            more = f" [{told}]" if (told := vitals(one)) else ""
            click.echo(plain(f"account {one['name']} ({one['kind']}) is {one['state']}{detail}{more}"))
        for failure in found.failures:
            click.echo(f"channelhub: connector {failure.kind} can't be used: {failure.reason}", err=True)
    return Exit.FAILED if found.failures else Exit.OK


def _accounts(options: Options, *, is_asking: bool) -> Sequence[ConnectorView] | None:
    """The accounts of the running hub; None where none runs, or its configuration can't be read."""
    try:
        daemon = Daemon(configured(options).settings)
        if not daemon.is_running():
            return None
        return (daemon.operations.probe() if is_asking else daemon.operations.connectors())["items"]
    except Failure:
        return None


def _as_json(manifest: Manifest) -> dict[str, object]:
    return {
        "kind": manifest.kind,
        "title": manifest.title,
        "channel": manifest.channel,
        "can_send": manifest.can_send,
        "contract": manifest.contract,
    }
