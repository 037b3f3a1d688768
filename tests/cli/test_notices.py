"""`channelhub notices` and `outages postmortem` as a person runs them, beside a daemon and without one."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.store import outages
from channelhub.store.opening import open_store
from channelhub.store.outages import Outage
from tests.cli.executable import called
from tests.daemon import Daemon

OUTAGE = 4711


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    """A daemon with a confirmed outage that nobody reported."""
    daemon = Daemon(tmp_path)
    daemon.state_dir.mkdir()
    store = await open_store(daemon.state_dir, now=datetime.now(UTC), on_broken=lambda _: None)
    writing = asyncio.create_task(store.writer.run())
    at_us = to_us(datetime.now(UTC))
    raised = Outage(
        id=OUTAGE, state=OutageState.CONFIRMED, version=1, title="pay", terms=("pay",), reasons=(),
        began_us=at_us, opened_us=at_us, changed_us=at_us,
    )  # fmt: skip
    await store.writer.command(lambda session: outages.save(session, [raised]))
    await store.writer.stop()
    await writing
    await store.close()
    await daemon.start()
    yield daemon
    daemon.end()


def run(daemon: Daemon, *args: str) -> tuple[int, str, str]:
    done = called(*args, "-c", str(daemon.config_file), folder=daemon.folder)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
async def test_a_notice_goes_from_draft_to_cancelled_and_is_shown_without_the_daemon_too(daemon: Daemon) -> None:
    (daemon.folder / "people.txt").write_text("email:ann@example.com\n\nphone:+380671112233\n")
    (daemon.folder / "texts.json").write_text(json.dumps({"uk": {"subject": "Збій", "text": "Знаємо."}}))
    drafted = run(daemon, "notices", "draft", str(OUTAGE), "--to", "people.txt", "--texts", "texts.json", "--json")
    made = json.loads(drafted[1])
    shown = run(daemon, "notices", "show", made["id"])
    approved = run(daemon, "notices", "approve", made["id"], "--json")
    again = run(daemon, "notices", "approve", made["id"])
    stranger = run(daemon, "notices", "resend", made["id"], "1023")
    cancelled = run(daemon, "notices", "cancel", made["id"], "--json")
    broken = run(daemon, "notices", "draft", str(OUTAGE), "--texts", "people.txt")
    missing = run(daemon, "notices", "draft", str(OUTAGE), "--to", "nobody.txt")
    record = run(daemon, "outages", "postmortem", str(OUTAGE), "--language", "uk")
    daemon.stop()
    listed = run(daemon, "notices", "list", "--outage", str(OUTAGE), "--json")
    offline = run(daemon, "notices", "show", made["id"])
    written = run(daemon, "outages", "postmortem", str(OUTAGE), "-o", "outage.md")

    assert drafted[0] == 0, drafted[2]
    assert (made["state"], made["listed"], made["languages"]) == ("draft", 2, ["uk"])
    assert "would reach 0 customers" in shown[1]
    assert "never-wrote" in shown[1]
    assert json.loads(approved[1])["state"] == "approved"
    assert (again[0], "only a draft" in again[2]) == (1, True)
    assert (stranger[0], "no outgoing message 1023" in stranger[2]) == (1, True)
    assert json.loads(cancelled[1])["state"] == "cancelled"
    assert (broken[0], missing[0]) == (64, 64)
    assert record[1].startswith("# Розбір збою: pay")
    assert [one["state"] for one in json.loads(listed[1])["items"]] == ["cancelled"]
    assert "Знаємо." in offline[1]
    assert written[0] == 0
    assert (daemon.folder / "outage.md").read_text().startswith("# Post-mortem: pay")
