"""`channelhub import mbox|maildir|eml PATH…`: mail of before enters the timelines. Run again, it goes on."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import msgspec

from channelhub.cli.alone import alone
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import Configured, configured
from channelhub.cli.counting import counting
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.importing import folders, mbox
from channelhub.cli.importing.carry import Bad, Carrier, Tally
from channelhub.cli.importing.customers import customers
from channelhub.cli.importing.kept import Kept
from channelhub.cli.importing.takers import DaemonTaker, StoreTaker, Taker
from channelhub.cli.printing import one_line, print_json
from channelhub.cli.treefiles import files_below
from channelhub.domain.raw import RawMessage
from channelhub.store.opening import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What is brought in: its files, and the mails in one of them."""

    files: Callable[[], Iterator[Path]]
    mails: Callable[[Path], Iterator[Kept]]

    def all(self) -> Iterator[Kept]:
        for path in self.files():
            yield from self.mails(path)

    def size(self) -> int:
        """Bytes of all its files; one that has just gone counts nothing."""
        return sum(path.stat().st_size for path in self.files() if path.is_file())


@click.group(
    name="import", help="Bring in mail of before, or customers. Interrupted, run it again: nothing is doubled."
)
def command() -> None: ...


command.add_command(customers)

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
_ACCOUNT = click.option("--account", default="", help="The mail account it belongs to; needed where there are several.")


@command.command(name="mbox")
@_PATHS
@_ACCOUNT
@click.pass_obj
def from_mbox(options: Options, paths: tuple[Path, ...], account: str) -> None:
    """Mails of mbox files; a folder stands for the mbox files in it and below."""
    for path in paths:
        if path.is_file() and path.stat().st_size and not mbox.is_mbox(path):
            raise Failure(f"{path} is no mbox: it doesn't begin with a line `From …`", Exit.DATA)
    bring_in(options, account, Mailbox(files=lambda: _mbox_files(paths), mails=mbox.mails))


@command.command(name="maildir")
@_PATHS
@_ACCOUNT
@click.option("-r", "--recursive", is_flag=True, help="Also the Maildirs inside (Archive, Sent and so on).")
@click.pass_obj
def from_maildir(options: Options, paths: tuple[Path, ...], account: str, recursive: bool) -> None:
    """Mails of a Maildir, from its `new` and `cur`; drafts and trashed ones are left out."""
    for path in paths:
        if next(folders.maildirs(path, is_recursive=recursive), None) is None:
            raise Failure(f"{path} is no Maildir: it has neither `new` nor `cur`", Exit.DATA)

    def files() -> Iterator[Path]:
        for path in paths:
            for folder in folders.maildirs(path, is_recursive=recursive):
                yield from folders.maildir_files(folder)

    bring_in(options, account, Mailbox(files=files, mails=lambda path: iter((folders.mail(path, has_flags=True),))))


@command.command(name="eml")
@_PATHS
@_ACCOUNT
@click.pass_obj
def from_eml(options: Options, paths: tuple[Path, ...], account: str) -> None:
    """Mails of .eml files; a folder stands for those in it and below."""

    def files() -> Iterator[Path]:
        for path in paths:
            yield from folders.eml_files(path)

    bring_in(options, account, Mailbox(files=files, mails=lambda path: iter((folders.mail(path, has_flags=False),))))


def bring_in(options: Options, account: str, mailbox: Mailbox) -> None:
    """Bring a mailbox in, through the running daemon or without one, and say what became of it."""
    found = configured(options)
    name, history = _account(found, account)
    read = partial(history, name)
    daemon = Daemon(found.settings)
    is_running = daemon.is_running()
    with counting("bytes", mailbox.size, is_quiet=options.as_json) as counter:

        def told(bad: Bad) -> None:
            counter.say(f"channelhub: {one_line(bad.where, width=300)}: {one_line(bad.reason, width=300)}")

        def carrier(taker: Taker) -> Carrier:
            return Carrier(taker, read=read, moved=counter.move, told=told)

        async def through_daemon() -> Tally:
            async with DaemonTaker(daemon, name) as taker:
                return await carrier(taker).carry(mailbox.all())

        async def without(store: Store) -> Tally:
            return await carrier(StoreTaker(found.settings, store, name)).carry(mailbox.all())

        tally = asyncio.run(through_daemon()) if is_running else alone(found.settings, without)
    _report(options, tally, is_running=is_running)


def _account(found: Configured, named: str) -> tuple[str, Callable[[str, bytes], RawMessage]]:
    """The account that the mail belongs to, and how its kind takes a kept mail."""
    takes = {
        name: history
        for name, account in found.settings.accounts.items()
        if (history := found.installed.plugins[account.kind].history) is not None
    }
    if not takes:
        raise Failure("no mail account is configured: add one of kind smtp, lmtp or imap", Exit.CONFIG)
    known = ", ".join(sorted(takes))
    if not named and len(takes) > 1:
        raise Failure(f"say which account it belongs to: --account with one of {known}", Exit.USAGE)
    name = named or next(iter(takes))
    if name not in takes:
        raise Failure(f"{name!r} is no mail account; there are: {known}", Exit.USAGE)
    return name, takes[name]


def _mbox_files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = map(Path, files_below(path, is_wanted=lambda _name: True))
            yield from (one for one in found if mbox.is_mbox(one))
        else:
            yield path


def _report(options: Options, tally: Tally, *, is_running: bool) -> None:
    if options.as_json:
        print_json(msgspec.to_builtins(tally))
        return
    click.echo(
        f"{tally.imported} mails brought in, {tally.duplicates} were there already, {tally.left_out} left out "
        f"(deleted or drafts), {tally.bad} unreadable."
    )
    if tally.imported and not is_running:
        click.echo("They are read when the daemon starts.")
