"""The guide's example is the package in docs/examples/connector: it passes the suite, and a hub finds it installed."""

import asyncio
import hashlib
import hmac
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from channelhub.store.places import DATABASE_FILE
from tests.daemon import CONFIG, Daemon

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "writing-a-connector.md"
TEMPLATE = ROOT / "docs" / "examples" / "connector"
FILE = re.compile(r"^`(?P<path>[\w/.]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PACKAGE = "channelhub_chatline"
SECRET = "a secret of a test"
CUT_OFF = b'{"event_id": "e2", "type": "message", "us'
ACCOUNT = f'\n[accounts.shop-chat]\nkind = "chatline"\nsecret = "{SECRET}"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The package in a folder of its own, as somebody copied it."""
    return Path(shutil.copytree(TEMPLATE, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def installed(project: Path, tmp_path: Path) -> Path:
    """A folder with the package installed in it, without a network."""
    target = tmp_path / "site"
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    outcome = run_python(project, "-m", "pip", "install", *offline, "--target", str(target), ".")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return target


def run_python(
    project: Path, *arguments: str, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(project), str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})}
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=100
    )


def test_guide_shows_the_package_as_it_is() -> None:
    shown = {example["path"]: example["text"] for example in FILE.finditer(GUIDE.read_text(encoding="utf-8"))}
    files = {str(path.relative_to(TEMPLATE)): path.read_text(encoding="utf-8") for path in TEMPLATE.rglob("*.py")}
    files["pyproject.toml"] = (TEMPLATE / "pyproject.toml").read_text(encoding="utf-8")
    del files[f"{PACKAGE}/__init__.py"]

    assert shown == files


@pytest.mark.slow
def test_example_passes_the_suite_and_shows_the_table(project: Path) -> None:
    outcome = run_python(project, "-m", "pytest", "-q")

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "25 passed, 15 skipped" in outcome.stdout, "the guide says how many tests the suite brings: 40"
    assert "1 connectors, 40 cases: 25 ok, 15 n.a., 0 skip, 0 FAIL" in outcome.stdout
    assert re.search(r"^forged delivery is refused +ok$", outcome.stdout, re.MULTILINE)
    assert re.search(r"^replayed delivery is refused +n\.a\.$", outcome.stdout, re.MULTILINE)
    assert "no time is signed: what is replayed is a redelivery, stored once: chatline" in outcome.stdout


@pytest.mark.slow
def test_table_shows_what_a_change_broke(project: Path) -> None:
    webhook = project / PACKAGE / "webhook.py"
    checked = "if not is_signed("
    text = webhook.read_text(encoding="utf-8")
    assert checked in text
    webhook.write_text(text.replace(checked, "if False and not is_signed("), encoding="utf-8")
    outcome = run_python(project, "-m", "pytest", "-q", "--tb=no")

    assert outcome.returncode == 1
    failed = re.findall(r"^([a-z].*?) +FAIL$", outcome.stdout, re.MULTILINE)
    assert failed == [
        "delivery without proof is refused",
        "forged delivery is refused",
        "proof of other bytes is refused",
    ]


@pytest.mark.slow
async def test_hub_finds_the_installed_package_and_takes_what_it_brings(installed: Path, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, config=CONFIG + ACCOUNT, environ={"PYTHONPATH": str(installed)})
    event = {"event_id": "e1", "type": "message", "user": "u77120", "chat": "c1", "text": "Де моє замовлення?"}
    try:
        await daemon.start()
        async with aiohttp.ClientSession(daemon.url) as http:
            assert await _post(http, json.dumps(event).encode(), secret="a guess") == 401
            assert await _post(http, json.dumps(event).encode()) == 204
            for body in (CUT_OFF, b'{"event_id": "e3", "type": "hologram"}') * 3:
                assert await _post(http, body) == 204
            card = await _found(http, daemon, "customers/lookup?identity=chatline:u77120", _whole)
            parked = await _found(
                http, daemon, "parked", lambda page: page["items"] if len(page["items"]) > 1 else None
            )
    finally:
        daemon.end()

    [said] = card["timeline"]["items"]
    assert (said["account"], said["channel"], said["text"]) == ("shop-chat", "chatline", event["text"])
    assert sorted((one["reason"], one["external_id"]) for one in parked) == [
        ("unparseable", hashlib.sha256(CUT_OFF).hexdigest()),
        ("unplaceable", "e3"),
    ]
    assert _alarms(daemon) == 2, "each strange event alarms once, however often it is posted"


async def _post(http: aiohttp.ClientSession, body: bytes, *, secret: str = SECRET) -> int:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    async with http.post("/hooks/shop-chat", data=body, headers={"X-Chatline-Signature": signature}) as answer:
        return answer.status


def _whole(answer: dict[str, Any]) -> dict[str, Any] | None:
    return answer


async def _found(
    http: aiohttp.ClientSession, daemon: Daemon, path: str, pick: Callable[[dict[str, Any]], T | None]
) -> T:
    """What the hub answers to a question, once `pick` finds it there."""
    deadline = time.monotonic() + 60
    while True:
        async with http.get(f"/api/v1/{path}", headers=daemon.authorization()) as answer:
            picked = pick(await answer.json()) if answer.status == 200 else None
        if picked is not None:
            return picked
        assert time.monotonic() < deadline, f"not found: {path}"
        await asyncio.sleep(0.05)


def _alarms(daemon: Daemon) -> int:
    """How many events told that something was parked."""
    with closing(sqlite3.connect(daemon.state_dir / DATABASE_FILE)) as database:
        [(count,)] = database.execute("SELECT count(*) FROM events WHERE type = 'message.parked'").fetchall()
    return int(count)


@pytest.mark.parametrize("tool", [("mypy", "--strict", PACKAGE), ("ruff", "check", PACKAGE)], ids=["mypy", "ruff"])
@pytest.mark.slow
def test_example_is_clean_by_the_rules_of_this_project(project: Path, tool: tuple[str, ...]) -> None:
    config = {"mypy": "--config-file", "ruff": "--config"}[tool[0]]
    outcome = run_python(project, "-m", *tool, config, str(ROOT / "pyproject.toml"))

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
