"""`channelhub token` where no daemon runs: made, listed, ended."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channelhub.store.places import DATABASE_FILE
from tests.cli.executable import called

CONFIG = """
[hub]
state_dir = "state"
[accounts.shop]
kind = "api"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.toml").write_text(CONFIG)
    return tmp_path


def run(folder: Path, *args: str) -> tuple[int, str, str]:
    done = called(*args, "-c", "hub.toml", folder=folder)
    return done.returncode, done.stdout, done.stderr


def test_a_token_is_made_with_scopes_and_an_end_then_listed_then_ended(folder: Path) -> None:
    create = ("token", "create", "--name", "board", "--scope", "read:outages", "--expires", "90d")
    made, token, _ = run(folder, *create)
    [one] = json.loads(run(folder, "--json", "token", "list")[1])["items"]
    lasts = datetime.fromisoformat(one["expires_at"]) - datetime.now(UTC)
    ended, _, _ = run(folder, "token", "revoke", one["id"])
    again, _, told = run(folder, "token", "revoke", one["id"])
    [gone] = json.loads(run(folder, "--json", "token", "list")[1])["items"]

    assert (made, ended, again) == (0, 0, 1)
    assert token.startswith("chub_")
    assert (one["name"], one["role"], one["scopes"]) == ("board", "reader", ["read:outages"])
    assert timedelta(days=89) < lasts < timedelta(days=90)
    assert gone["revoked_at"] is not None
    assert "no live token" in told
    with closing(sqlite3.connect(folder / "state" / DATABASE_FILE)) as reading:
        audit = reading.execute("SELECT actor, action, target FROM audit ORDER BY id").fetchall()
    assert audit == [("admin:local", "token.make", one["id"]), ("admin:local", "token.revoke", one["id"])]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--expires", "soon"), "12h, 90d, 8w"),
        (("--expires", "0d"), "12h, 90d, 8w"),
        (("--scope", "read:everything"), "read:customers"),
        (("--role", "ingest", "--scope", "read:customers"), "the role ingest has nothing of read:customers"),
        (("--scope", "read:outages", "--account", "shop"), "only a token of the role ingest"),
        ((), "a token needs a role or scopes"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_as_wrong_usage(
    folder: Path, options: tuple[str, ...], told: str
) -> None:
    status, _, said = run(folder, "token", "create", "--name", "x", *options)

    assert status == 64
    assert told in " ".join(said.split())


def test_neither_a_token_nor_a_person_is_called_like_the_other(folder: Path) -> None:
    token = ("token", "create", "--role", "agent", "--name")
    made = [run(folder, *token, "olena")[0], run(folder, "user", "create", "kate")[0]]
    refused = [run(folder, *token, "kate"), run(folder, "user", "create", "olena")]

    assert made == [0, 0]
    assert [status for status, _, _ in refused] == [1, 1]
    assert "signs in as kate" in " ".join(refused[0][2].split())
    assert "is called olena" in " ".join(refused[1][2].split())
