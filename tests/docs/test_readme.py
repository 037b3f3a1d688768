"""The README is run, not only read: its first five minutes against a real daemon, its commands, links and keys."""

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.cli.table import COMMANDS
from tests.daemon import Daemon
from tests.e2e.talking import get, processed

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("systemd/*.md"), *ROOT.glob("connectors/*/README.md")]
)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def blocks(section: str) -> list[str]:
    """The shell blocks of a section of the README."""
    text = README.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    """What `make run` starts, in a checkout of its own: other ports, the same accounts and the same paths."""
    config = (ROOT / "config" / "channelhub.toml").read_text()
    daemon = Daemon(tmp_path, config=config.replace("8080", "{http}").replace("8025", "{smtp}"))
    (tmp_path / "config").mkdir()
    daemon.config_file = daemon.config_file.rename(tmp_path / "config" / "channelhub.toml")
    daemon.state_dir = tmp_path / "var"
    (tmp_path / ".venv").symlink_to(sys.prefix)
    await daemon.start()
    yield daemon
    daemon.end()


def run(daemon: Daemon, block: str) -> str:
    """What a block prints when it is pasted into a shell; what `make` starts is called directly."""
    script = block.replace("8080", str(daemon.http_port)).replace("8025", str(daemon.smtp_port))
    script = script.replace("make demo", ".venv/bin/channelhub demo --seconds 3")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=daemon.folder,
        env={**clean, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
async def test_the_first_five_minutes_work_when_pasted(daemon: Daemon) -> None:
    mail, form, api, card, demo = blocks("First five minutes")
    run(daemon, mail)
    await processed(daemon, count=1)
    assert '"id"' in run(daemon, form)
    assert json.loads(run(daemon, api))["duplicate"] is False
    await processed(daemon, count=3)
    shown = run(daemon, card)
    found = get(daemon, "/customers/lookup?identity=phone:%2B380671112233")
    entries = found["timeline"]["items"]

    assert [(one["channel"], one["verified"]) for one in entries] == [("api", True), ("form", False), ("email", False)]
    assert "Не приходить код" in shown
    assert sum("claimed" in line and "told us" not in line for line in shown.splitlines()) == 2
    assert "Outage" in run(daemon, demo)


def test_the_two_commands_come_first() -> None:
    assert re.findall(r"^make ([a-z-]+)", "\n".join(blocks("Two commands")), re.MULTILINE) == ["run", "test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_commands_and_targets_of_every_page_exist(page: Path) -> None:
    text = page.read_text()
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if not re.match(r"[a-z]+:", link)]
    code = "\n".join([*re.findall(r"```sh\n(.*?)```", text, re.DOTALL), *re.findall(r"(?<!`)`([^`]+)`(?!`)", text)])
    named = set(re.findall(r"(?:^|[/(])channelhub +([a-z][a-z-]+)", code, re.MULTILINE))
    made = set(re.findall(r"^make ([a-z][a-z-]+)", code, re.MULTILINE))

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert named - set(COMMANDS) == set()
    assert made - TARGETS == set()
