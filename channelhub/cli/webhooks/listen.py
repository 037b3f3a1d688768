"""`channelhub webhooks listen`: what arrives, as it arrives."""

import asyncio
import json
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.cli.remote import hub_of
from channelhub.cli.webhooks.given_secrets import read_secrets, takes_secrets
from channelhub.cli.webhooks.receiver import Received, Receiver
from channelhub.cli.webhooks.registration import registered
from channelhub.client.blocking import HubClient

PORT = 8788
SHOWN_CHARS = 20_000  # of a body
_HIDDEN = frozenset({"authorization", "cookie", "proxy-authorization"})
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STATUS = click.IntRange(200, 599)


@click.command(name="listen")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any free one.")
@takes_secrets
@click.option("--forward", metavar="URL", help="Hand each post on, and answer as this address answers.")
@click.option("--fail", "fail_status", type=_STATUS, metavar="STATUS", help="Answer every post so: it comes again.")
@click.option("--register", is_flag=True, help="Make an endpoint at the hub for as long as this runs.")
@click.option("--event", "events", multiple=True, help="With --register: a type, or outage.*; else all. Repeatable.")
@click.option("--url", "public_url", metavar="URL", help="With --register: where the hub reaches this.")
@click.option("--hub", "hub_url", metavar="URL", help="With --register: a hub elsewhere.")
@click.option("--token-file", type=_FILE, help="With --hub: a file with an admin's token.")
@click.pass_obj
def command(
    options: Options,
    /,
    secrets: tuple[str, ...],
    secret_files: tuple[Path, ...],
    forward: str | None,
    register: bool,
    events: tuple[str, ...],
    public_url: str | None,
    hub_url: str | None,
    token_file: Path | None,
    **how: Any,
) -> Exit:
    """Receive webhooks here: print each, and whether it is genuine or why not. Ctrl-C ends it.

    What isn't genuine is answered 401, so that a hub tries again. Without a secret nothing is verified; with --register
    it is the one that the hub makes.
    """
    if forward is not None and (urlsplit(forward).scheme not in ("http", "https") or not urlsplit(forward).hostname):
        raise Failure(f"{forward} is no address to hand on to: http://… or https://…", Exit.USAGE)
    if not register and (events or public_url or hub_url or token_file):
        raise Failure("--event, --url, --hub and --token-file say what --register makes", Exit.USAGE)
    show = _show_json if options.as_json else _Shown(Console(highlight=False, soft_wrap=True))
    receiver = Receiver(secrets=read_secrets(secrets, secret_files), show=show, forward=forward, **how)
    hub = hub_of(options, hub_url, token_file) if register else None
    asyncio.run(_listen(receiver, hub, public_url, events))
    return Exit.OK


async def _listen(receiver: Receiver, hub: HubClient | None, public_url: str | None, events: Sequence[str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, receiver.ended.set)
    async with AsyncExitStack() as opened:
        try:
            await opened.enter_async_context(receiver)
        except OSError as exc:
            raise Failure(f"can't listen there: {exc.strerror or exc}", Exit.UNAVAILABLE) from exc
        if hub is not None:
            receiver.use([await opened.enter_async_context(registered(hub, public_url or receiver.url, events))])
        click.echo(f"listening on {receiver.url}; Ctrl-C ends it", err=True)
        await receiver.ended.wait()


class _Shown:
    """Prints a post for people."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, one: Received) -> None:
        body = _parsed(one.body)
        kind = body.get("type", "") if isinstance(body, dict) else ""
        line = Text.assemble(
            (one.at.astimezone().strftime("%H:%M:%S"), "dim"), "  ", plain(kind or "?"), "  ",
            plain(one.message_id or "without an id"), "  ", _verdict(one), (f"  answered {one.status}", "dim"),
        )  # fmt: skip
        if one.is_repeated:
            line.append("  again", "yellow")
        self._console.print(line)
        for note in filter(None, (one.refused.reason if one.refused else "", *one.causes, one.note)):
            self._console.print(Text.assemble("  - ", plain(note)))
        shown = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)
        self._console.print(plain(shown if len(shown) <= SHOWN_CHARS else shown[:SHOWN_CHARS] + "…"))


def _verdict(one: Received) -> Text:
    if one.is_genuine is None:
        return Text("not verified", "yellow")
    return Text("genuine", "green") if one.is_genuine else Text("NOT genuine", "bold red")


def _show_json(one: Received) -> None:
    print_json({
        "at": one.at.isoformat(),
        "id": one.message_id,
        "verified": one.is_genuine,
        "fault": str(one.refused.fault) if one.refused else None,
        "reason": one.refused.reason if one.refused else None,
        "causes": list(one.causes),
        "repeated": one.is_repeated,
        "status": one.status,
        "note": one.note,
        "headers": {name: "***" if name in _HIDDEN else value for name, value in one.headers.items()},
        "body": _parsed(one.body),
    })  # fmt: skip


def _parsed(body: bytes) -> Any:
    """The body as JSON values, or as text where it is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
