"""POST …/batch: one request, one commit, an answer for each item."""

import json
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import DiskFull
from tests.web.conftest import Hub
from tests.web.flow import work

ANN = [{"kind": "email", "value": "ann@example.com"}]
EVENT = {"account": "shop", "type": "order.placed", "occurred_at": "2026-03-01T10:00:00Z", "identities": ANN}
CUSTOMER = {"account": "shop", "external_id": "crm-1", "updated_at": "2026-03-01T10:00:00Z", "identities": ANN}
GOOD: dict[str, list[dict[str, Any]]] = {
    "messages": [{"account": "shop", "external_id": f"m-{n}", "text": "hello"} for n in range(3)],
    "journey-events": [EVENT | {"external_id": f"e-{n}"} for n in range(3)],
    "customers": [CUSTOMER | {"name": name} for name in ("Ann", "Anna", "Hanna")],
}


async def post(hub: Hub, what: str, body: object, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    sent = {"Content-Type": "application/json"} | (headers or hub.admin())
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with hub.http.post(f"{hub.url}/api/v1/{what}/batch", data=BytesIO(data), headers=sent) as answer:
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize("what", GOOD)
async def test_a_bad_item_does_no_harm_to_the_others_and_all_good_ones_are_one_commit(hub: Hub, what: str) -> None:
    first, second, third = GOOD[what]
    commits = hub.store.writer.commits
    items = [first, {"account": "shop"}, second, 7, third | {"account": "nobody"}, first]
    status, answer = await post(hub, what, {"items": items})

    assert status == 207
    assert hub.store.writer.commits == commits + 1
    assert [one["status"] for one in answer["items"]] == [202, 422, 202, 422, 404, 202]
    assert [one["duplicate"] for one in answer["items"]] == [False] * 5 + [True]
    assert answer["items"][0]["id"] == answer["items"][5]["id"]
    assert answer["items"][1]["error"]["type"] == "/problems/invalid"
    assert answer["items"][1]["error"]["errors"]
    assert (answer["items"][1]["id"], answer["items"][0]["error"]) == (None, None)
    assert answer["accepted"] == 3


@pytest.mark.parametrize("what", GOOD)
async def test_an_item_is_the_same_as_if_it_came_alone(hub: Hub, what: str) -> None:
    status, together = await post(hub, what, {"items": GOOD[what]})
    for item, answered in zip(GOOD[what], together["items"], strict=True):
        url, headers = f"{hub.url}/api/v1/{what}", hub.admin() | {"Content-Type": "application/json"}
        async with hub.http.post(url, data=json.dumps(item), headers=headers) as answer:
            alone = await answer.json()

        assert alone == {"id": answered["id"], "duplicate": True}
    await work(hub)

    assert status == 207


async def test_items_of_several_accounts_come_together_if_the_token_may(hub: Hub) -> None:
    items = [{"account": name, "external_id": "m", "text": "a"} for name in ("shop", "kiosk", "mail")]
    _, everything = await post(hub, "messages", {"items": items})
    _, own = await post(hub, "messages", {"items": items}, headers=await hub.token("ingest", "kiosk"))

    assert [one["status"] for one in everything["items"]] == [202, 202, 422]
    assert [one["status"] for one in own["items"]] == [403, 202, 403]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"items": []}, 422),
        ({"items": [{}] * 1001}, 422),
        ({"items": {}}, 422),
        ({"messages": []}, 422),
        (b'{"items": [{]}', 400),
        (b'{"items": [' + b"[" * 5000 + b"]" * 5000 + b"]}", 400),
        (b'{"items": ["' + b"a" * (16 << 20) + b'"]}', 413),
    ],
)
async def test_what_is_no_batch_is_refused_whole(hub: Hub, body: object, status: int) -> None:
    assert (await post(hub, "messages", body))[0] == status


async def test_a_thousand_are_taken(hub: Hub) -> None:
    items = [EVENT | {"external_id": f"e-{n}"} for n in range(1000)]
    _, answer = await post(hub, "journey-events", {"items": items})
    again_status, again = await post(hub, "journey-events", {"items": items})

    assert (answer["accepted"], again["accepted"], again_status) == (1000, 1000, 207)
    assert len({one["id"] for one in answer["items"]}) == 1000
    assert all(one["duplicate"] for one in again["items"])
    assert [one["id"] for one in again["items"]] == [one["id"] for one in answer["items"]]


class TestWithoutRoom:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        def deliver_for(account: str) -> Any:
            async def deliver(raws: list[RawMessage], cursor: object = None) -> None:
                raise DiskFull("none is left")

            return deliver

        return {"deliver_for": deliver_for}

    async def test_nothing_is_stored_of_any_item(self, hub: Hub) -> None:
        status, problem = await post(hub, "messages", {"items": GOOD["messages"]})

        assert status == web.HTTPServiceUnavailable.status_code
        assert problem["type"].endswith("/unavailable")
