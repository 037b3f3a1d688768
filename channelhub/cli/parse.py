"""`channelhub parse FILE…`: what a connector's parser makes of deliveries, without storing anything."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from channelhub.cli.configuration import installed
from channelhub.cli.counting import counting
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.limited import Crew
from channelhub.cli.treefiles import files_below
from channelhub.domain.inbound import (
    CallEvent,
    ContactShared,
    CustomerProfile,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    JourneyEvent,
    MonitoringAlert,
    NewMessage,
    Reachability,
    Reaction,
)
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Plugin
from channelhub.sdk.errors import Unparseable

MAX_FILE_BYTES = 64 * 1024 * 1024
MAIL_ENDING = ".eml"
TYPES: dict[type, str] = {
    NewMessage: "message",
    EditedMessage: "edit",
    DeletedMessage: "delete",
    DeliveryStatus: "status",
    ContactShared: "contact",
    CallEvent: "call",
    JourneyEvent: "journey",
    Reaction: "reaction",
    Reachability: "reach",
    MonitoringAlert: "alert",
    CustomerProfile: "customer",
}


@click.command(name="parse")
@click.option("--kind", default="email", show_default=True, help="The connector's kind, or its channel.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def parse(kind: str, files: tuple[Path, ...]) -> None:
    """Print one line of JSON for each of FILES, in order; what can't be read is a line with an error.

    A file holds one delivery's body. Headers of a webhook stand in FILE.headers, one `Name: value` a line. A folder
    stands for the files in it and below: those named *.eml for mail, otherwise all but hidden ones and *.headers.
    Each file is read by a child process of limited time and memory, several at once.
    """
    plugin = _plugin(kind)
    if plugin.rehearse is not None:
        raise Failure(f"{kind} reads by its account's settings: channelhub sample ACCOUNT FILE", Exit.USAGE)
    is_mail = plugin.manifest.channel == "email"
    crew = Crew(lambda path: _read(plugin, path), processes=len(os.sched_getaffinity(0)))
    is_quiet = sys.stdout.isatty()  # the lines go where the bar would stand
    with counting("files", lambda: sum(1 for _ in _paths(files, is_mail=is_mail)), is_quiet=is_quiet) as counter:
        for path, answer, lost in crew.answers(_paths(files, is_mail=is_mail)):
            click.echo(_encoded({"file": path, "error": lost}) if answer is None else answer)
            counter.move(1)


def _paths(given: tuple[Path, ...], *, is_mail: bool) -> Iterator[str]:
    """Every file in order; a folder without any stands for itself, so that its line says so."""
    for path in given:
        if not path.is_dir():
            yield str(path)
            continue
        try:
            found = files_below(path, is_wanted=_is_mail_name if is_mail else _is_body_name)
            first = next(found, None)
        except OSError:
            first = None
        if first is None:
            yield str(path)
        else:
            yield first
            yield from found


def _is_mail_name(name: str) -> bool:
    return name.lower().endswith(MAIL_ENDING)


def _is_body_name(name: str) -> bool:
    return not name.endswith(".headers")


def _encoded(line: dict[str, Any]) -> bytes:
    """One line of JSON in UTF-8. Half a surrogate pair, as file names may hold, is written as JSON's own escape."""
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _plugin(word: str) -> Plugin:
    plugins = installed().plugins
    found = plugins.speaking(word)
    if found is None:
        raise Failure(f"no connector of kind {word} is installed; there are: {', '.join(sorted(plugins))}", Exit.USAGE)
    return found


def _read(plugin: Plugin, path: str) -> bytes:
    """The line of a file. Runs in a child, so that a parser's defect is only that file's error."""
    try:
        return _encoded(_line(plugin, Path(path)))
    except RecursionError:
        return _encoded({"file": path, "error": "it is nested too deeply"})


def _line(plugin: Plugin, path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except IsADirectoryError:
        return {"file": str(path), "error": "a folder without a file to parse"}
    except OSError as exc:
        return {"file": str(path), "error": exc.strerror or str(exc)}
    if len(body) > MAX_FILE_BYTES:
        return {"file": str(path), "error": f"larger than {MAX_FILE_BYTES >> 20} MiB"}
    if plugin.describe is not None:
        return plugin.describe(body, str(path))
    headers = tuple(headers_beside(path))
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "application/json")
    raw = RawMessage(account="parse", delivery_id=path.name, body=body, content_type=content_type, headers=headers)
    try:
        items = plugin.parse(raw)
    except Unparseable as exc:
        return {"file": str(path), "error": str(exc)}
    messages = [item for item in items if isinstance(item, NewMessage)]
    warnings = [warning for message in messages for warning in message.warnings]
    return {"file": str(path), "items": [_item(item) for item in items], "warnings": warnings}


def headers_beside(file: Path) -> Iterator[tuple[str, str]]:
    """The headers that stand in FILE.headers, one `Name: value` a line."""
    path = file.with_name(file.name + ".headers")
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            name, colon, value = line.partition(":")
            if colon:
                yield name.strip(), value.strip()


def _item(item: Inbound) -> dict[str, Any]:
    message = item.message if isinstance(item, EditedMessage) else item
    shown: dict[str, Any] = {"type": TYPES.get(type(item), "unknown"), "external_id": item.external_id}
    sender = getattr(message, "sender", None)
    if sender is not None:
        identities = [{"kind": one.kind, "value": one.value} for one in sender.handles]
        shown["sender"] = {"name": sender.name, "identities": identities}
    if isinstance(message, NewMessage):
        shown |= {
            "direction": str(message.direction),
            "conversation": message.thread.key,
            "text": message.content.text,
            "reply_to": message.thread.in_reply_to or None,
            "attachments": [
                {name: value for name, value in msgspec.to_builtins(one).items() if name != "content"}
                for one in message.content.attachments
            ],
        }
    if isinstance(item, MonitoringAlert):
        shown |= {name: value for name, value in msgspec.to_builtins(item).items() if name != "external_id"}
    sent_at = getattr(message, "sent_at", None)
    shown["sent_at"] = sent_at.isoformat() if sent_at else None
    return shown
