"""Alert targets and deliveries over the API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from channelhub.domain.alerts import AlertAction, OutageAlert, Severity
from channelhub.store import alerts
from channelhub.store.database import Session
from tests.web.conftest import BEGAN, Hub

BEGAN_US = int(BEGAN.timestamp() * 1_000_000)
TOLD = OutageAlert(
    title="",
    state="suspected",
    severity=Severity.WARNING,
    customers=7,
    messages=9,
    began_at=datetime(2026, 3, 2, tzinfo=UTC),
    link="https://support.example.com/outages/5120",
)


@pytest.fixture
def settings() -> dict[str, object]:
    return {"alert_targets": lambda: {"on-call": "pagerduty", "phone": "ntfy"}}


async def ask(hub: Hub, method: str, path: str, **more: Any) -> tuple[int, Any]:
    headers = more.pop("headers", hub.admin())
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", headers=headers, **more) as answer:
        return answer.status, await answer.json()


async def queue(hub: Hub, count: int = 1) -> None:
    async def write(session: Session) -> None:
        for number in range(count):
            await alerts.add(
                session,
                target="on-call",
                key=f"k{number}",
                outage_id=5120,
                action=AlertAction.TRIGGER,
                content=TOLD,
                at_us=BEGAN_US,
            )

    await hub.store.writer.command(write)


async def test_targets_are_shown_before_anything_is_told(hub: Hub) -> None:
    status, found = await ask(hub, "GET", "/alerts")

    assert status == 200
    assert [(one["name"], one["kind"], one["state"]) for one in found["targets"]] == [
        ("on-call", "pagerduty", "never"),
        ("phone", "ntfy", "never"),
    ]
    assert (found["items"], found["next"]) == ([], None)


async def test_deliveries_come_page_by_page(hub: Hub) -> None:
    await queue(hub, 3)
    _, first = await ask(hub, "GET", "/alerts?limit=2")
    _, second = await ask(hub, "GET", f"/alerts?limit=2&before={first['next']}")

    assert [one["key"] for one in first["items"] + second["items"]] == ["k2", "k1", "k0"]
    assert (first["items"][0]["outage_id"], first["items"][0]["customers"]) == ("5120", 7)
    assert second["next"] is None


async def test_a_test_queues_a_beginning_and_an_end(hub: Hub) -> None:
    status, queued = await ask(hub, "POST", "/alerts/test", json={"target": "phone"})
    _, trigger = await ask(hub, "GET", f"/alerts/{queued['trigger']['id']}")

    assert status == 202
    assert (queued["trigger"]["action"], queued["resolve"]["action"]) == ("trigger", "resolve")
    assert queued["trigger"]["key"] == queued["resolve"]["key"]
    assert trigger == queued["trigger"]
    assert trigger["outage_id"] is None


async def test_a_sample_that_cannot_be_told_is_refused_with_its_reason(hub: Hub) -> None:
    status, problem = await ask(hub, "POST", "/alerts/test", json={"target": "phone", "event": "incident.opened"})

    assert status == 422
    assert problem["errors"] == {"event": "no target is told of events"}


async def test_what_cannot_be_done_is_said(hub: Hub) -> None:
    unknown = await ask(hub, "POST", "/alerts/test", json={"target": "nobody"})
    missing = await ask(hub, "POST", "/alerts/77/retry")

    assert unknown[0] == 422
    assert "target" in unknown[1]["errors"]
    assert missing[0] == 404


async def test_only_an_administrator_tries_targets(hub: Hub) -> None:
    agent = await hub.token("agent")
    tried = await ask(hub, "POST", "/alerts/test", json={"target": "phone"}, headers=agent)
    looked = await ask(hub, "GET", "/alerts", headers=agent)

    assert (tried[0], looked[0]) == (403, 200)


async def test_the_page_lists_the_targets(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/accounts", headers=hub.admin() | {"Accept-Language": "ru"}) as answer:
        page = await answer.text()

    assert "Кого оповещаем" in page
    assert "pagerduty" in page
