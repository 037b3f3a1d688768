"""`channelhub run`: the daemon in the foreground."""

import os

import click

from channelhub.app.hub import Blueprint, exit_at_once
from channelhub.app.service import serve
from channelhub.app.wording import WordingError
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.plugins import account_models, writes_to
from channelhub.settings.load import load
from channelhub.settings.models import Settings
from channelhub.store.database import DatabaseLocked, StoreError
from channelhub.telemetry.logs import configure
from channelhub.telemetry.notify import notifier


@click.command(name="run")
@click.pass_obj
def run(options: Options) -> None:
    """Take messages in until SIGTERM; SIGHUP reads the accounts anew. Logs go to standard error."""
    found = configured(options)
    settings = found.settings
    configure(level=settings.log.level, form=settings.log.format, environ=os.environ)
    for warning in settings.warnings:
        click.echo(f"channelhub: {warning}", err=True)
    blueprint = Blueprint(
        settings=settings,
        plugins=found.installed.plugins,
        config_file=found.path,
        notifier=notifier(os.environ),
        on_broken=exit_at_once,
    )

    def load_again() -> Settings:
        plugins = found.installed.plugins
        return load(
            found.path, account_models=account_models(plugins), environ=os.environ, writes_to=writes_to(plugins)
        )

    try:
        serve(blueprint, load_again=load_again)
    except DatabaseLocked as exc:
        raise Failure(str(exc), Exit.TEMPORARY) from exc
    except (StoreError, WordingError) as exc:
        raise Failure(str(exc), Exit.CONFIG) from exc
    except OSError as exc:
        raise Failure(f"can't start: {exc}", Exit.UNAVAILABLE) from exc
