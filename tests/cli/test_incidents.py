"""`channelhub incidents` beside a real daemon, and its lists from the database alone."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.executable import called
from tests.cli.test_identity import post
from tests.daemon import Daemon
from tests.e2e.talking import processed

pytestmark = pytest.mark.slow
PEOPLE = ("ann", "bob", "clo")


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    for name in PEOPLE:
        await asyncio.to_thread(post, made, name, {"kind": "email", "value": f"{name}@example.com"})
    await processed(made, count=len(PEOPLE))
    yield made
    made.end()


async def test_the_inbox_is_worked_through_in_a_terminal(daemon: Daemon) -> None:
    def tried(*args: str) -> tuple[int, str, str]:
        done = called("incidents", *args, "-c", str(daemon.config_file), folder=daemon.folder)
        return done.returncode, done.stdout, done.stderr

    def run(*args: str) -> str:
        code, out, error = tried(*args)
        assert code == 0, error
        return out

    def items(*args: str) -> list[Any]:
        found: list[Any] = json.loads(run("list", "--json", *args))["items"]
        return found

    def ids(*args: str) -> list[str]:
        return [one["id"] for one in items(*args)]

    def play() -> None:
        third, second, first = ids()
        run("assign", first, second, "--to", "local")
        mine = ids("--folder", "mine", "--order", "oldest")
        told = run("tag", first, "--add", "VIP", "--add", "оплата")
        tagged = ids("--tag", "vip")
        step = told.split()[-1]
        undone = json.loads(run("undo", step, "--json"))
        run("snooze", second, "--for", "2h")
        run("change", third, "--state", "closed", "--priority", "low")
        counted = run("folders")
        code, _, error = tried("change", third, "--state", "new")
        bad = [tried("assign", first)[0], tried("snooze", first, "--for", "soon")[0], tried("tag", first)[0]]
        table = run("list", "--folder", "closed")
        run("snooze", first, "--until", (datetime.now(UTC) + timedelta(seconds=1)).isoformat())
        until = time.monotonic() + 30
        while first in ids("--folder", "snoozed"):
            assert time.monotonic() < until, "nobody woke it"
            time.sleep(0.1)
        daemon.stop()
        offline = ids("--folder", "snoozed"), run("folders") == counted, ids("--assignee", "me", "--order", "oldest")

        assert mine == [first, second]
        assert tagged == [first]
        assert [one["problem"] for one in undone["items"]] == [None]
        assert ids("--tag", "vip") == []
        assert counted.split() == ["open", "1", "new", "1", "mine", "1", "waiting", "0", "snoozed", "1"]
        assert (code, "left alone" in error) == (1, True)
        assert bad == [64, 64, 64]
        assert "closed" in table
        assert third in table
        assert offline == ([second], True, [first, second])
        assert items("--folder", "snoozed")[0]["snoozed_until"] is not None

    await asyncio.to_thread(play)
