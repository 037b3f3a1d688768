"""`channelhub parse FILE…`: what a connector's parser makes of deliveries, without storing anything."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from channelhub.cli.configuration import installed
from channelhub.cli.exits import Exit, Failure
from channelhub.domain.inbound import (
    CallEvent,
    ContactShared,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    JourneyEvent,
    NewMessage,
    Reaction,
)
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Plugin
from channelhub.sdk.errors import Unparseable

MAX_FILE_BYTES = 64 * 1024 * 1024
_TYPES: dict[type, str] = {
    NewMessage: "message",
    EditedMessage: "edit",
    DeletedMessage: "delete",
    DeliveryStatus: "status",
    ContactShared: "contact",
    CallEvent: "call",
    JourneyEvent: "journey",
    Reaction: "reaction",
}


@click.command(name="parse")
@click.option("--kind", default="email", show_default=True, help="The connector's kind, or its channel.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def parse(kind: str, files: tuple[Path, ...]) -> None:
    """Print one line of JSON for each of FILES, in order; what can't be read is a line with an error.

    A file holds one delivery's body. Headers of a webhook stand in FILE.headers, one `Name: value` a line.
    """
    plugin = _plugin(kind)
    for path in files:
        click.echo(json.dumps(_line(plugin, path), ensure_ascii=False))


def _plugin(kind: str) -> Plugin:
    plugins = installed().plugins
    for name, plugin in sorted(plugins.items()):
        if kind in (name, plugin.manifest.channel):
            return plugin
    raise Failure(f"no connector of kind {kind} is installed; there are: {', '.join(sorted(plugins))}", Exit.USAGE)


def _line(plugin: Plugin, path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as exc:
        return {"file": str(path), "error": exc.strerror or str(exc)}
    if len(body) > MAX_FILE_BYTES:
        return {"file": str(path), "error": f"larger than {MAX_FILE_BYTES >> 20} MiB"}
    if plugin.describe is not None:
        return plugin.describe(body, str(path))
    headers = tuple(_headers(path.with_name(path.name + ".headers")))
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "application/json")
    raw = RawMessage(account="parse", delivery_id=path.name, body=body, content_type=content_type, headers=headers)
    try:
        items = plugin.parse(raw)
    except Unparseable as exc:
        return {"file": str(path), "error": str(exc)}
    messages = [item for item in items if isinstance(item, NewMessage)]
    warnings = [warning for message in messages for warning in message.warnings]
    return {"file": str(path), "items": [_item(item) for item in items], "warnings": warnings}


def _headers(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            name, colon, value = line.partition(":")
            if colon:
                yield name.strip(), value.strip()


def _item(item: Inbound) -> dict[str, Any]:
    message = item.message if isinstance(item, EditedMessage) else item
    shown: dict[str, Any] = {"type": _TYPES.get(type(item), "unknown"), "external_id": item.external_id}
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
    sent_at = getattr(message, "sent_at", None)
    shown["sent_at"] = sent_at.isoformat() if sent_at else None
    return shown
