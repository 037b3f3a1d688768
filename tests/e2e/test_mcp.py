"""An assistant starts `channelhub mcp` and asks a running hub whether anything is wrong, and who is affected."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from tests.cli.executable import channelhub
from tests.daemon import COMMAND, CONFIG, Daemon

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FORM = '[accounts.site-form]\nkind = "webform"\n'


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A hub in which the demo's morning was played: payments with one method fail."""
    daemon = Daemon(tmp_path_factory.mktemp("shop"), config=CONFIG + FORM)
    asyncio.run(daemon.start())
    done = channelhub("demo", "-c", "channelhub.toml", "--json", "--seconds", "3", folder=daemon.folder)
    assert done.returncode == 0, done.stderr
    yield daemon
    daemon.end()


def started(daemon: Daemon, *options: str) -> StdioServerParameters:
    return StdioServerParameters(command=COMMAND[0], args=["mcp", "-c", "channelhub.toml", *options], cwd=daemon.folder)


async def tell(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


@pytest.mark.slow
async def test_is_anything_wrong_with_payments_right_now_and_who_is_affected(shop: Daemon) -> None:
    async with Client(started(shop)) as client:
        prompt = await client.get_prompt("is_anything_wrong", {"topic": "payments"})
        (wrong,) = (await tell(client, "list_outages"))["outages"]
        why = await tell(client, "explain_outage", outage_id=wrong["outage_id"])
        who = await tell(client, "who_is_affected", outage_id=wrong["outage_id"])
    counted = {
        one["name"]["untrusted_text"]: {each["value"]["untrusted_text"]: each["customers"] for each in one["values"]}
        for one in who["by"]
    }

    assert isinstance(prompt.messages[0].content, TextContent)
    assert wrong["state"] == "suspected"
    assert wrong["customers"] >= 8
    assert why["reports"]
    assert why["growth"]["last_hour"] >= 8
    assert set(counted["channel"]) == {"api", "email", "form"}
    assert sum(counted["channel"].values()) == wrong["customers"]
    assert set(counted["language"]) <= {"en", "uk", "ru"}
    assert who["customers"] is None
    said = json.dumps(why, ensure_ascii=False).lower()
    assert any(word in said for word in ("pay", "оплат"))


@pytest.mark.slow
async def test_an_older_client_is_served_and_a_hub_that_is_gone_is_a_sentence(shop: Daemon, tmp_path: Path) -> None:
    async with Client(started(shop), mode="legacy") as client:
        cards = await tell(client, "search", words="demo")
    token = tmp_path / "token"
    token.write_text("chub_wrong\n")
    async with Client(started(shop, "--token-file", str(token))) as client:
        refused = await client.call_tool("list_outages", {})
    shop.config_file.with_name("other.toml").write_text(f'[hub]\nstate_dir = "{tmp_path / "none"}"\n')
    async with Client(started(shop, "-c", "other.toml")) as client:
        gone = await client.call_tool("list_outages", {})

    assert "items" in cards
    assert refused.is_error
    assert "token" in str(refused.content)
    assert "chub_wrong" not in str(refused.content)
    assert gone.is_error
    assert "channelhub run" in str(gone.content)


@pytest.mark.slow
def test_what_the_documentation_says_to_run_answers(shop: Daemon) -> None:
    """As from a checkout: the command on the path, its configuration in config/channelhub.toml."""
    page = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.S | re.M)
    (shop.folder / "config").mkdir()
    (shop.folder / "config" / "channelhub.toml").write_text(
        shop.config_file.read_text().replace('"state"', f'"{shop.state_dir}"')
    )
    path = f"{Path(COMMAND[0]).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=shop.folder,
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = done.stdout.splitlines()

    assert done.returncode == 0, done.stderr
    assert lines[0].startswith("suspected ")
    assert any(line.startswith("  channel ") and "email" in line for line in lines)


def test_a_token_is_not_shown_in_the_clear(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("chub_x\n")
    plain = channelhub("mcp", "--url", "http://hub.example.com", "--token-file", str(token), folder=tmp_path)
    without = channelhub("mcp", "--url", "https://hub.example.com", folder=tmp_path)
    unnamed = channelhub("mcp", "--allow-writes", folder=tmp_path)

    assert plain.returncode == without.returncode == unnamed.returncode == 64
    assert "audit" in unnamed.stderr
    assert "use https" in plain.stderr
    assert "--token-file" in without.stderr


def test_without_the_package_it_says_what_to_install(tmp_path: Path) -> None:
    blocked = "import sys; sys.modules['mcp'] = None; from channelhub.cli import main; main(['mcp'])"
    done = subprocess.run(
        [sys.executable, "-c", blocked], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 69
    assert "pip install 'channelhub[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr
