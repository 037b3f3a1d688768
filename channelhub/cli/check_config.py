"""`channelhub check-config`: every fault of the configuration at once, and with `--online` every account's channel."""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from channelhub.app.texts import check_texts
from channelhub.app.wording import WordingError
from channelhub.cli.configuration import Installed, installed, place, told
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.probe import AccountHealth, probe
from channelhub.plugins import account_models, writes_to
from channelhub.sdk.contract import Health
from channelhub.settings.faults import ConfigurationError, Fault
from channelhub.settings.load import load
from channelhub.settings.models import Settings


@click.command(name="check-config")
@click.option("--online", is_flag=True, help="Also ask every account's channel, 10 s each at most.")
@click.pass_obj
def check_config(options: Options, online: bool) -> Exit:
    """Check the configuration and report every fault.

    Exit code 78: it can't be used. 69 (with --online): a channel doesn't answer or refuses the credentials.
    """
    found, path = installed(), place(options)
    list(found.plugins)  # a broken connector is told even where no account uses it
    try:
        settings = _checked(path, found)
    except ConfigurationError as exc:
        if not options.as_json:
            raise Failure(told(exc, found), Exit.CONFIG) from exc
        click.echo(_as_json(path, found, faults=exc))
        return Exit.CONFIG
    healths = asyncio.run(probe(settings, found.plugins)) if online else ()
    if options.as_json:
        click.echo(_as_json(path, found, settings=settings, healths=healths))
    else:
        _print(path, found, settings, healths)
    return Exit.OK if all(item.health is Health.OK for item in healths) else Exit.UNAVAILABLE


def _checked(path: Path | None, found: Installed) -> Settings:
    """Settings and templates with which the hub starts. Raises ConfigurationError."""
    settings = load(
        path, account_models=account_models(found.plugins), environ=os.environ, writes_to=writes_to(found.plugins)
    )
    try:
        check_texts(settings, found.plugins, config_file=path)
    except WordingError as exc:
        raise ConfigurationError([Fault(origin="templates", key="", expected=str(exc))]) from exc
    return settings


def _print(path: Path | None, found: Installed, settings: Settings, healths: Sequence[AccountHealth]) -> None:
    for failure in found.failures:
        click.echo(f"channelhub: connector {failure.kind} can't be used: {failure.reason}", err=True)
    for warning in settings.warnings:
        click.echo(f"channelhub: {warning}", err=True)
    for item in healths:
        click.echo(f"{item.name} ({item.kind}): {item.health}{': ' if item.detail else ''}{item.detail}")
    accounts = len(settings.accounts)
    click.echo(f"{path or 'the defaults'}: no faults, {accounts} account{'' if accounts == 1 else 's'}")


def _as_json(
    path: Path | None,
    found: Installed,
    *,
    settings: Settings | None = None,
    faults: ConfigurationError | None = None,
    healths: Sequence[AccountHealth] = (),
) -> str:
    return json.dumps(
        {
            "ok": faults is None and all(item.health is Health.OK for item in healths),
            "file": str(path) if path is not None else None,
            "faults": [asdict(fault) for fault in faults.faults] if faults is not None else [],
            "warnings": list(settings.warnings) if settings is not None else [],
            "failed_connectors": [asdict(failure) for failure in found.failures],
            "accounts": [asdict(item) for item in healths],
        },
        ensure_ascii=False,
    )
