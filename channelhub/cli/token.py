"""`channelhub token`: keys for the API, shown once, listed, ended."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.alone import alone
from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.client import shapes
from channelhub.pipeline.commands import tokens as commands
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.settings.models import Settings
from channelhub.store import tokens as store
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web import tokens
from channelhub.web.auth import LOCAL, Role
from channelhub.web.problems import Problem
from channelhub.web.routes.tokens import TokenRequest, role_of
from channelhub.web.scopes import Scope
from channelhub.web.views import tokens as views

SHOWN = 100
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def _lifetime(context: click.Context, option: click.Parameter, value: str | None) -> timedelta | None:  # noqa: ARG001
    """`12h`, `90d`, `8w`: how long from now."""
    if value is None:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,3})([hdw])", value)
    if found is None:
        raise click.BadParameter("say hours, days or weeks from now: 12h, 90d, 8w")
    return int(found[1]) * _UNITS[found[2]]


@click.group(name="token", help="Keys for the API: make, list, end.")
def token() -> None: ...


@token.command(name="create")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=None, help="What it may do.")
@click.option(
    "--scope", "scopes", type=click.Choice([scope.value for scope in Scope]), multiple=True, metavar="SCOPE",
    help=f"Only this of it; may be repeated. One of {', '.join(Scope)}.",
)  # fmt: skip
@click.option("--account", default="", help="Only for this account; without it for all.")
@click.option(
    "--expires", callback=_lifetime, metavar="DURATION", help="When it ends: 12h, 90d, 8w from now; else never."
)
@click.option("--name", required=True, help="Who uses it, as the audit trail will say.")
@click.pass_obj
def create(
    options: Options, role: str | None, scopes: tuple[str, ...], account: str, expires: timedelta | None, name: str
) -> None:
    """Make a token and print it. It can't be shown again; only its digest is kept."""
    settings = configured(options).settings
    if account and account not in settings.accounts:
        known = ", ".join(sorted(settings.accounts)) or "none"
        raise Failure(f"there is no account {account}; configured are: {known}", Exit.USAGE)
    wanted = TokenRequest(
        name=name,
        role=Role(role) if role else None,
        scopes=[Scope(scope) for scope in scopes],
        account=account,
        expires_at=datetime.now(UTC) + expires if expires else None,
    )
    try:
        given = role_of(wanted)
    except Problem as exc:
        raise Failure(exc.detail, Exit.USAGE) from exc
    made = _make(settings, wanted, given)
    if options.as_json:
        print_json({"token": made})
    else:
        click.echo(made)


@token.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="100", help="How many to show.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Only those with a greater id.")
@takes_row_form
@click.pass_obj
def list_tokens(options: Options, /, limit: int | None, after: int, form: RowForm | None) -> None:
    """Who has a token, what it may do, until when, when it was last used; the oldest first."""
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            return views.page(await store.page(session, after=int(cursor or 0), limit=count), limit=count)

        return ask(settings, lambda hub: hub.tokens.page(after=cursor, limit=count), offline)

    if form is not None:
        print_rows(form, views.TokenPage, page, first=after, limit=limit)
        return
    found = page(after, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = Table("id", "name", "may", "account", "created", "last used", "ends", expand=True)
    for one in found["items"]:
        may = ", ".join(one["scopes"]) or f"all of {one['role']}"
        ends = f"ended {when(one['revoked_at'])}" if one["revoked_at"] else when(one["expires_at"]) or "never"
        table.add_row(
            one["id"], plain(one["name"]), may, plain(one["account"]), when(one["created_at"]),
            when(one["used_at"]) or "never", ends,
        )  # fmt: skip
    Console().print(table if found["items"] else "there are no tokens")
    if found["next"]:
        click.echo(f"more: --after {found['next']}")


@token.command(name="revoke")
@click.argument("token_id", type=click.IntRange(min=1))
@click.pass_obj
def revoke(options: Options, token_id: int) -> None:
    """End a token: a running daemon refuses it within a second."""
    settings = configured(options).settings
    daemon = Daemon(settings)
    if daemon.is_running():
        daemon.tokens.revoke(token_id)
    elif not alone(settings, lambda opened: _revoke(opened, token_id)):
        raise Failure("no live token has this id", Exit.FAILED)
    if options.as_json:
        print_json({"revoked": str(token_id)})
    else:
        click.echo(f"token {token_id} is ended.")


@token.command(name="sign-in-link")
@click.option(
    "--role",
    type=click.Choice(["admin", "lead", "agent", "reader"]),
    default="admin",
    show_default=True,
    help="What it allows.",
)
@click.pass_obj
def sign_in_link(options: Options, role: Literal["admin", "lead", "agent", "reader"]) -> None:
    """Print a link that opens the page once, within 15 minutes. Needs the running daemon."""
    made = Daemon(configured(options).settings).tokens.make_signin_link({"role": role})
    if options.as_json:
        print_json(made)
    else:
        click.echo(made["url"])


def _make(settings: Settings, wanted: TokenRequest, role: Role) -> str:
    daemon = Daemon(settings)
    if daemon.is_running():
        body: shapes.TokenRequest = {
            "name": wanted.name,
            "role": role.value,
            "scopes": [one.value for one in wanted.scopes],
            "account": wanted.account,
            "expires_at": wanted.expires_at.isoformat() if wanted.expires_at else None,
        }
        return daemon.tokens.create(body)["token"]
    made = tokens.mint()

    async def add(opened: Store) -> None:
        now, digest = datetime.now(UTC), tokens.digest(made)
        await opened.writer.command(
            lambda session: commands.make(
                session,
                LOCAL.actor,
                name=wanted.name,
                role=role,
                scopes=wanted.scopes,
                account=wanted.account,
                digest=digest,
                at=now,
                expires_at=wanted.expires_at,
            )
        )

    try:
        alone(settings, add)
    except CommandRefused as exc:
        raise Failure(str(exc), Exit.FAILED) from exc
    return made


async def _revoke(opened: Store, token_id: int) -> bool:
    now = datetime.now(UTC)
    return await opened.writer.command(lambda session: commands.revoke(session, LOCAL.actor, token_id, at=now))
