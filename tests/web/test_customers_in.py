"""POST /api/v1/customers, and where it shows."""

import json
from typing import Any

import pytest

from channelhub.domain.customer_in import MEDIA_TYPE, InvalidMessageError, read_customer
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.api.parse import parse
from tests.web.conftest import Hub
from tests.web.flow import receive, work

CUSTOMER: dict[str, Any] = {
    "account": "shop",
    "external_id": "crm-17",
    "identities": [{"kind": "email", "value": "hanna@example.com"}, {"kind": "phone", "value": "0671112233"}],
    "name": "Ганна Петренко",
    "language": "uk",
    "segment": "vip",
    "attributes": {"city": "Київ"},
    "updated_at": "2026-03-01T10:00:00Z",
}


async def post(hub: Hub, customer: object, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    sent = {"Content-Type": "application/json"} | (hub.admin() if headers is None else headers)
    body = customer if isinstance(customer, bytes) else json.dumps(customer).encode()
    async with hub.http.post(f"{hub.url}/api/v1/customers", data=body, headers=sent) as answer:
        return answer.status, await answer.json(content_type=None)


async def card(hub: Hub, identity: str) -> dict[str, Any]:
    address = f"{hub.url}/api/v1/customers/lookup"
    async with hub.http.get(address, params={"identity": identity}, headers=hub.admin()) as answer:
        return dict(await answer.json())


async def test_a_customer_is_made_known_by_every_address_and_updated(hub: Hub) -> None:
    first = await post(hub, CUSTOMER)
    again = await post(hub, CUSTOMER)
    newer = await post(hub, CUSTOMER | {"segment": "regular", "updated_at": "2026-03-01T11:00:00Z"})
    stale = await post(hub, CUSTOMER | {"segment": "stale", "updated_at": "2026-03-01T10:30:00Z"})
    await receive(hub, "Де моє замовлення?")
    found = await card(hub, "phone:+380671112233")
    async with hub.http.get(f"{hub.url}/customers/{found['customer']['id']}", headers=hub.admin()) as answer:
        page = await answer.text()

    assert [one[0] for one in (first, again, newer, stale)] == [202] * 4
    assert again[1] == {"id": first[1]["id"], "duplicate": True}
    assert found["customer"]["segment"] == "regular"
    assert found["customer"]["attributes"] == {"city": "Київ"}
    assert {one["kind"]: one["evidence"] for one in found["identities"]} == dict.fromkeys(
        ("external", "email", "phone"), "trusted-account"
    )
    assert {one["evidence"] for one in found["links"]} == {"trusted-account"}
    assert [one["text"] for one in found["timeline"]["items"]] == ["Де моє замовлення?"]
    assert "regular" in page
    assert "Київ" in page


async def test_what_the_customer_only_typed_is_a_suggestion(hub: Hub) -> None:
    await receive(hub, "hello", email="other@example.com")
    typed = [{"kind": "email", "value": "other@example.com", "verified": False}]
    await post(hub, CUSTOMER | {"identities": typed})
    await work(hub)
    found = await card(hub, "email:other@example.com")

    assert found["customer"]["segment"] == ""
    assert len(found["suggestions"]) == 1


async def test_only_accounts_that_are_trusted_may_say_so(hub: Hub) -> None:
    status, problem = await post(hub, CUSTOMER | {"account": "kiosk"})
    raw = RawMessage(
        account="kiosk", delivery_id="c", body=json.dumps(CUSTOMER).encode(), content_type=MEDIA_TYPE,
        envelope=Envelope(extra={"trust": "claimed"}),
    )  # fmt: skip

    assert (status, list(problem["errors"])) == (422, ["account"])
    with pytest.raises(Unparseable):
        parse(raw)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_id": "", "identities": []}, "identities"),
        ({"external_id": "", "identities": [{"kind": "email", "value": "a@b", "verified": False}]}, "identities"),
        ({"external_id": "\n"}, "external_id"),
        ({"updated_at": "yesterday"}, "updated_at"),
        ({"updated_at": "0900-01-01T00:00:00Z"}, "updated_at"),
        ({"segment": "x" * 41}, "segment"),
        ({"phone": "1"}, "body"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidMessageError) as caught:
        read_customer(json.dumps(CUSTOMER | change).encode())

    assert list(caught.value.errors) == [field]
