"""`channelhub man`: the manual page, made from what the commands say of themselves (man(7) of groff)."""

import inspect
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

import click

from channelhub.cli.exits import Exit

_ENVIRONMENT: Final = (
    ("CHANNELHUB_CONFIG", "The configuration file, where -c names none."),
    ("CHANNELHUB__SECTION__KEY", "Overrides a value of the configuration: CHANNELHUB__HTTP__LISTEN=127.0.0.1:8090."),
    ("NO_COLOR", "Not empty: nothing is coloured."),
    ("VISUAL, EDITOR", "What send opens for a text."),
)
_FILES: Final = ("config/channelhub.toml", "/etc/channelhub/channelhub.toml")
_EXITS: Final = (
    (Exit.OK, "It was done."),
    (Exit.FAILED, "It was looked into, and the answer is no."),
    (Exit.USAGE, "The command line is wrong."),
    (Exit.DATA, "What was given can't be read."),
    (Exit.UNAVAILABLE, "The daemon, or what is needed, isn't there."),
    (Exit.SOFTWARE, "A fault of the program."),
    (Exit.IO, "A disk or file failed."),
    (Exit.TEMPORARY, "It may work later."),
    (Exit.CONFIG, "The configuration is wrong; every fault is told."),
    (130, "It was interrupted."),
)


@click.command(name="man")
@click.pass_context
def man(ctx: click.Context) -> None:
    """Print the manual page: channelhub man | man -l -"""
    root = ctx.find_root().command
    assert isinstance(root, click.Group)
    click.echo("\n".join(page(root, version("channelhub"))))


def page(root: click.Group, release: str) -> Iterator[str]:
    """The lines of the page, every command of `root` with its options."""
    ctx = click.Context(root, info_name="channelhub")
    yield f'.TH CHANNELHUB 1 "" "channelhub {_escaped(release)}" "User Commands"'
    yield from (".SH NAME", rf"channelhub \- {_escaped(_first(root))}")
    yield from (".SH SYNOPSIS", r".B channelhub", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]")
    yield from (".SH DESCRIPTION", *_paragraphs(root.help or ""), ".PP", _escaped(root.epilog or ""))
    yield from (".SH OPTIONS", *_options(root, ctx))
    yield ".SH COMMANDS"
    for name in root.list_commands(ctx):
        yield from _command(root, name, ctx)
    yield from (".SH ENVIRONMENT", *(line for pair in _ENVIRONMENT for line in _item(*pair)))
    yield from (".SH FILES", *(line for name in _FILES for line in _item(name, "Read, where no other is named.")))
    yield from (".SH EXIT STATUS", *(line for code, means in _EXITS for line in _item(str(int(code)), means)))


def _command(group: click.Group, name: str, parent: click.Context) -> Iterator[str]:
    """A command and, after it, those below it."""
    command = group.get_command(parent, name)
    if command is None or command.hidden:
        return
    ctx = click.Context(command, info_name=name, parent=parent)
    yield rf".SS {_escaped(ctx.command_path)}"
    yield from (r".B " + _escaped(ctx.command_path), _escaped(" ".join(command.collect_usage_pieces(ctx))), ".PP")
    yield from _paragraphs(command.help or "")
    yield from _options(command, ctx)
    if isinstance(command, click.Group):
        for inner in command.list_commands(ctx):
            yield from _command(command, inner, ctx)


def _options(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """Its own options; those that every command takes stand at the top of the page."""
    shared = set() if ctx.parent is None else {"--config", "--json", "--help"}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None and not shared.intersection(param.opts):
            yield from _item(*record)


def _item(term: str, text: str) -> Iterator[str]:
    yield from (".TP", r".B " + _escaped(term), _escaped(" ".join(text.split())) or r"\&")


def _paragraphs(text: str) -> Iterator[str]:
    r"""Help as click reads it: paragraphs, and after a line of `\b` lines that stay as they are."""
    for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_escaped, paragraph.split("\n")[1:]), ".fi")
        else:
            yield _escaped(" ".join(paragraph.split()))


def _first(command: click.Command) -> str:
    return (command.help or "").partition("\n")[0].rstrip(".")


def _escaped(text: str) -> str:
    """ASCII that groff prints as the text is: no escapes, no requests, and a minus that can be copied."""
    safe = text.replace("\\", r"\e").replace("-", r"\-")
    shown = "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in safe)
    return r"\&" + shown if shown.startswith((".", "'")) else shown
