"""What every command shares: lazy loading, `--config` and `--json` anywhere, suggestions, and exit codes."""

import difflib
import gc
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.table import COMMANDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options that every command takes; a command receives them by `click.pass_obj`."""

    config: Path | None = None  # as given with -c; None: searched for, see settings.find
    as_json: bool = False


class LazyGroup(click.Group):
    """Commands by their place in a table `name → (module:attribute, one line of help)`."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self._table:
            return None
        module, _, attribute = self._table[cmd_name][0].partition(":")
        gc.disable()  # what modules make lives to the end: nothing to find in it
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        finally:
            gc.enable()
        return accept_shared(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in self._table and not word.startswith("-") and not ctx.resilient_parsing:
            close = difflib.get_close_matches(word, self._table, n=2)
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            ctx.fail(f"There is no command {word}.{hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """The table's names: click's own would import every module that fits."""
        named = [
            CompletionItem(name, help=text) for name, (_, text) in self._table.items() if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table's lines: click's own would import every module."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._table.items()])


def accept_shared(command: click.Command) -> click.Command:
    """Let a command and its subcommands take `--config` and `--json`.

    An option of that name which the command has itself stays its own; a `--json` flag then also hears the one that
    stood before the command.
    """
    taken = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    for param in command.params:
        if "--json" in param.opts and isinstance(param, click.Option) and param.is_flag and param.callback is None:
            param.callback = _or_before
    command.params.extend(option for option in _shared() if not taken.intersection(option.opts))
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            accept_shared(inner)
    return command


def _shared() -> list[click.Option]:
    return [
        click.Option(
            ["-c", "--config"],
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_keep(lambda options, value: replace(options, config=value)),
            help="Configuration file.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_keep(lambda options, _value: replace(options, as_json=True)),
            help="Print JSON.",
        ),
    ]


def _or_before(ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
    return value or (isinstance(ctx.obj, Options) and ctx.obj.as_json)


def _keep(merge: Callable[[Options, Any], Options]) -> Callable[[click.Context, click.Parameter, Any], None]:
    """A callback that lays the option, when given, over what stood before the command."""

    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            ctx.obj = merge(ctx.obj or Options(), value)

    return callback


def build(table: Mapping[str, tuple[str, str]] = COMMANDS) -> click.Group:
    """The command `channelhub` with a table's commands."""
    group = LazyGroup(
        name="channelhub",
        table=table,
        help="Every customer message of every channel on one timeline, and mass outages noticed.",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
        epilog="--config and --json may stand before or after a command.",
    )
    accept_shared(group)
    return click.version_option(package_name="channelhub", message="%(prog)s %(version)s")(group)


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code. A command may return an `Exit`."""
    sys.exit(run(build(), args))


def run(group: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every ending has its sentence on standard error."""
    try:
        result = group.main(args, prog_name="channelhub", standalone_mode=False, obj=Options())
        sys.stdout.flush()
    except click.UsageError as exc:
        exc.show()
        return Exit.USAGE
    except Failure as exc:
        exc.show()
        return exc.code
    except click.ClickException as exc:
        exc.show()
        return Exit.FAILED
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # the reader had enough; nothing more can be said to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    return result if isinstance(result, int) else Exit.OK
