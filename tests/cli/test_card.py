"""`channelhub card` without a daemon: what was learned, and the part of the timeline that is wanted."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from channelhub.domain.inbound import Direction
from tests.cli.executable import called
from tests.pipeline.test_learning import learn
from tests.pipeline.workshop import at, words, workshop

ANN = "email:ann@example.com"


async def test_prints_promises_told_facts_and_only_what_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text('[hub]\nstate_dir = "state"\n')
    async with workshop(tmp_path / "state") as shop:
        shop.clock = at(0) + timedelta(days=1)
        first = await shop.take("shop", words("a1", ANN, "замовлення 44321 \x1b[31mчервоне"))
        await shop.take("shop", words("o1", ANN, "Відповімо завтра", minutes=1, direction=Direction.OUT))
        await shop.take("shop", words("a2", ANN, "повернення коштів", minutes=2))
        await learn(shop)

    place = ("-c", str(tmp_path / "channelhub.toml"))
    told = await asyncio.to_thread(called, "card", ANN, *place, folder=tmp_path)
    found = await asyncio.to_thread(called, "card", ANN, "--words", "поверненням", "--json", *place, folder=tmp_path)
    around = await asyncio.to_thread(called, "card", ANN, "--around", str(first), "--json", *place, folder=tmp_path)

    assert "promised by 2026-03-03 (overdue): Відповімо завтра" in told.stdout
    assert f"told us order: 44321  (2026-03-02 09:00, claimed, message {first})" in told.stdout
    assert "preferred channel: not known yet; best time: not known yet" in told.stdout
    assert "\x1b" not in told.stdout
    assert [one["text"] for one in json.loads(found.stdout)["timeline"]["items"]] == ["повернення коштів"]
    assert str(first) in {one["id"] for one in json.loads(around.stdout)["timeline"]["items"]}
