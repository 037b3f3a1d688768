"""`channelhub check-config` and `connectors list`, most of them within this process."""

import json
import socket
from pathlib import Path

import pytest

from tests.cli.executable import called

GOOD = """
[hub]
state_dir = "state"
[accounts.shop]
kind = "api"
"""
BAD = """
[hub]
state_dri = "state"
[accounts.shop]
kind = "apy"
[accounts.bot]
kind = "telegram"
token = 424242
"""


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
    return port


def test_a_good_file_is_said_to_be_good(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)

    done = called("check-config", "-c", "good.toml", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout == "good.toml: no faults, 1 account\n"


def test_all_faults_are_told_and_the_exit_code_is_78(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(BAD)

    done = called("check-config", "-c", "bad.toml", folder=tmp_path)

    assert done.returncode == 78
    assert done.stdout == ""
    assert "bad.toml: hub.state_dri: unknown key; did you mean state_dir?" in done.stderr
    assert "bad.toml: accounts.shop.kind:" in done.stderr
    assert "bad.toml: accounts.bot.token:" in done.stderr
    assert "424242" not in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_come_as_json_too(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(BAD)

    done = called("--json", "check-config", folder=tmp_path, environ={"CHANNELHUB_CONFIG": "bad.toml"})

    answer = json.loads(done.stdout)
    assert done.returncode == 78
    assert (answer["ok"], answer["file"]) == (False, "bad.toml")
    assert [fault["key"] for fault in answer["faults"]] == ["hub.state_dri", "accounts.shop.kind", "accounts.bot.token"]
    assert answer["faults"][1]["nearest"] == "api"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    done = called("-c", "none.toml", "check-config", folder=tmp_path)

    assert (done.returncode, "none.toml: there is no such file" in done.stderr) == (78, True)


def test_online_asks_every_channel(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)

    done = called("check-config", "--online", "--json", "-c", "good.toml", folder=tmp_path)

    assert done.returncode == 0
    assert json.loads(done.stdout)["accounts"] == [{"name": "shop", "kind": "api", "health": "ok", "detail": ""}]


def test_a_channel_that_does_not_answer_is_code_69_and_does_not_hide_the_others(
    tmp_path: Path, closed_port: int
) -> None:
    (tmp_path / "bot.toml").write_text(
        f'{GOOD}[accounts.bot]\nkind = "telegram"\ntoken = "1:x"\nbase_url = "http://127.0.0.1:{closed_port}"\n'
    )
    done = called("check-config", "--online", "--json", "-c", "bot.toml", folder=tmp_path)

    healths = {item["name"]: item["health"] for item in json.loads(done.stdout)["accounts"]}
    assert done.returncode == 69
    assert healths == {"shop": "ok", "bot": "down"}


def test_installed_connectors_are_listed(tmp_path: Path) -> None:
    done = called("connectors", "list", "--json", folder=tmp_path)

    kinds = {item["kind"] for item in json.loads(done.stdout)["connectors"]}
    assert {"api", "smtp", "telegram", "webform"} <= kinds
