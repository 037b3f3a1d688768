"""POST /api/v1/import/{account}: mails of before, which wait for what arrives now."""

import asyncio
from typing import Any

import pytest

from channelhub.domain.raw import RawMessage
from channelhub.store import inbox
from channelhub.web.routes import history
from tests.web.conftest import Hub

SENT = {"Content-Type": "message/rfc822"}


def read(account: str, kept: bytes) -> RawMessage:
    return RawMessage(account=account, delivery_id=f"id of {kept.decode()}", body=kept, is_backfill=True)


@pytest.fixture
def settings() -> dict[str, object]:
    return {"history_of": lambda account: read if account == "mail" else None}


async def bring_in(
    hub: Hub, body: bytes, *, account: str = "mail", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any], str]:
    url = f"{hub.url}/api/v1/import/{account}"
    async with hub.http.post(url, data=body, headers=SENT | (headers or hub.admin())) as answer:
        return answer.status, await answer.json(content_type=None), answer.headers.get("Retry-After", "")


async def pending(hub: Hub) -> list[int]:
    async with hub.store.readers.read() as session:
        return await inbox.oldest_pending(session, limit=100)


async def test_stores_what_the_kind_makes_of_the_file_as_history(hub: Hub) -> None:
    status, accepted, _ = await bring_in(hub, b"m1")
    again = await bring_in(hub, b"m1")
    async with hub.store.readers.read() as session:
        stored = await inbox.get(session, int(accepted["id"]) // 1024)

    assert (status, accepted["duplicate"]) == (202, False)
    assert again[:2] == (202, accepted | {"duplicate": True})
    assert stored is not None
    assert (stored.raw.account, stored.raw.delivery_id, stored.raw.is_backfill) == ("mail", "id of m1", True)


async def test_a_token_brings_history_into_its_own_account_only(hub: Hub) -> None:
    own, other = await hub.token("ingest", "mail"), await hub.token("ingest", "shop")

    assert (await bring_in(hub, b"m1", headers=own))[0] == 202
    assert (await bring_in(hub, b"m2", headers=other))[0] == 403
    assert (await bring_in(hub, b"m3", account="shop"))[0] == 422
    assert len(await pending(hub)) == 1


async def test_waits_while_others_are_still_to_be_read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_WAITING", 1)
    await bring_in(hub, b"m1")
    waiting = asyncio.create_task(bring_in(hub, b"m2"))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    (first,) = await pending(hub)
    await hub.store.writer.command(lambda session: inbox.mark_done(session, [first]))
    hub.committed()
    status, _, _ = await waiting

    assert not done
    assert status == 202


async def test_says_later_when_that_takes_too_long_and_stores_nothing(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_WAITING", 1)
    monkeypatch.setattr(history, "PATIENCE_S", 0.05)
    await bring_in(hub, b"m1")
    status, problem, after = await bring_in(hub, b"m2")

    assert (status, problem["type"], after) == (503, "/problems/unavailable", "5")
    assert len(await pending(hub)) == 1


async def test_tells_which_ids_are_held_for_that_account(hub: Hub) -> None:
    await bring_in(hub, b"m1")
    asked = {"ids": ["id of m1", "id of m2", "id of m1"]}
    async with hub.http.post(f"{hub.url}/api/v1/import/mail/held", json=asked, headers=hub.admin()) as answer:
        held = await answer.json()
    too_many = {"ids": ["x"] * 1001}
    async with hub.http.post(f"{hub.url}/api/v1/import/mail/held", json=too_many, headers=hub.admin()) as answer:
        refused = answer.status

    assert held == {"held": ["id of m1"]}
    assert refused == 422
