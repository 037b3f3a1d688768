"""`channelhub user create kate --role admin`: people who sign in to the pages."""

import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import click
import msgspec
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
from channelhub.pipeline.commands import users as commands
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.rules.credentials import LOGIN_SAID, WEAKNESSES, is_login, weakness
from channelhub.settings.models import Settings
from channelhub.store import users as store
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.users import User
from channelhub.web import passwords, signin, tokens
from channelhub.web.auth import LOCAL
from channelhub.web.views import users as views

SHOWN = 100
ROLES = click.Choice(["admin", "lead", "agent", "reader"])
Work = Callable[[Session, User], Awaitable[bool]]


@click.group(name="user", help="People who sign in: let in, list, change, shut out.")
def user() -> None: ...


@user.command()
@click.argument("login")
@click.option("--role", type=ROLES, default="agent", show_default=True, help="What they may do.")
@click.option("--name", default="", help="As colleagues call them; without it the login.")
@click.option("--password-file", type=click.File(), help="Take the password from its first line; - reads it.")
@click.option("--link", "by_link", is_flag=True, help="Ask for no password: print a link, with which they choose one.")
@click.pass_obj
def create(options: Options, login: str, role: str, name: str, password_file: Any, by_link: bool) -> None:
    """Let a person sign in as LOGIN. Asks for a password on a terminal; elsewhere, or with --link, prints a link that
    works once within a day."""
    if not is_login(login):
        raise Failure(f"a login is {LOGIN_SAID}", Exit.USAGE)
    if by_link and password_file is not None:
        raise Failure("a person gets a password or a link, not both", Exit.USAGE)
    settings = configured(options).settings
    password = "" if by_link else _password(login, password_file)
    made = _create(settings, {"login": login, "name": name, "role": role, "password": password})
    link = "" if password else _link(settings, login)
    if options.as_json:
        print_json(made | ({"url": link} if link else {}))
        return
    click.echo(f"{login} may sign in at {settings.http.public_url.rstrip('/')}/signin")
    if link:
        click.echo(f"once, within a day, by {link}")


@user.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="100", help="How many to show.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Only those with a greater id.")
@takes_row_form
@click.pass_obj
def list_users(options: Options, /, limit: int | None, after: int, form: RowForm | None) -> None:
    """Who signs in, and how."""
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            return views.page(await store.page(session, after=int(cursor or 0), limit=count), limit=count)

        return ask(settings, lambda hub: hub.users.page(after=cursor, limit=count), offline)

    if form is not None:
        print_rows(form, views.UserPage, page, first=after, limit=limit)
        return
    found = page(after, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = Table("login", "name", "role", "signs in with", "since", expand=True)
    for one in found["items"]:
        way = "password and code" if one["asks_code"] else "password" if one["has_password"] else "a link only"
        shown = "disabled" if one["is_disabled"] else way
        table.add_row(one["login"], plain(one["name"]), one["role"], shown, when(one["created_at"]))
    Console().print(table if found["items"] else "nobody signs in by name")
    if found["next"]:
        click.echo(f"more: --after {found['next']}")


@user.command()
@click.argument("login")
@click.pass_obj
def disable(options: Options, login: str) -> None:
    """Shut a person out: what they have open ends at once."""
    _change(options, login, is_disabled=True)


@user.command()
@click.argument("login")
@click.pass_obj
def enable(options: Options, login: str) -> None:
    """Let a person sign in again."""
    _change(options, login, is_disabled=False)


@user.command()
@click.argument("login")
@click.option("--role", type=ROLES, default=None, help="What they may do from now on.")
@click.option("--name", default=None, help="As colleagues call them from now on.")
@click.pass_obj
def change(options: Options, login: str, role: str | None, name: str | None) -> None:
    """Give a person another role or name."""
    wanted = {field: given for field, given in (("role", role), ("name", name)) if given is not None}
    if not wanted:
        raise Failure("say what to change: --role or --name", Exit.USAGE)
    _change(options, login, **wanted)


@user.command()
@click.argument("login")
@click.pass_obj
def reset(options: Options, login: str) -> None:
    """Take a person's password, one-time codes and sessions away; print a link with which they choose a new one."""
    settings = configured(options).settings
    daemon = Daemon(settings)
    if daemon.is_running():
        daemon.users.reset(_id(daemon, login))
    else:
        now = datetime.now(UTC)

        async def clear(session: Session, known: User) -> bool:
            await commands.reset(session, LOCAL.actor, known.id, at=now)
            return True

        _alone(settings, login, clear)
    link = _link(settings, login)
    if options.as_json:
        print_json({"login": login, "url": link})
    else:
        click.echo(link)


def _change(options: Options, login: str, **wanted: Any) -> None:
    settings = configured(options).settings
    daemon = Daemon(settings)
    if daemon.is_running():
        daemon.users.change(_id(daemon, login), wanted)  # type: ignore[arg-type]
    else:
        now = datetime.now(UTC)

        async def alter(session: Session, known: User) -> bool:
            new: dict[str, Any] = {"name": known.name, "role": known.role, "is_disabled": known.is_disabled} | wanted
            return await commands.change(session, LOCAL.actor, known, at=now, **new)

        _alone(settings, login, alter)
    if options.as_json:
        print_json({"login": login} | wanted)
    else:
        click.echo(f"{login} is changed.")


def _password(login: str, file: Any) -> str:
    """From the file, or from who sits there; empty where nobody does. Ends the command where it is too weak."""
    if file is not None:
        password = str(file.readline(1000)).rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        return ""
    fault = weakness(password, login=login)
    if fault is not None:
        raise Failure(f"the password won't do: {WEAKNESSES[fault]}", Exit.USAGE)
    return password


def _create(settings: Settings, wanted: Any) -> Any:
    daemon = Daemon(settings)
    if daemon.is_running():
        return daemon.users.create(wanted)
    kept, now = passwords.hashed(wanted["password"]) if wanted["password"] else "", datetime.now(UTC)

    async def make(session: Session) -> Any:
        user_id = await commands.make(
            session, LOCAL.actor, login=wanted["login"], name=wanted["name"].strip() or wanted["login"],
            role=wanted["role"], password=kept, at=now,
        )  # fmt: skip
        if user_id is None:
            return None
        return msgspec.to_builtins(views.user(_there(await store.get(session, user_id), wanted["login"])))

    try:
        made = alone(settings, lambda opened: opened.writer.command(make))
    except CommandRefused as exc:
        raise Failure(str(exc), Exit.FAILED) from exc
    if made is None:
        raise Failure(f"there is a person with the login {wanted['login']} already", Exit.FAILED)
    return made


def _link(settings: Settings, login: str) -> str:
    daemon = Daemon(settings)
    if daemon.is_running():
        return daemon.users.make_link(_id(daemon, login))["url"]
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)

    async def invite(session: Session, known: User) -> bool:
        if known.is_disabled:
            return False
        await commands.invite(
            session, LOCAL.actor, known, digest=tokens.digest(secret), at=now, expires_at=now + signin.INVITATION_LIVES
        )
        return True

    _alone(settings, login, invite)
    return f"{settings.http.public_url.rstrip('/')}/signin/{secret}"


def _alone(settings: Settings, login: str, work: Work) -> None:
    """Do it to the person with this login where no daemon runs. Ends the command where it can't be done."""

    async def find_and_do(session: Session) -> bool:
        return await work(session, _there(await store.by_login(session, login), login))

    async def write(opened: Store) -> bool:
        return await opened.writer.command(find_and_do)

    if not alone(settings, write):
        raise Failure(f"{login} is disabled, or was changed meanwhile", Exit.FAILED)


def _id(daemon: Daemon, login: str) -> str:
    found = daemon.users.page(login=login)["items"]
    return found[0]["id"] if found else _nobody(login)


def _there(known: User | None, login: str) -> User:
    return _nobody(login) if known is None else known


def _nobody(login: str) -> NoReturn:
    raise Failure(f"nobody has the login {login}", Exit.FAILED)
