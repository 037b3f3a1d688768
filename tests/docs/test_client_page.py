"""The examples of docs/python-client.md do what the page says, against a real server."""

import ast
import asyncio
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from channelhub.client import HubClient
from tests.web.conftest import Hub, deadlines, hub, settings
from tests.web.flow import receive

__all__ = ["deadlines", "hub", "settings"]

PAGE = Path(__file__).parents[2] / "docs" / "python-client.md"
CALLS = "channelhub.client.calls."
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


def run(example: str, names: dict[str, Any]) -> None:
    """Run an example as a program of its own; one that awaits runs in a loop."""
    if "await " in example:
        *_, code = [compile(example, str(PAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)]
        found = eval(code, names)
        asyncio.run(found)
    else:
        exec(compile(textwrap.dedent(example), str(PAGE), "exec"), names)


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
async def test_each_example_runs(hub: Hub, place: int, capsys: pytest.CaptureFixture[str]) -> None:
    await receive(hub, "Where is my order?")
    example = EXAMPLES[place].replace("https://hub.example.com", hub.url)

    def play() -> str:
        with HubClient(hub.url, hub.local_token) as client:
            incident_id = client.incidents.page()["items"][0]["id"]
            names = {"hub": client, "token": hub.local_token, "incident_id": incident_id, "last_id": 0}
            run(example, names)
            return client.incidents.get(incident_id)["priority"]

    priority = await asyncio.to_thread(play)
    said = capsys.readouterr().out

    assert ("print(" in example) == bool(said)
    assert (priority == "high") == ('"priority": "high"' in example)


def test_the_page_names_every_subject() -> None:
    with HubClient("http://127.0.0.1:1", "t") as client:
        subjects = {name for name, value in vars(client).items() if type(value).__module__.startswith(CALLS)}

    assert len(subjects) > 5
    assert subjects <= set(re.findall(r"`(?:hub\.)?([a-z]+)`", PAGE.read_text()))


@pytest.mark.slow
def test_the_examples_are_typed_and_a_wrong_field_is_found(tmp_path: Path) -> None:
    head = "from channelhub.client import HubClient\n"
    given = "token: str, incident_id: str, last_id: str"
    functions = [
        f"async def example_{place}({given}{'' if ' as hub:' in example else ', hub: HubClient'}) -> None:\n"
        + textwrap.indent(example, "    ")
        for place, example in enumerate(EXAMPLES)
    ]
    wrong = (
        "def wrong(hub: HubClient) -> None:\n"
        '    hub.outages.confirm("17", {"verzion": 3})\n'
        '    hub.incidents.get("1")["numbr"]\n'
    )
    (tmp_path / "good.py").write_text("\n".join([head, *functions]))
    (tmp_path / "wrong.py").write_text(head + wrong)

    def checked(name: str) -> str:
        command = [sys.executable, "-m", "mypy", "--config-file=", "--strict", f"--cache-dir={tmp_path}/cache", name]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False).stdout

    good = checked("good.py")
    assert good.startswith("Success"), good
    assert re.findall(r"error: .*(verzion|numbr)", checked("wrong.py")) == ["verzion", "numbr"]
