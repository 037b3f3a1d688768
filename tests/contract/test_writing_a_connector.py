"""The guide's example is the package in docs/examples/connector: it passes the suite, and a hub finds it installed."""

import asyncio
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import CONFIG, Daemon

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "writing-a-connector.md"
TEMPLATE = ROOT / "docs" / "examples" / "connector"
FILE = re.compile(r"^`(?P<path>[\w/.]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PACKAGE = "channelhub_chatline"
SECRET = "a secret of a test"
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
    assert "24 passed, 10 skipped" in outcome.stdout, "the guide says how many tests the suite brings: 34"
    assert "1 connectors, 34 cases: 24 ok, 10 n.a., 0 skip, 0 FAIL" in outcome.stdout
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
async def test_hub_finds_the_installed_package_and_takes_its_messages(installed: Path, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, config=CONFIG + ACCOUNT, environ={"PYTHONPATH": str(installed)})
    event = {"event_id": "e1", "type": "message", "user": "u77120", "chat": "c1", "text": "Де моє замовлення?"}
    body = json.dumps(event).encode()
    signed = {"X-Chatline-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}
    try:
        await daemon.start()
        async with aiohttp.ClientSession(daemon.url) as http:
            async with http.post("/hooks/shop-chat", data=body) as forged:
                assert forged.status == 401
            async with http.post("/hooks/shop-chat", data=body, headers=signed) as taken:
                assert taken.status == 204
            card = await _card(http, daemon, "chatline:u77120")
    finally:
        daemon.end()

    [said] = card["timeline"]["items"]
    assert (said["account"], said["channel"], said["text"]) == ("shop-chat", "chatline", event["text"])


async def _card(http: aiohttp.ClientSession, daemon: Daemon, identity: str) -> dict[str, Any]:
    """The customer's card, once there is one."""
    deadline = time.monotonic() + 20
    while True:
        async with http.get(
            "/api/v1/customers/lookup", params={"identity": identity}, headers=daemon.authorization()
        ) as answer:
            if answer.status == 200:
                return dict(await answer.json())
        assert time.monotonic() < deadline, "the message stands on nobody's timeline"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("tool", [("mypy", "--strict", PACKAGE), ("ruff", "check", PACKAGE)], ids=["mypy", "ruff"])
@pytest.mark.slow
def test_example_is_clean_by_the_rules_of_this_project(project: Path, tool: tuple[str, ...]) -> None:
    config = {"mypy": "--config-file", "ruff": "--config"}[tool[0]]
    outcome = run_python(project, "-m", *tool, config, str(ROOT / "pyproject.toml"))

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
