"""`channelhub notices`: messages to many customers about an outage, each approved by a person."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from channelhub.cli.asking import ask
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.cli.rows import RowForm, print_rows, takes_row_form
from channelhub.client import shapes
from channelhub.domain.notices import NoticeKind
from channelhub.store.database import Session
from channelhub.web.bodies import MAX_ID
from channelhub.web.routes import notices as routes
from channelhub.web.views.notices import NoticePage

SHOWN = 50
PER_REQUEST = 5000  # addresses of a list


@click.group(name="notices", help="Messages to an outage's customers: draft, look at, approve, cancel, send again.")
def notices() -> None: ...


@notices.command(name="list")
@click.option("--outage", type=click.IntRange(min=1), help="Only those of this outage.")
@click.option("--limit", type=click.IntRange(1, 1000), default=None, show_default="50", help="How many to show.")
@takes_row_form
@click.pass_obj
def list_notices(options: Options, /, outage: int | None, limit: int | None, form: RowForm | None) -> None:
    """The newest notices, with how many customers they reached."""
    settings = configured(options).settings

    def page(cursor: str | int | None, count: int) -> Any:
        async def offline(session: Session) -> Any:
            if outage is not None:
                return await routes.outage_view(session, outage)
            return await routes.page_view(session, before=MAX_ID if cursor is None else int(cursor), limit=count)

        if outage is not None:
            return ask(settings, lambda hub: hub.notices.of_outage(outage), offline)
        return ask(settings, lambda hub: hub.notices.page(limit=count, before=cursor), offline)

    if form is not None:
        print_rows(form, NoticePage, page, limit=limit)
        return
    found = page(None, limit or SHOWN)
    if options.as_json:
        print_json(found)
        return
    table = Table("id", "outage", "kind", "state", "written", "languages", "addresses", expand=True)
    for one in found["items"]:
        table.add_row(
            one["id"], one["outage_id"], one["kind"], one["state"], when(one["created_at"]),
            " ".join(one["languages"]), _counted(one["counts"]),
        )  # fmt: skip
    Console().print(table if found["items"] else "no notices")


@notices.command(name="show")
@click.argument("notice_id", type=click.IntRange(min=1))
@click.pass_obj
def show(options: Options, notice_id: int) -> None:
    """A notice's texts, and what became of it. Of a draft, with the daemon running, whom it would reach."""

    async def offline(session: Session) -> Any:
        return await routes.detail(session, notice_id)

    _print(ask(configured(options).settings, lambda hub: hub.notices.get(notice_id), offline), options)


@notices.command(name="draft")
@click.argument("outage_id", type=click.IntRange(min=1))
@click.option(
    "--kind", type=click.Choice([str(one) for one in NoticeKind]), default=str(NoticeKind.NOTICE), show_default=True,
    help="The first word, an update, or that it is over.",
)  # fmt: skip
@click.option(
    "--texts", "texts_file", type=click.Path(dir_okay=False, path_type=Path),
    help='JSON: {"uk": {"subject": …, "text": …, "short": …}, …}. Left out: the templates.',
)  # fmt: skip
@click.option(
    "--to", "list_file", type=click.Path(dir_okay=False, path_type=Path),
    help="File with people to tell although they have not written, one a line: email:ann@example.com.",
)  # fmt: skip
@click.pass_obj
def draft(
    options: Options, outage_id: int, kind: shapes.NoticeKind, texts_file: Path | None, list_file: Path | None
) -> None:
    """Begin a notice; nobody is told before it is approved. Needs the running daemon."""
    texts = None if texts_file is None else _texts(texts_file)
    listed = [] if list_file is None else [line for line in _read(list_file).splitlines() if line.strip()]
    daemon = Daemon(configured(options).settings)
    first: shapes.NoticeDraft = {"kind": kind, "texts": texts, "identities": listed[:PER_REQUEST]}
    made = daemon.notices.draft(outage_id, first)
    for at in range(PER_REQUEST, len(listed), PER_REQUEST):
        more: shapes.NoticeChange = {"version": made["version"], "identities": listed[at : at + PER_REQUEST]}
        made = daemon.notices.change(made["id"], more)
    _print(made, options)


@notices.command(name="approve")
@click.argument("notice_id", type=click.IntRange(min=1))
@click.pass_obj
def approve(options: Options, notice_id: int) -> None:
    """Let it go out, to those who wrote and those who will. Needs the running daemon."""
    _print(Daemon(configured(options).settings).notices.approve(notice_id, {}), options)


@notices.command(name="cancel")
@click.argument("notice_id", type=click.IntRange(min=1))
@click.pass_obj
def cancel(options: Options, notice_id: int) -> None:
    """Send nobody else this notice. Needs the running daemon."""
    _print(Daemon(configured(options).settings).notices.cancel(notice_id), options)


@notices.command(name="resend")
@click.argument("notice_id", type=click.IntRange(min=1))
@click.argument("message_ids", type=click.IntRange(min=1), nargs=-1, required=True)
@click.pass_obj
def resend(options: Options, notice_id: int, message_ids: tuple[int, ...]) -> None:
    """Send messages of a notice again that failed or may have arrived; `show` has their ids. Needs the daemon."""
    daemon = Daemon(configured(options).settings)
    _print(daemon.notices.resend(notice_id, {"messages": [str(one) for one in message_ids]}), options)


def _texts(path: Path) -> Any:
    try:
        return json.loads(_read(path))
    except ValueError as exc:
        raise Failure(f"{path} is not JSON: {exc}", Exit.USAGE) from exc


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise Failure(f"{path} can't be read: {exc}", Exit.USAGE) from exc


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items()) or "-"


def _print(found: Mapping[str, Any], options: Options) -> None:
    if options.as_json:
        print_json(found)
        return
    console = Console()
    console.print(f"{found['kind']} {found['id']} of outage {found['outage_id']}: {found['state']}", style="bold")
    console.print(plain(f"  written by {found['author']}, {when(found['created_at'])}"))
    if found["approved_at"]:
        console.print(plain(f"  approved by {found['approver']}, {when(found['approved_at'])}"))
    for language, text in found["texts"].items():
        console.print(f"  {language}: {one_line(text['subject'])}")
        console.print(plain(text["text"]), style="dim")
    if found["audience"]:
        _print_audience(console, found["audience"])
    for one in found["outcomes"]:
        where = f"{one['channel'] or '-'} {one['language']}"
        console.print(plain(f"  {one['addresses']} {one['state']} · {where} {one['reason']}"))
    for one in found["troubled"]:
        console.print(plain(f"  ! {one['message_id']} {one['address']}: {one['state']}, {one['error']}"))


def _print_audience(console: Console, audience: Mapping[str, Any]) -> None:
    more = "" if audience["whole"] else "at least "
    console.print(f"  would reach {more}{audience['customers']} customers:")
    for one in audience["told"]:
        console.print(plain(f"    {one['customers']} by {one['channel']} in {one['language']}"))
    for one in audience["unsent"]:
        console.print(plain(f"    {one['addresses']} not: {one['reason']}"))
