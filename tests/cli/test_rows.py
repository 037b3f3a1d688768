"""`--csv` and `--jsonl` of the commands that list: the same rows with and without a daemon, all or as many as asked."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from channelhub.cli.exits import Failure
from channelhub.cli.frame import build
from channelhub.cli.rows import PAGE, RowForm, print_rows, takes_row_form
from channelhub.web.views.tokens import TokenPage
from tests.cli.executable import called
from tests.cli.terminal import on_a_terminal
from tests.daemon import Daemon
from tests.e2e.talking import mail, processed

LISTING = {"emerging", "search"}
WITHOUT = {"connectors list"}  # of packages, not of what the hub holds


def listing_commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from listing_commands(command, f"{before}{name} ")
        elif command is not None and (name == "list" or name in LISTING):
            yield f"{before}{name}", command


def test_every_command_that_lists_prints_rows() -> None:
    found = dict(listing_commands(build()))
    without = {
        name for name, command in found.items() if "--csv" not in {opt for p in command.params for opt in p.opts}
    }

    assert len(found) > 7
    assert without == WITHOUT, "let them take CSV and JSON Lines: cli/rows.py"


class Pages:
    """A list of tokens, `count` of them."""

    def __init__(self, count: int) -> None:
        self.items = [{"id": str(number), "name": "=1+1", "scopes": ["read:hub"]} for number in range(count)]
        self.asked: list[tuple[str | None, int]] = []

    def __call__(self, cursor: str | None, limit: int) -> dict[str, Any]:
        self.asked.append((cursor, limit))
        first = int(cursor or 0)
        rest = self.items[first : first + limit]
        return {"items": rest, "next": str(first + limit) if first + limit < len(self.items) else None}


def printed(capfd: pytest.CaptureFixture[str], pages: Pages, *, is_csv: bool, **how: Any) -> str:
    form = RowForm(is_csv=is_csv, has_bom=how.pop("has_bom", False))
    print_rows(form, TokenPage, pages, **how)
    return capfd.readouterr().out


def test_without_a_limit_all_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    pages = Pages(2 * PAGE + 1)
    lines = printed(capfd, pages, is_csv=False).splitlines()

    assert [json.loads(line) for line in lines] == pages.items
    assert pages.asked == [(None, PAGE), (str(PAGE), PAGE), (str(2 * PAGE), PAGE)]


def test_with_a_limit_it_is_a_page(capfd: pytest.CaptureFixture[str]) -> None:
    pages = Pages(9)
    text = printed(capfd, pages, is_csv=True, first=4, limit=2, has_bom=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    assert text.startswith("\ufeffid,name,")
    assert [(row["id"], row["name"], row["scopes"]) for row in rows] == [
        ("4", "'=1+1", '["read:hub"]'), ("5", "'=1+1", '["read:hub"]')
    ]  # fmt: skip
    assert pages.asked == [("4", 2)]


@pytest.mark.parametrize("wrong", [{"is_csv": True, "is_lines": True}, {"has_bom": True, "is_lines": True}])
def test_two_forms_at_once_are_refused(wrong: dict[str, bool]) -> None:
    given = {"is_csv": False, "is_lines": False, "has_bom": False} | wrong
    with pytest.raises(Failure):
        takes_row_form(lambda **_more: None)(**given)


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    for number in range(2):
        await asyncio.to_thread(mail, made, subject="=1+1", text="списано\x1b[2J", message_id=f"<{number}@example.com>")
    await processed(made, count=2)
    yield made
    made.end()


@pytest.mark.slow
async def test_rows_are_the_same_with_and_without_a_daemon(daemon: Daemon) -> None:
    def rows(*words: str) -> str:
        done = called(*words, "-c", str(daemon.config_file), folder=daemon.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def everything() -> list[str]:
        lists = (("search", "списано"), ("token", "list"))
        return [rows(*words, form) for words in lists for form in ("--csv", "--jsonl")]

    running = await asyncio.to_thread(everything)
    with on_a_terminal("search", "списано", "--csv", "-c", str(daemon.config_file), folder=daemon.folder) as terminal:
        code = terminal.ended()
    assert daemon.stop() == 0
    alone = await asyncio.to_thread(everything)

    assert running == alone
    assert running[1].count("\n") == 2
    assert running[2].startswith("id,name,role,")
    assert code == 0
    assert "списано" in terminal.shown
    assert "\x1b[2J" not in terminal.shown
