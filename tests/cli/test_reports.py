"""Reports without a daemon: read from the database itself."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.store import outages
from channelhub.store.outages import Outage
from tests.cli.executable import called
from tests.pipeline.workshop import words, workshop
from tests.rules.test_topics import COURIER


async def test_prints_what_customers_complain_of(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text('[hub]\nstate_dir = "state"\n')
    async with workshop(tmp_path / "state") as shop:
        shop.clock = datetime.now(UTC)
        for number, text in enumerate(COURIER):
            said = words(str(number), f"email:c{number}@example.com", text, sent_at=shop.clock)
            await shop.take("shop", said)

    told = await asyncio.to_thread(called, "topics", "-c", str(tmp_path / "channelhub.toml"), folder=tmp_path)
    machine = await asyncio.to_thread(
        called, "topics", "--weeks", "3", "--json", "-c", str(tmp_path / "channelhub.toml"), folder=tmp_path
    )
    [topic] = json.loads(machine.stdout)["topics"]

    assert "6 customers wrote within seven days, 6 of a problem" in told.stdout
    assert "100.0%" in told.stdout
    assert topic["history"] == [6, 0, 0]


async def test_prints_what_became_of_suspected_outages(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text('[hub]\nstate_dir = "state"\n')
    now_us = to_us(datetime.now(UTC))
    raised = Outage(
        id=1, state=OutageState.DISMISSED, version=1, title="t", terms=("t",), reasons=(), began_us=now_us,
        opened_us=now_us, changed_us=now_us,
    )  # fmt: skip
    async with workshop(tmp_path / "state") as shop:
        await shop.store.writer.command(lambda session: outages.save(session, [raised]))

    place = ("-c", str(tmp_path / "channelhub.toml"))
    told = await asyncio.to_thread(called, "outages", "report", *place, folder=tmp_path, environ={"COLUMNS": "160"})
    machine = await asyncio.to_thread(
        called, "outages", "report", "--by", "month", "--weeks", "2", "--json", *place, folder=tmp_path
    )

    assert "0% (0% to 79%)" in told.stdout
    assert [one["dismissed"] for one in json.loads(machine.stdout)["periods"]] == [1, 0]
