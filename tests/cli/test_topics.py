"""`channelhub topics` without a daemon: read from the database itself."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.cli.executable import channelhub
from tests.pipeline.workshop import words, workshop
from tests.rules.test_topics import COURIER


async def test_prints_what_customers_complain_of(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text('[hub]\nstate_dir = "state"\n')
    async with workshop(tmp_path / "state") as shop:
        shop.clock = datetime.now(UTC)
        for number, text in enumerate(COURIER):
            said = words(str(number), f"email:c{number}@example.com", text, sent_at=shop.clock)
            await shop.take("shop", said)

    told = channelhub("topics", "-c", str(tmp_path / "channelhub.toml"), folder=tmp_path)
    machine = channelhub("topics", "--weeks", "3", "--json", "-c", str(tmp_path / "channelhub.toml"), folder=tmp_path)
    [topic] = json.loads(machine.stdout)["topics"]

    assert "6 customers wrote within seven days, 6 of a problem" in told.stdout
    assert "100.0%" in told.stdout
    assert topic["history"] == [6, 0, 0]
