"""Endpoints over the API: made, seen, changed, tried, removed, and refused where nothing may be posted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from channelhub.domain.webhooks import DeliveryState
from channelhub.store import audit as trail
from channelhub.store import events, webhook_deliveries
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.webhook_deliveries import NewDelivery
from tests.dispatch.webhooks.desk import notice
from tests.web.conftest import BEGAN, Hub

URL = "https://crm.example.com/hooks/1"
BEGAN_US = int(BEGAN.timestamp() * 1_000_000)


async def ask(hub: Hub, method: str, path: str, **more: Any) -> tuple[int, Any]:
    headers = more.pop("headers", hub.admin())
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", headers=headers, **more) as answer:
        return answer.status, await answer.json() if answer.status != 204 else None


async def make(hub: Hub, **wanted: Any) -> Any:
    status, made = await ask(hub, "POST", "/webhooks", json={"url": URL, **wanted})
    assert status == 201, made
    return made


async def deliver(hub: Hub, webhook_id: str, *errors: str) -> list[int]:
    """Write deliveries, failed where an error is named; their ids."""

    async def write(session: Session) -> list[int]:
        found = []
        for number, error in enumerate(errors):
            new = NewDelivery(
                webhook_id=int(webhook_id), message_key=f"evt_{number}", event_type="notice.approved", error=error
            )
            await webhook_deliveries.add(session, [], [new], at_us=BEGAN_US)
            made = await webhook_deliveries.of_message(session, new.message_key, webhook_id=int(webhook_id))
            assert made is not None
            found.append(made.id)
        return found

    return await hub.store.writer.command(write)


async def test_an_endpoint_is_made_with_a_secret_that_is_shown_once(hub: Hub) -> None:
    made = await make(
        hub, description="CRM", owner_email="ann@example.com", event_types=["outage.*", "outage.*"], segments=["VIP "],
        headers={"Authorization": "Bearer hush"},
    )  # fmt: skip
    view = made["webhook"]
    _, seen = await ask(hub, "GET", f"/webhooks/{view['id']}")

    Webhook(made["secret"])
    assert seen == view
    assert made["secret"] not in str(seen)
    assert (seen["event_types"], seen["segments"], seen["accounts"]) == (["outage.*"], ["vip"], [])
    assert seen["headers"] == {"Authorization": "***"}
    assert (seen["state"], seen["health"], seen["signing"], seen["version"]) == ("enabled", "never", "v1", 1)


async def test_a_key_pair_shows_its_public_key_and_never_its_private_one(hub: Hub) -> None:
    made = await make(hub, signing="v1a")

    assert made["secret"] == ""
    assert made["webhook"]["public_key"].startswith("whpk_")


async def test_a_secret_the_receiver_has_already_is_taken(hub: Hub) -> None:
    mine = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    assert (await make(hub, secret=mine))["secret"] == mine
    for wanted in ({"secret": "whsec_short"}, {"secret": mine, "signing": "v1a"}, {"secret": "whsk_" + "A" * 43 + "="}):
        status, problem = await ask(hub, "POST", "/webhooks", json={"url": URL, **wanted})
        assert status == 422
        assert wanted["secret"] not in problem["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com/", "https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "ftp://a.b/c",
        "https://a:b@crm.example.com/", "https://crm.example.com:22/", "https://2130706433/", "https://localhost:443 /",
    ],
)  # fmt: skip
async def test_where_nothing_may_be_posted_no_endpoint_is_made(hub: Hub, url: str) -> None:
    known = (await make(hub))["webhook"]

    for method, path in (("POST", "/webhooks"), ("PATCH", f"/webhooks/{known['id']}")):
        status, problem = await ask(hub, method, path, json={"url": url})
        assert (status, list(problem["errors"])) == (422, ["url"])
    assert len((await ask(hub, "GET", "/webhooks"))[1]["items"]) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"headers": {"Host": "x"}}, {"headers": {"webhook-id": "x"}}, {"headers": {"X-A": "a\r\nb: c"}},
        {"headers": {"Content-Length": "5"}}, {"headers": {"X A": "b"}}, {"headers": {"X-A": ""}},
        {"headers": {"x-a": "1", "X-A": "2"}}, {"headers": {f"x-{n}": "1" for n in range(21)}},
        {"event_types": ["Outage"]}, {"event_types": ["*.opened"]}, {"owner_email": "nobody"},
        {"owner_email": "a b@c.d"},
        {"signing": "v2"}, {"description": "x" * 301}, {"accounts": ["a\0"]}, {"unknown": 1}, {"url": "x" * 3000},
    ],
)  # fmt: skip
async def test_what_can_not_be_kept_is_refused_with_its_field(hub: Hub, wanted: dict[str, Any]) -> None:
    status, problem = await ask(hub, "POST", "/webhooks", json={"url": URL, **wanted})

    assert status == 422
    assert problem["errors"]


async def test_a_change_touches_what_it_names_and_a_stale_one_is_refused(hub: Hub) -> None:
    known = (await make(hub, event_types=["outage.*"], headers={"X-A": "b"}, ordered=True))["webhook"]
    path = f"/webhooks/{known['id']}"
    status, changed = await ask(hub, "PATCH", path, json={"accounts": ["mail"], "version": 1})
    stale, _ = await ask(hub, "PATCH", path, json={"accounts": [], "version": 1})
    _, emptied = await ask(hub, "PATCH", path, json={"headers": {}, "event_types": []})

    assert status == 200
    assert changed == {**known, "accounts": ["mail"], "version": 2}
    assert stale == 409
    assert emptied == {**changed, "headers": {}, "event_types": [], "version": 3}


async def test_an_endpoint_is_disabled_enabled_and_removed(hub: Hub) -> None:
    webhook_id = (await make(hub))["webhook"]["id"]
    _, off = await ask(hub, "POST", f"/webhooks/{webhook_id}/disable")
    tried, _ = await ask(hub, "POST", f"/webhooks/{webhook_id}/test")
    _, on = await ask(hub, "POST", f"/webhooks/{webhook_id}/enable")
    removed, _ = await ask(hub, "DELETE", f"/webhooks/{webhook_id}")

    assert (off["state"], off["disabled_reason"], off["health"]) == ("disabled", "by-hand", "disabled")
    assert tried == 409
    assert (on["state"], on["disabled_reason"]) == ("enabled", "")
    assert removed == 204
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("PATCH", ""), ("POST", "/test"), ("POST", "/enable"), ("POST", "/disable"),
        ("POST", "/rotate-secret"), ("GET", "/deliveries"), ("POST", "/redeliver"),
    ):  # fmt: skip
        body = {"failed_only": True} if path == "/redeliver" else {}
        status, _ = await ask(hub, method, f"/webhooks/{webhook_id}{path}", json=body)
        assert status == 404, (method, path)


async def test_after_a_rotation_the_old_key_has_an_end(hub: Hub) -> None:
    made = await make(hub)
    path = f"/webhooks/{made['webhook']['id']}/rotate-secret"
    status, rotated = await ask(hub, "POST", path, json={"overlap_hours": 2})

    assert status == 200
    assert rotated["secret"] not in ("", made["secret"])
    assert datetime.fromisoformat(rotated["webhook"]["old_key_until"]).hour == BEGAN.hour + 2


async def test_the_page_of_accounts_shows_how_endpoints_do_and_no_whole_address(hub: Hub) -> None:
    for description in ("first <b>", "second"):
        await make(hub, description=description)
    await ask(hub, "POST", "/webhooks/2/disable")
    async with hub.http.get(f"{hub.url}/accounts", headers=hub.admin() | {"Accept-Language": "uk"}) as answer:
        page = await answer.text()

    assert "crm.example.com" in page
    assert "/hooks/1" not in page
    assert "first &lt;b&gt;" in page
    assert page.index("вимкнено") < page.index("first &lt;b&gt;")


async def test_pages_follow_each_other(hub: Hub) -> None:
    ids = [(await make(hub))["webhook"]["id"] for _ in range(5)]
    seen: list[str] = []
    after: Any = 0
    while after is not None:
        _, page = await ask(hub, "GET", f"/webhooks?limit=2&after={after}")
        seen += [one["id"] for one in page["items"]]
        after = page["next"]

    assert seen == ids


async def test_deliveries_are_listed_by_state_and_sent_again(hub: Hub) -> None:
    webhook_id = (await make(hub))["webhook"]["id"]
    ids = await deliver(hub, webhook_id, "", "timeout", "")
    _, every = await ask(hub, "GET", f"/webhooks/{webhook_id}/deliveries?limit=2")
    _, rest = await ask(hub, "GET", f"/webhooks/{webhook_id}/deliveries?before={every['next']}")
    _, dead = await ask(hub, "GET", f"/webhooks/{webhook_id}/deliveries?state=failed")
    status, again = await ask(hub, "POST", f"/deliveries/{ids[1]}/redeliver")
    unknown, _ = await ask(hub, "GET", f"/webhooks/{webhook_id}/deliveries?state=lost")

    assert [one["id"] for one in (*every["items"], *rest["items"])] == [str(one) for one in reversed(ids)]
    assert [(one["id"], one["error"], one["next_at"]) for one in dead["items"]] == [(str(ids[1]), "timeout", None)]
    assert (status, again["state"], again["webhook_message_id"]) == (202, "queued", "evt_1")
    assert unknown == 422


async def test_a_test_is_queued_and_shown_with_its_body(hub: Hub) -> None:
    webhook_id = (await make(hub))["webhook"]["id"]
    status, queued = await ask(hub, "POST", f"/webhooks/{webhook_id}/test")
    _, detail = await ask(hub, "GET", f"/deliveries/{queued['id']}")

    assert (status, queued["state"]) == (202, "queued")
    assert detail["delivery"] == queued
    assert '"webhook.test"' in detail["body"]
    assert detail["attempts"] == []
    assert (await ask(hub, "GET", "/deliveries/9999"))[0] == 404


async def test_sending_again_needs_to_know_what(hub: Hub) -> None:
    webhook_id = (await make(hub))["webhook"]["id"]
    path = f"/webhooks/{webhook_id}/redeliver"

    async def write(session: Session) -> None:
        await events.append(session, [NewEvent(at=BEGAN, data=notice(1))])

    await hub.store.writer.command(write)
    for body in ({}, {"since": "yesterday"}, {"since": "2026-03-02T09:00:00"}, {"since": "0001-01-01T00:00:00Z"}):
        assert (await ask(hub, "POST", path, json=body))[0] == 422
    first, asked = await ask(hub, "POST", path, json={"since": BEGAN.astimezone(UTC).isoformat()})
    second, _ = await ask(hub, "POST", path, json={"failed_only": True})

    assert (first, asked["redelivering"], second) == (202, True, 409)


async def test_endpoints_are_for_admins_of_the_whole_hub(hub: Hub) -> None:
    webhook_id = (await make(hub))["webhook"]["id"]
    (delivery_id,) = await deliver(hub, webhook_id, "")
    one = f"/webhooks/{webhook_id}"
    every = [
        ("GET", "/webhooks"), ("POST", "/webhooks"), ("GET", one), ("PATCH", one), ("DELETE", one),
        *(("POST", f"{one}/{word}") for word in ("enable", "disable", "rotate-secret", "test", "redeliver")),
        ("GET", f"{one}/deliveries"), ("GET", f"/deliveries/{delivery_id}"),
        ("POST", f"/deliveries/{delivery_id}/redeliver"),
    ]  # fmt: skip
    for headers in (await hub.token("agent"), await hub.token("ingest"), await hub.token("admin", account="shop")):
        for method, path in every:
            status, _ = await ask(hub, method, path, headers=headers, json={"url": URL})
            assert status == 403, (method, path)
    assert (await ask(hub, "GET", one))[1]["state"] == "enabled"


async def test_no_more_endpoints_than_the_hub_can_look_after(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.pipeline.commands.webhooks.MOST_ENDPOINTS", 1)
    await make(hub)

    assert (await ask(hub, "POST", "/webhooks", json={"url": URL}))[0] == 409


async def test_what_people_did_is_in_the_audit_trail_without_secrets(hub: Hub) -> None:
    made = await make(hub, headers={"X-Key": "hush"})
    webhook_id = made["webhook"]["id"]
    for word in ("disable", "enable", "rotate-secret", "test"):
        await ask(hub, "POST", f"/webhooks/{webhook_id}/{word}")
    async with hub.store.readers.read() as session:
        audit = await trail.page(session, trail.Wanted(), before=1 << 62, limit=100)

    assert [one.action for one in audit][::-1] == [
        "webhook.make", "webhook.disable", "webhook.enable", "webhook.rotate", "webhook.test",
    ]  # fmt: skip
    assert not any(text in str(audit) for text in (made["secret"], "hush", URL))


async def test_a_delivery_that_is_retried_starts_its_schedule_anew(hub: Hub) -> None:
    webhook_id = (await make(hub))["webhook"]["id"]
    (delivery_id,) = await deliver(hub, webhook_id, "status")
    await ask(hub, "POST", f"/deliveries/{delivery_id}/redeliver")
    async with hub.store.readers.read() as session:
        found = await webhook_deliveries.get(session, delivery_id)

    assert found is not None
    assert (found.state, found.tries, found.due_us) == (DeliveryState.QUEUED, 0, BEGAN_US)
