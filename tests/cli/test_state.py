"""fsck, backup, restore and resume-sending as a person runs them, beside a real daemon and without one."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.domain.times import to_us
from channelhub.store import hub, outbox
from channelhub.store.database import Session
from channelhub.store.opening import open_store, reading
from channelhub.store.outbox import OutboxItem
from tests.cli.executable import called
from tests.daemon import Daemon

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.end()


def run(daemon: Daemon, *args: str) -> tuple[int, str, str]:
    done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
    return done.returncode, done.stdout, done.stderr


async def post(daemon: Daemon, count: int) -> None:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        for number in range(count):
            message = {"account": "shop", "external_id": f"m{number}", "text": "late"}
            async with http.post("/api/v1/messages", json=message) as answer:
                assert answer.status == 202


async def queue_reply(state_dir: Path) -> None:
    """A reply that waits to be sent, written while no daemon runs."""
    store = await open_store(state_dir, now=NOW, on_broken=lambda _: None)
    item = OutboxItem(
        id=10_000, dedupe_key="reply:1", kind="reply", account="mail", identity_id=1, conversation_id=1, message_id=1,
        payload=Outbound(id=10_000, to="ann@example.com", text="It is on its way.", subject="Re: parcel"),
        state=OutboxState.QUEUED, due_us=to_us(NOW), created_us=to_us(NOW),
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outbox.add(session, [item])

    writing = asyncio.create_task(store.writer.run())
    await store.writer.command(write)
    await store.writer.stop()
    await writing
    await store.close()


async def attempts(state_dir: Path) -> int:
    """How often it was tried to send the reply that waits."""
    async with reading(state_dir) as session:
        item = await outbox.get(session, 10_000)
    assert item is not None
    return item.attempts


async def is_paused(state_dir: Path) -> bool:
    async with reading(state_dir) as session:
        return await hub.fact(session, hub.SENDING_PAUSED) is not None


@pytest.mark.slow
async def test_the_state_is_verified_and_copied_beside_a_running_daemon(daemon: Daemon) -> None:
    await daemon.start()
    await post(daemon, 5)
    code, out, _ = run(daemon, "fsck", "--json")
    backup_code, backup_out, _ = run(daemon, "backup", "copy", "--json")
    restore_code, _, restore_err = run(daemon, "restore", "copy", "--force")

    assert (code, json.loads(out)["deliveries"], json.loads(out)["ok"]) == (0, 5, True)
    assert (backup_code, json.loads(backup_out)["deliveries"]) == (0, 5)
    assert restore_code == 75
    assert f"in use by process {daemon.pid}: stop that daemon first" in restore_err


@pytest.mark.slow
async def test_after_a_restore_nothing_goes_out_until_a_person_has_looked(daemon: Daemon) -> None:
    await daemon.start()
    await post(daemon, 1)
    daemon.stop()
    await queue_reply(daemon.state_dir)
    assert run(daemon, "backup", "copy")[0] == 0
    refused = run(daemon, "restore", "copy")
    restored = run(daemon, "restore", "copy", "--force")
    await daemon.start()
    looked = run(daemon, "resume-sending", "--json")
    attempts_while_paused = await attempts(daemon.state_dir)
    resumed = run(daemon, "resume-sending", "--yes")
    async with asyncio.timeout(60):
        while not await attempts(daemon.state_dir):  # the account has no relay: it is tried again later
            await asyncio.sleep(0.05)

    assert refused[0] == 1
    assert "--force" in refused[2]
    assert restored[0] == 0
    assert "Sending is paused" in restored[1]
    assert looked[0] == 1
    found = json.loads(looked[1])
    assert (found["paused"], found["waiting"], found["resumed"]) == (True, 1, False)
    assert [(one["to"], one["subject"]) for one in found["items"]] == [("ann@example.com", "Re: parcel")]
    assert attempts_while_paused == 0
    assert resumed[0] == 0
    assert resumed[1] == "Sending goes on with 1 waiting message.\n"


@pytest.mark.slow
async def test_sending_is_resumed_without_a_daemon_too(daemon: Daemon) -> None:
    await daemon.start()
    daemon.stop()
    run(daemon, "backup", "copy")
    run(daemon, "restore", "copy", "--force")
    resumed = run(daemon, "resume-sending", "--yes")
    again = run(daemon, "resume-sending")

    assert resumed[0] == again[0] == 0
    assert "isn't paused" in again[1]
    assert not await is_paused(daemon.state_dir)


@pytest.mark.slow
async def test_damage_is_printed_and_exit_code_1(daemon: Daemon) -> None:
    await daemon.start()
    daemon.stop()
    path = daemon.state_dir / "channelhub.db"
    path.write_bytes(b"not a database at all" * 1000)
    code, out, _ = run(daemon, "fsck")
    json_code, json_out, _ = run(daemon, "--json", "fsck")

    assert code == json_code == 1
    assert "file is not a database" in out
    assert json.loads(json_out)["damages"] == [{"where": "database", "what": "", "detail": "file is not a database"}]


@pytest.mark.slow
async def test_wrong_counts_are_named_and_made_anew(daemon: Daemon) -> None:
    await daemon.start()
    daemon.stop()
    with closing(sqlite3.connect(daemon.state_dir / "channelhub.db")) as connection:
        connection.execute("INSERT INTO timeline_counts (identity_id, channel, entries) VALUES (7, 'sms', 2)")
        connection.commit()
    found = run(daemon, "fsck")
    mended = run(daemon, "fsck", "--recount", "--json")
    again = run(daemon, "fsck", "--json")

    assert found[0] == 1
    assert "count of sms entries of identity 7: 2, the timeline holds 0" in found[1]
    assert (mended[0], json.loads(mended[1])["recounted"]) == (0, True)
    assert (again[0], json.loads(again[1])["miscounts"]) == (0, [])


def test_a_folder_without_a_database_is_told(daemon: Daemon) -> None:
    for command in (("fsck",), ("backup", "copy")):
        done = called(*command, "-c", str(daemon.config_file), folder=daemon.folder)

        assert done.returncode == 69
        assert "there is no database in state" in done.stderr
