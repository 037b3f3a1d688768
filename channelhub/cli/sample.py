"""`channelhub sample ACCOUNT FILE`: what an account would make of a post, with nothing sent and nothing stored."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from channelhub.cli.completing import accounts
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.parse import MAX_FILE_BYTES, TYPES, headers_beside
from channelhub.cli.printing import plain, print_json
from channelhub.cli.tables import console, listing, print_whole, whole, words
from channelhub.domain.inbound import Inbound
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.rehearsal import Rehearsal, RehearsedItem


@click.command(name="sample")
@click.option(
    "-H", "--header", "headers", multiple=True, help="A header of the post, as 'Name: value'. May be repeated."
)
@click.option("--from", "peer", default="127.0.0.1", show_default=True, help="The address that it comes from.")
@click.argument("account", shell_complete=accounts)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def sample(options: Options, headers: tuple[str, ...], peer: str, account: str, file: Path) -> Exit:
    """Show what ACCOUNT would make of the post whose body is in FILE.

    Whether it would be refused and why, which mapping reads each of its items, what that makes of it, and which paths
    find nothing. More headers may stand in FILE.headers, one `Name: value` a line. Nothing is sent or stored. Ends with
    1 where the post would be refused or parked, or something in it isn't known.
    """
    given = (*headers_beside(file), *(_header(text) for text in headers))  # of one name the last counts
    rehearsal = asyncio.run(_rehearsed(options, account, _body(file), given, peer))
    if options.as_json:
        print_json(_as_json(account, rehearsal))
    else:
        _print(rehearsal, console())
    is_fine = not rehearsal.refusal and not rehearsal.unparseable and all(map(_is_read, rehearsal.items))
    return Exit.OK if is_fine else Exit.FAILED


async def _rehearsed(
    options: Options, account: str, body: bytes, headers: tuple[tuple[str, str], ...], peer: str
) -> Rehearsal:
    found = configured(options)
    named = found.settings.accounts.get(account)
    if named is None:
        known = ", ".join(sorted(found.settings.accounts)) or "none"
        raise Failure(f"there is no account {account}; there are: {known}", Exit.USAGE)
    rehearse = found.installed.plugins[named.kind].rehearse
    if rehearse is None:
        raise Failure(f"{account} is of kind {named.kind}: channelhub parse --kind {named.kind} FILE", Exit.USAGE)
    raw = RawMessage(account=account, delivery_id="sample", body=body, headers=headers, envelope=Envelope(peer=peer))
    return await rehearse(named.config, raw, datetime.now(UTC))


def _body(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            body = opened.read(MAX_FILE_BYTES + 1)
    except OSError as exc:
        raise Failure(f"{file}: {exc.strerror or exc}", Exit.USAGE) from exc
    if len(body) > MAX_FILE_BYTES:
        raise Failure(f"{file} is larger than {MAX_FILE_BYTES >> 20} MiB", Exit.USAGE)
    return body


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.BadParameter(f"expected 'Name: value', not {text[:60]!r}", param_hint="--header")
    return name.strip(), value.strip()


def _is_read(one: RehearsedItem) -> bool:
    return bool(one.read_by) and not one.fault


def _as_json(account: str, rehearsal: Rehearsal) -> dict[str, Any]:
    return {
        "account": account,
        "refused": rehearsal.refusal or None,
        "unparseable": rehearsal.unparseable or None,
        "delivery_id": rehearsal.delivery_id,
        "items": [
            {
                "mapping": one.read_by or None,
                "fault": one.fault or None,
                "not_found": list(one.not_found),
                "notes": list(one.notes),
                "type": _type(one.item),
                "gives": None if one.item is None else msgspec.to_builtins(one.item),
            }
            for one in rehearsal.items
        ],
    }


def _print(rehearsal: Rehearsal, out: Console) -> None:
    if rehearsal.refusal:
        out.print(plain(f"refused: {rehearsal.refusal}"), style="red", soft_wrap=True)
    else:
        out.print("taken: it proves itself", style="green")
    out.print(plain(f"delivery id: {rehearsal.delivery_id}"), soft_wrap=True)
    if rehearsal.unparseable:
        out.print(plain(f"parked: {rehearsal.unparseable}"), style="red", soft_wrap=True)
    for number, one in enumerate(rehearsal.items, start=1):
        table = listing(whole("item"), whole("field"), words("value", may_wrap=True))
        for field, value in _rows(one):
            table.add_row(str(number), field, plain(value))
        print_whole(table, out)


def _rows(one: RehearsedItem) -> Iterator[tuple[str, str]]:
    yield "mapping", one.read_by or "none fits"
    if one.fault:
        yield "fault", one.fault
        return
    yield "gives", _type(one.item)
    if one.item is not None:
        yield from _leaves("", msgspec.to_builtins(one.item))
    yield from (("found nothing", path) for path in one.not_found)
    yield from (("note", note) for note in one.notes)


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The values of an item that say something, each with its name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(f"{name}[{place}]", inner)
    elif value not in ("", None, False, 0):
        yield name, " ".join(str(value).split())


def _type(item: Inbound | None) -> str:
    return "nothing" if item is None else TYPES.get(type(item), "unknown")
