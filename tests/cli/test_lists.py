"""`card`, `search` and `outages list`: pages, whole ids, and the same from the database alone."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from channelhub.cli.tables import listing, print_whole, whole, words
from tests.cli.executable import called
from tests.cli.terminal import on_a_terminal
from tests.daemon import Daemon
from tests.e2e.talking import mail, processed

ANN = "email:ann@example.com"
TEXT = "Оплата не проходить, кошти списано двічі, а замовлення скасовано без пояснень"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize(("width", "needed"), [(40, 53), (52, 53), (53, 53), (80, 80), (200, 200)])
def test_ids_stay_whole_and_a_row_is_a_line(width: int, needed: int) -> None:
    table = listing(whole("id"), whole("since"), words("about"))
    table.add_row("7215530814720123456", "2026-03-02 09:00", TEXT)
    out = io.StringIO()
    print_whole(table, Console(file=out, width=width))
    lines = out.getvalue().splitlines()

    assert {len(line) for line in lines} == {needed}
    (row,) = (line for line in lines if "Оплат" in line)
    assert "7215530814720123456" in row
    assert "2026-03-02 09:00" in row


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    for number in range(3):
        await asyncio.to_thread(mail, made, subject=f"Лист {number}", text=TEXT, message_id=f"<{number}@example.com>")
    await processed(made, count=3)
    yield made
    made.end()


def pages(daemon: Daemon, *args: str) -> list[Any]:
    """Every page of a list, one entry each."""
    found: list[Any] = []
    before: tuple[str, ...] = ()
    while True:
        done = called(*args, "--limit", "1", *before, "--json", "-c", str(daemon.config_file), folder=daemon.folder)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        page = answer.get("timeline", answer)
        found += page["items"]
        if not page["next"]:
            return found
        before = ("--before", page["next"])


@pytest.mark.slow
async def test_lists_go_on_page_by_page_with_and_without_a_daemon(daemon: Daemon) -> None:
    def everything() -> list[list[Any]]:
        return [pages(daemon, "search", "списано"), pages(daemon, "card", ANN), pages(daemon, "outages", "list")]

    running = await asyncio.to_thread(everything)
    with on_a_terminal(
        "search", "списано", "--limit", "2", "-c", str(daemon.config_file), folder=daemon.folder
    ) as terminal:
        code = terminal.ended()
    shown = ESCAPES.sub("", terminal.shown)
    assert daemon.stop() == 0
    alone = await asyncio.to_thread(everything)

    found, entries, outages = running
    assert len({one["message_id"] for one in found}) == len(found) == 3
    assert len({one["id"] for one in entries}) == len(entries) >= 3
    assert outages == []
    assert alone == running
    assert (code, shown.count(found[0]["customer_id"])) == (0, 2)
    assert "older messages: --before " in shown
    assert all(len(line) <= 120 for line in shown.splitlines())
