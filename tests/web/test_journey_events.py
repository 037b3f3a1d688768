"""POST /api/v1/journey-events, and where it shows."""

import json
from typing import Any

import pytest

from channelhub.domain.journeys import KNOWN
from channelhub.store.sqlfile import Queries
from channelhub.store.sqlite import SqliteSession
from channelhub.web.pages.texts import TEXTS
from tests.web.conftest import Hub
from tests.web.flow import receive, work

EVENT: dict[str, Any] = {
    "account": "shop",
    "external_id": "pay-1",
    "type": "payment.failed",
    "occurred_at": "2026-03-01T22:30:00Z",
    "identities": [{"kind": "email", "value": "hanna@example.com"}],
    "attributes": {"payment_method": "Apple Pay"},
}


async def post(hub: Hub, event: object, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    sent = {"Content-Type": "application/json"} | (hub.admin() if headers is None else headers)
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    async with hub.http.post(f"{hub.url}/api/v1/journey-events", data=body, headers=sent) as answer:
        return answer.status, await answer.json(content_type=None)


async def get(hub: Hub, path: str, language: str = "") -> str:
    headers = hub.admin() | {"Accept-Language": language}
    async with hub.http.get(f"{hub.url}{path}", headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_an_event_stands_on_the_customers_timeline_is_found_and_shown_in_words(hub: Hub) -> None:
    await receive(hub, "Не можу оплатити")
    status, accepted = await post(hub, EVENT)
    await work(hub)
    card = json.loads(await get(hub, "/api/v1/customers/lookup?identity=email:hanna@example.com"))
    first, second = card["timeline"]["items"]
    found = json.loads(await get(hub, "/api/v1/customers?q=payment.failed"))["items"]
    page = await get(hub, f"/customers/{card['customer']['id']}", "uk")
    message = json.loads(await get(hub, f"/api/v1/messages/{accepted['id']}"))

    assert (status, accepted["duplicate"]) == (202, False)
    assert first["type"] == "message"
    assert (second["type"], second["subject"], second["text"]) == (
        "journey",
        "payment.failed",
        "payment_method=Apple Pay",
    )
    assert second["at"] == EVENT["occurred_at"]
    assert card["incidents"][0]["id"] == first["id"]
    assert [one["message_id"] for one in found] == [accepted["id"]]
    assert "Оплата не пройшла" in page
    assert message["extra"] == EVENT["attributes"]


async def test_the_same_event_a_thousand_times_is_one_and_a_revision_is_another_delivery(hub: Hub) -> None:
    answers = [await post(hub, EVENT) for _ in range(20)]
    corrected = await post(hub, EVENT | {"revision": 1, "type": "payment.succeeded"})
    await receive(hub, "one more", external_id="pay-1")  # a message's id has nothing to do with an event's
    card = json.loads(await get(hub, "/api/v1/customers/lookup?identity=email:hanna@example.com"))

    assert {status for status, _ in answers} == {202}
    assert {one["id"] for _, one in answers} == {answers[0][1]["id"]}
    assert [one["duplicate"] for _, one in answers] == [False] + [True] * 19
    assert not corrected[1]["duplicate"]
    assert [(one["type"], one["subject"]) for one in card["timeline"]["items"]] == [
        ("message", ""),
        ("journey", "payment.succeeded"),
    ]


async def test_the_inbox_shows_what_customers_write_however_much_happens_elsewhere(hub: Hub) -> None:
    await receive(hub, "Де моє замовлення?")
    for n in range(60):
        await post(hub, EVENT | {"external_id": f"e-{n}"})
    await work(hub)
    home = await get(hub, "/latest")
    plan = " ".join(str(tuple(row)) for row in await _plan(hub))

    assert "Де моє замовлення?" in home
    assert "payment.failed" not in home
    assert "messages_but_journeys" in plan


async def _plan(hub: Hub) -> list[Any]:
    sql = Queries.of("latest").by_name["page"].sqlite
    async with hub.store.readers.read() as session:
        assert isinstance(session, SqliteSession)
        return list(
            await session._connection.execute_fetchall(f"EXPLAIN QUERY PLAN {sql}", {"before": 1 << 62, "limit": 50})
        )


async def test_what_cant_be_taken_is_refused_and_not_stored(hub: Hub) -> None:
    ingest = await hub.token("ingest", "kiosk")
    agent = await hub.token("agent")

    assert (await post(hub, b"{"))[0] == 400
    assert (await post(hub, b" " * 300_000))[0] == 413
    assert (await post(hub, EVENT | {"type": "?"}))[1]["errors"].keys() == {"type"}
    assert (await post(hub, EVENT | {"account": "mail"}))[0] == 422
    assert (await post(hub, EVENT | {"account": "nobody"}))[0] == 404
    assert (await post(hub, EVENT, headers=ingest))[0] == 403
    assert (await post(hub, EVENT, headers=agent))[0] == 403
    assert (await post(hub, EVENT, headers={}))[0] == 401
    assert (await post(hub, EVENT))[1]["duplicate"] is False


@pytest.mark.parametrize("language", TEXTS)
def test_every_known_type_has_words(language: str) -> None:
    assert {f"journey_{name}" for name in KNOWN} == {one for one in TEXTS[language] if one.startswith("journey_")}
