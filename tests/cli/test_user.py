"""`channelhub user` where no daemon runs: let in, listed, changed, shut out, let in anew."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from channelhub.store.places import DATABASE_FILE
from channelhub.web.passwords import is_right
from tests.cli.executable import called

CONFIG = """
[hub]
state_dir = "state"
[http]
public_url = "https://hub.example/"
"""
PASSWORD = "correct horse battery"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.toml").write_text(CONFIG)
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return tmp_path


def run(folder: Path, *args: str) -> tuple[int, str, str]:
    done = called(*args, "-c", "hub.toml", folder=folder)
    return done.returncode, done.stdout, done.stderr


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "state" / DATABASE_FILE)) as reading:
        return reading.execute(query).fetchall()


def test_a_person_is_let_in_with_a_password_of_a_file(folder: Path) -> None:
    status, said, _ = run(folder, "user", "create", "kate", "--role", "admin", "--password-file", "password")
    again, _, told = run(folder, "user", "create", "kate", "--link")
    [[kept]] = rows(folder, "SELECT password FROM users")
    [one] = json.loads(run(folder, "--json", "user", "list")[1])["items"]

    assert (status, again) == (0, 1)
    assert said == "kate may sign in at https://hub.example/signin\n"
    assert "the login kate already" in told
    assert is_right(PASSWORD, str(kept))
    assert (one["login"], one["name"], one["role"], one["has_password"]) == ("kate", "kate", "admin", True)


def test_without_a_terminal_a_link_is_printed_that_works_once(folder: Path) -> None:
    made = json.loads(run(folder, "--json", "user", "create", "olena", "--name", "Олена")[1])
    [[links]] = rows(folder, "SELECT count(*) FROM signin_links WHERE used_us IS NULL AND user_id = 1")

    assert (made["name"], made["role"], made["has_password"], links) == ("Олена", "agent", False, 1)
    assert made["url"].startswith("https://hub.example/signin/")


def test_a_person_is_changed_shut_out_let_in_and_reset(folder: Path) -> None:
    run(folder, "user", "create", "kate", "--password-file", "password")
    statuses = [
        run(folder, "user", *args)[0]
        for args in (("change", "kate", "--role", "lead"), ("disable", "kate"), ("reset", "kate"), ("enable", "kate"))
    ]
    status, link, _ = run(folder, "user", "reset", "kate")
    [[role, password, disabled]] = rows(folder, "SELECT role, password, disabled_us FROM users")
    actions = [action for [action] in rows(folder, "SELECT action FROM audit WHERE actor = 'admin:local'")]

    assert (statuses, status) == ([0, 0, 1, 0], 0)  # who is disabled gets no link
    assert link.startswith("https://hub.example/signin/")
    assert (role, password, disabled) == ("lead", "", None)
    assert actions == [
        "user.make", "user.change", "user.disable", "user.reset", "user.enable", "user.reset", "user.link",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "status", "told"),
    [
        (("create", "Kate"), 64, "lower-case Latin letters"),
        (("create", "kate", "--role", "ingest"), 64, "ingest"),
        (("create", "kate", "--link", "--password-file", "password"), 64, "not both"),
        (("create", "kate", "--password-file", "hub.toml"), 64, "at least 12 characters"),
        (("change", "kate"), 64, "--role or --name"),
        (("disable", "kate"), 1, "nobody has the login kate"),
        (("reset", "kate"), 1, "nobody has the login kate"),
    ],
)
def test_what_makes_no_sense_is_refused(folder: Path, args: tuple[str, ...], status: int, told: str) -> None:
    code, _, said = run(folder, "user", *args)

    assert code == status
    assert told in " ".join(said.split())
