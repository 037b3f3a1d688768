"""`channelhub token create`: a key for the API, shown once."""

from datetime import UTC, datetime

import click

from channelhub.cli.alone import alone
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import print_json
from channelhub.settings.models import Settings
from channelhub.store import tokens as store
from channelhub.store.opening import Store
from channelhub.web import tokens


@click.group(name="token", help="Keys for the API.")
def token() -> None: ...


@token.command(name="create")
@click.option("--role", type=click.Choice(["admin", "agent", "ingest"]), required=True, help="What it may do.")
@click.option("--account", default="", help="Only for this account; without it for all.")
@click.option("--name", required=True, help="Who uses it, as the audit trail will say.")
@click.pass_obj
def create(options: Options, role: str, account: str, name: str) -> None:
    """Make a token and print it. It can't be shown again; only its digest is kept."""
    settings = configured(options).settings
    if account and account not in settings.accounts:
        known = ", ".join(sorted(settings.accounts)) or "none"
        raise Failure(f"there is no account {account}; configured are: {known}", Exit.USAGE)
    daemon = Daemon(settings)
    if daemon.is_running():
        made = daemon.post("/tokens", {"name": name, "role": role, "account": account})["token"]
    else:
        made = _make(settings, role=role, account=account, name=name)
    if options.as_json:
        print_json({"token": made})
    else:
        click.echo(made)


@token.command(name="sign-in-link")
@click.option(
    "--role", type=click.Choice(["admin", "agent"]), default="admin", show_default=True, help="What it allows."
)
@click.pass_obj
def sign_in_link(options: Options, role: str) -> None:
    """Print a link that opens the page once, within 15 minutes. Needs the running daemon."""
    made = Daemon(configured(options).settings).post("/signin-links", {"role": role})
    if options.as_json:
        print_json(made)
    else:
        click.echo(made["url"])


def _make(settings: Settings, *, role: str, account: str, name: str) -> str:
    made = tokens.mint()

    async def add(opened: Store) -> None:
        now, digest = datetime.now(UTC), tokens.digest(made)
        await opened.writer.command(
            lambda session: store.add(session, name=name, role=role, account=account, digest=digest, at=now)
        )

    alone(settings, add)
    return made
