"""`channelhub connectors list`: which connectors are installed."""

import json

import click

from channelhub.cli.configuration import installed
from channelhub.cli.exits import Exit
from channelhub.cli.frame import Options
from channelhub.sdk.contract import Manifest


@click.group(help="Show which connectors are installed.")
def connectors() -> None: ...


@connectors.command(name="list", help="Each connector's kind, and what it can do.")
@click.pass_obj
def list_connectors(options: Options) -> Exit:
    """Prints one line per connector; those that can't be loaded come last, with the reason, and exit code 1."""
    found = installed()
    manifests = [plugin.manifest for _, plugin in sorted(found.plugins.items())]
    if options.as_json:
        items = [_as_json(manifest) for manifest in manifests]
        failures = [{"kind": failure.kind, "reason": failure.reason} for failure in found.failures]
        click.echo(json.dumps({"connectors": items, "failures": failures}, ensure_ascii=False))
    else:
        width = max((len(manifest.kind) for manifest in manifests), default=0)
        for manifest in manifests:
            ways = "receives and sends" if manifest.can_send else "receives"
            click.echo(f"{manifest.kind:<{width}}  {manifest.title} ({ways})")
        for failure in found.failures:
            click.echo(f"channelhub: connector {failure.kind} can't be used: {failure.reason}", err=True)
    return Exit.FAILED if found.failures else Exit.OK


def _as_json(manifest: Manifest) -> dict[str, object]:
    return {
        "kind": manifest.kind,
        "title": manifest.title,
        "channel": manifest.channel,
        "can_send": manifest.can_send,
        "contract": manifest.contract,
    }
