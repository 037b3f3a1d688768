"""Load the configuration for a command, or end it with every fault and exit code 78."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.plugins import PluginFailure, Plugins, PluginsRefused, account_models, discover, writes_to
from channelhub.settings.faults import ConfigurationError
from channelhub.settings.find import find
from channelhub.settings.load import load
from channelhub.settings.models import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The connectors of this installation."""

    plugins: Plugins
    failures: Sequence[PluginFailure]  # of those asked for so far; go through `plugins` to know all


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A checked configuration and what it was checked against. `path` is None when there is no file."""

    path: Path | None
    settings: Settings
    installed: Installed


def installed() -> Installed:
    """The connectors of this installation. Ends the command when they can't be run together."""
    failures: list[PluginFailure] = []
    try:
        plugins = discover(report=failures.append)
    except PluginsRefused as exc:
        raise Failure(str(exc), Exit.CONFIG) from exc
    return Installed(plugins=plugins, failures=failures)


def place(options: Options) -> Path | None:
    """The configuration file that a command reads."""
    return options.config or find(os.environ)


def configured(options: Options) -> Configured:
    """The checked configuration. Ends the command with every fault and exit code 78 when it has any."""
    found = installed()
    path = place(options)
    try:
        settings = load(
            path, account_models=account_models(found.plugins), environ=os.environ, writes_to=writes_to(found.plugins)
        )
    except ConfigurationError as exc:
        raise Failure(told(exc, found), Exit.CONFIG) from exc
    return Configured(path=path, settings=settings, installed=found)


def told(error: ConfigurationError, found: Installed) -> str:
    """Every fault on a line of its own, then the connectors that can't be loaded: they may be why a kind is unknown."""
    lines = ["the configuration can't be used:", *(f"  {fault}" for fault in error.faults)]
    lines += [f"  connector {failure.kind}: {failure.reason}" for failure in found.failures]
    return "\n".join(lines)
