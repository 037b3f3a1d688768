"""`channelhub views` beside a real daemon, by a token from elsewhere, and its list from the database alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.executable import called
from tests.cli.test_completion import completed
from tests.daemon import Daemon

pytestmark = pytest.mark.slow


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    yield made
    made.end()


async def test_views_are_saved_listed_and_removed_by_whom_they_belong_to(daemon: Daemon) -> None:
    def tried(*args: str, command: str = "views") -> tuple[int, str, str]:
        done = called(command, *args, "-c", str(daemon.config_file), folder=daemon.folder)
        return done.returncode, done.stdout, done.stderr

    def run(*args: str, command: str = "views") -> str:
        code, out, error = tried(*args, command=command)
        assert code == 0, error
        return out

    def items(*args: str) -> list[Any]:
        found: list[Any] = json.loads(run("list", "--json", *args))["items"]
        return found

    def play() -> None:
        saved = json.loads(run("save", "VIPs  of\tnobody", "--folder", "new", "--tag", "vip", "--shared", "--json"))
        own = run("save", "[red]mine[/] \x1b[2J", "--assignee", "me", "--order", "oldest").split()[1]
        token = daemon.folder / "kate.token"
        token.write_text(run("create", "--role", "agent", "--name", "kate", command="token"))
        elsewhere = ("--hub", daemon.url, "--token-file", str(token))
        seen = items(*elsewhere)
        hers = json.loads(run("save", "hers", "--shared", *elsewhere, "--json"))["id"]
        not_hers = tried("remove", own, *elsewhere)[0]
        mine, table = items(), run("list")
        rows = run("list", "--csv").splitlines()
        offered = completed(f"channelhub -c {daemon.config_file} views remove ", folder=daemon.folder)
        bad = [
            tried("save", " ")[0], tried("save", "x" * 81)[0], tried("save", "x", "--folder", "odd")[0],
            tried("list", "--token-file", str(token))[0], tried("list", "--hub", daemon.url)[0],
        ]  # fmt: skip
        removed = json.loads(run("remove", saved["id"], "--json"))
        daemon.stop()
        alone, without = items(), tried("save", "x")

        assert (saved["name"], saved["owner"], saved["shared"]) == ("VIPs of nobody", "local", True)
        assert (saved["filter"]["folder"], saved["filter"]["tag"], saved["filter"]["order"]) == (
            "new",
            "vip",
            "changed",
        )
        assert [(one["id"], one["own"]) for one in seen] == [(saved["id"], False)]
        assert not_hers == 1
        assert {one["id"]: one["own"] for one in mine} == {saved["id"]: True, own: True, hers: False}
        assert "[red]mine[/]" in table
        assert "\x1b" not in table
        assert "tag vip" in table
        assert "assignee me" in table
        assert len(rows) == 4
        assert set(offered) == {f"plain,{saved['id']}", f"plain,{own}"}
        assert bad == [64] * 5
        assert removed == {"removed": saved["id"]}
        assert [one["id"] for one in alone] == [own, hers]
        assert without[0] not in (0, 64)
        assert "no daemon runs" in without[2]

    await asyncio.to_thread(play)
