"""A shop tells the real daemon everything; it is killed at once, and loses or doubles nothing."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import Daemon
from tests.e2e.talking import get, processed

pytestmark = pytest.mark.slow
ANN = [{"kind": "email", "value": "ann@example.com"}, {"kind": "external", "value": "crm-17"}]
ITEMS: dict[str, dict[str, Any]] = {
    "messages": {"external_id": "m-1", "text": "My card was declined", "sender": {"identities": ANN}},
    "journey-events": {
        "external_id": "p-1", "type": "payment.failed", "occurred_at": "2026-03-01T10:00:00Z", "identities": ANN,
    },
    "customers": {"external_id": "crm-17", "identities": ANN, "segment": "vip", "updated_at": "2026-03-01T10:00:00Z"},
}  # fmt: skip


async def post(daemon: Daemon, what: str, key: str) -> tuple[int, Any, bool]:
    body = json.dumps({"items": [ITEMS[what] | {"account": "shop"}]})
    headers = daemon.authorization() | {"Content-Type": "application/json", "Idempotency-Key": key}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{daemon.url}/api/v1/{what}/batch", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json(), "Idempotent-Replayed" in answer.headers


async def test_what_was_acknowledged_before_a_kill_stands_on_the_card_once(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    await daemon.start()
    try:
        first = [await post(daemon, what, f"key-{what}") for what in ITEMS]
        await asyncio.to_thread(daemon.kill)
        await daemon.start()
        again = [await post(daemon, what, f"key-{what}") for what in ITEMS]
        other_key = [await post(daemon, what, f"other-{what}") for what in ITEMS]
        await processed(daemon, count=len(ITEMS))
        card = get(daemon, "/customers/lookup?identity=external:crm-17")
    finally:
        await asyncio.to_thread(daemon.stop)

    assert [one[0] for one in (*first, *again, *other_key)] == [207] * 9
    assert [one[1] for one in again] == [one[1] for one in first]
    assert [one[2] for one in (*first, *again)] == [False] * 3 + [True] * 3
    assert all(one[1]["items"][0]["duplicate"] for one in other_key)
    assert [(one["type"], one["subject"]) for one in card["timeline"]["items"]] == [
        ("message", ""),
        ("journey", "payment.failed"),
    ]
    assert card["customer"]["segment"] == "vip"
    assert {one["kind"] for one in card["identities"]} == {"email", "external"}
