"""The example for shops turns their orders into journey events that the hub takes."""

import json
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from channelhub.domain.journey_in import JourneyEventIn, read_journey_event
from channelhub.domain.journeys import KNOWN

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "inbound" / "shop_orders.py"
WOOCOMMERCE: dict[str, Any] = {
    "id": 727, "number": "727", "status": "failed", "currency": "UAH", "total": "1299.00", "customer_id": 0,
    "date_created_gmt": "2026-03-02T07:00:00", "date_modified_gmt": "2026-03-02T07:12:44",
    "payment_method": "liqpay", "payment_method_title": "LiqPay",
    "billing": {
        "first_name": "Ганна", "last_name": "Петренко", "email": "hanna@example.com", "phone": "0671112233",
        "city": "Київ",
    },
}  # fmt: skip
SHOPIFY: dict[str, Any] = {
    "id": 450789469, "name": "#1001", "email": "bob@example.com", "phone": None, "currency": "EUR",
    "total_price": "598.94", "created_at": "2026-03-02T09:00:00+02:00", "updated_at": "2026-03-02T09:05:00+02:00",
    "cancelled_at": None, "payment_gateway_names": ["visa", "bogus"], "shipping_address": None,
    "customer": {"id": 207119551, "first_name": "Bob", "last_name": None, "email": "bob@example.com", "phone": None},
}  # fmt: skip


def turned(order: dict[str, Any], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments],
        input=json.dumps(order), capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    return done.stdout


def read(order: dict[str, Any], *arguments: str) -> JourneyEventIn:
    return read_journey_event(turned(order, *arguments).encode())


def test_an_order_of_woocommerce_is_an_event() -> None:
    event = read(WOOCOMMERCE, "woocommerce", "shop")

    assert (event.account, event.type, event.external_id) == ("shop", "payment.failed", "order-727-payment.failed")
    assert event.occurred_at.isoformat() == "2026-03-02T07:12:44+00:00"
    assert {one.kind for one in event.identities} == {"email", "phone"}  # customer 0 is a guest
    assert event.name == "Ганна Петренко"
    assert event.attributes["payment_method"] == "LiqPay"
    assert event.attributes["city"] == "Київ"


def test_an_order_of_shopify_is_an_event() -> None:
    event = read(SHOPIFY, "shopify", "shop", "orders/paid")

    assert (event.type, event.name) == ("payment.succeeded", "Bob")
    assert [(one.kind, one.value) for one in event.identities] == [
        ("external", "207119551"),
        ("email", "bob@example.com"),
    ]
    assert event.attributes["payment_method"] == "visa, bogus"
    assert "city" not in event.attributes


@pytest.mark.parametrize(
    ("order", "arguments"),
    [
        (WOOCOMMERCE | {"status": "checkout-draft"}, ("woocommerce", "shop")),
        (WOOCOMMERCE | {"billing": {}}, ("woocommerce", "shop")),
        (SHOPIFY, ("shopify", "shop", "orders/updated")),
    ],
)
def test_what_says_nothing_or_names_nobody_gives_nothing(order: dict[str, Any], arguments: tuple[str, ...]) -> None:
    assert turned(order, *arguments) == ""


def test_every_type_it_gives_is_known() -> None:
    names = run_path(str(SCRIPT))

    assert {*names["WOOCOMMERCE"].values(), *(what for what, _ in names["SHOPIFY"].values())} <= set(KNOWN)
