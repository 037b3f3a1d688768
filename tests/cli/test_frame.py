"""What every command shares, tried on the real executable and on a small group of commands."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options, accept_shared, build, run
from channelhub.cli.table import COMMANDS
from tests.cli.executable import channelhub


@click.group()
def things() -> None: ...


@things.command(name="show")
@click.argument("word")
@click.pass_obj
def show(options: Options, word: str) -> Exit:
    click.echo(json.dumps([str(options.config), options.as_json, word]))
    return Exit.OK


@click.command()
@click.option("--json", "as_json", is_flag=True)
def own(as_json: bool) -> None:
    click.echo(str(as_json))


@click.command()
def failing() -> None:
    raise Failure("the disk is full: make room", Exit.IO)


TABLE = {
    "things": ("things_under_test:things", "Show things."),
    "failing": ("things_under_test:failing", "Fail."),
}


@pytest.fixture(autouse=True)
def commands_under_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "things_under_test", sys.modules[__name__])


@pytest.mark.parametrize(
    "args",
    [
        ["-c", "x.toml", "--json", "things", "show", "a"],
        ["things", "-c", "x.toml", "--json", "show", "a"],
        ["things", "show", "-c", "x.toml", "a", "--json"],
        ["--json", "things", "show", "a", "--config", "x.toml"],
        ["-c", "y.toml", "things", "show", "a", "--config=x.toml", "--json"],
    ],
)
def test_config_and_json_are_taken_before_and_after_the_command(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(build(TABLE), args)

    assert code == 0
    assert json.loads(capsys.readouterr().out) == ["x.toml", True, "a"]


def test_options_of_one_call_are_not_left_for_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    run(build(TABLE), ["things", "show", "a", "--json"])
    capsys.readouterr()

    run(build(TABLE), ["things", "show", "a"])

    assert json.loads(capsys.readouterr().out) == ["None", False, "a"]


def test_a_commands_own_option_of_the_same_name_stays_its_own() -> None:
    @click.command()
    @click.option("--json", "form")
    def formed(form: str) -> None: ...

    names = [name for param in accept_shared(formed).params for name in param.opts]

    assert names.count("--json") == 1
    assert "--config" in names


@pytest.mark.parametrize("args", [["--json", "own"], ["own", "--json"]])
def test_a_commands_own_json_flag_hears_the_one_before_the_command(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(build({"own": ("things_under_test:own", "Own.")}), args)

    assert (code, capsys.readouterr().out) == (0, "True\n")


def test_a_failure_is_one_sentence_on_standard_error_and_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(build(TABLE), ["failing"])

    shown = capsys.readouterr()
    assert (code, shown.out, shown.err) == (74, "", "channelhub: the disk is full: make room\n")


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(build(TABLE), ["thinsg"])

    assert code == 64
    assert "Did you mean things?" in capsys.readouterr().err


def test_an_unknown_option_is_a_usage_error() -> None:
    assert run(build(TABLE), ["things", "--loud"]) == 64


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_line_of_the_table_names_a_command(name: str) -> None:
    group = build()
    command = group.get_command(click.Context(group), name)

    assert command is not None
    assert COMMANDS[name][1].endswith(".")


def test_help_imports_no_heavy_module(tmp_path: Path) -> None:
    code = (
        "import sys, channelhub.cli.frame as frame\n"
        "code = frame.run(frame.build(), ['--help'])\n"
        "print(code, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )

    exit_code, *modules = done.stderr.split()
    heavy = {"aiohttp", "asyncio", "msgspec", "telegram", "phonenumbers", "structlog", "rich", "connectors", "sqlite3"}
    assert exit_code == "0"
    assert all(name in done.stdout for name in COMMANDS)
    assert heavy.isdisjoint(module.partition(".")[0] for module in modules)
    assert {module for module in modules if module.startswith("channelhub.")} == {
        "channelhub.cli",
        "channelhub.cli.exits",
        "channelhub.cli.table",
        "channelhub.cli.frame",
    }


def test_version_is_printed(tmp_path: Path) -> None:
    done = channelhub("--version", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout.startswith("channelhub 0.")
