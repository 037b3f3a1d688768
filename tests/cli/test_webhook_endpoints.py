"""`channelhub webhooks` for endpoints, without a daemon: what it shows, refuses and says."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.domain.secrets import Secret
from channelhub.domain.webhooks import Endpoint, Filters
from channelhub.store import webhooks
from channelhub.store.opening import open_store
from tests.cli.executable import called

CONFIG = '[hub]\nstate_dir = "state"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a database that holds one endpoint, and no daemon on it."""
    (tmp_path / "channelhub.toml").write_text(CONFIG)
    (tmp_path / "state").mkdir()

    async def fill() -> None:
        store = await open_store(tmp_path / "state", now=datetime.now(UTC), on_broken=lambda _: None)
        writing = asyncio.create_task(store.writer.run())
        endpoint = Endpoint(id=0, url="https://crm.example.com/[red]x", filters=Filters(event_types=("outage.*",)))
        await store.writer.command(lambda session: webhooks.add(session, endpoint, Secret("whsec_" + "A" * 32)))
        await store.writer.stop()
        await writing
        await store.close()

    asyncio.run(fill())
    return tmp_path


def test_endpoints_are_listed_from_the_database_where_no_daemon_runs(folder: Path) -> None:
    shown = called("-c", "channelhub.toml", "webhooks", "list", folder=folder, environ={"COLUMNS": "200"})
    told = called("-c", "channelhub.toml", "webhooks", "list", "--json", folder=folder)

    assert "https://crm.example.com/[red]x" in shown.stdout
    assert "outage.*" in shown.stdout
    assert [one["health"] for one in json.loads(told.stdout)["items"]] == ["never"]
    assert "whsec_" not in shown.stdout + told.stdout


@pytest.mark.parametrize("command", [("add", "https://a.example/"), ("show", "1"), ("test", "1"), ("remove", "1")])
def test_what_changes_something_needs_the_daemon(folder: Path, command: tuple[str, ...]) -> None:
    done = called("-c", "channelhub.toml", "webhooks", *command, folder=folder)

    assert done.returncode != 0
    assert "no daemon runs" in done.stderr


def test_sending_again_asks_what_is_meant(folder: Path) -> None:
    done = called("-c", "channelhub.toml", "webhooks", "replay", "1", folder=folder)

    assert done.returncode == 64
    assert "--since, --failed or --delivery" in done.stderr


def test_help_names_what_there_is(folder: Path) -> None:
    done = called("webhooks", "--help", folder=folder)

    for word in ("add", "disable", "enable", "list", "listen", "remove", "replay", "rotate", "show", "test", "verify"):
        assert f"  {word} " in done.stdout
