"""The ready mappings read their samples, as the documentation says."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.cli.parse import headers_beside
from channelhub.domain.inbound import CallEvent, CustomerProfile, DeliveryStatus, Inbound, JourneyEvent, NewMessage
from channelhub.domain.journeys import KNOWN
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.plugins import account_models, discover
from channelhub.sdk.rehearsal import Rehearsal
from channelhub.settings.load import load
from connectors.webhook.config import WebhookConfig
from connectors.webhook.rehearse import rehearse

FOLDER = Path(__file__).parents[2] / "docs" / "examples" / "mappings"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def configured(name: str) -> WebhookConfig:
    settings = load(FOLDER / f"{name}.toml", account_models=account_models(discover()), environ={})
    config = settings.accounts[name].config
    assert isinstance(config, WebhookConfig)
    return config


def rehearsed(name: str, file: str, *, headers: dict[str, str] | None = None, body: bytes | None = None) -> Rehearsal:
    path = FOLDER / file
    sample = RawMessage(
        account=name,
        delivery_id="sample",
        body=path.read_bytes() if body is None else body,
        headers=(*headers_beside(path), *(headers or {}).items()),
        envelope=Envelope(peer="203.0.113.7"),
    )
    return asyncio.run(rehearse(configured(name), sample, NOW))


def read(name: str, file: str) -> list[Inbound]:
    """What the sample gives; nothing in it is refused, parked or missed."""
    found = rehearsed(name, file)

    assert (found.refusal, found.unparseable) == ("", "")
    assert all(one.read_by and not one.fault and not one.notes for one in found.items)
    return [one.item for one in found.items if one.item is not None]


def identities(item: JourneyEvent | NewMessage | CallEvent | CustomerProfile) -> list[str]:
    return [f"{one.kind}:{one.value}" for one in item.sender.handles]


def test_shopify() -> None:
    [paid] = read("shopify", "shopify.json")

    assert isinstance(paid, JourneyEvent)
    assert (paid.external_id, paid.name) == ("order-820982911946154508-orders/paid", "payment.succeeded")
    assert identities(paid) == ["external:115310627314723954", "email:ann@example.com", "phone:+380671112233"]
    assert paid.attributes["payment_method"] == "LiqPay, gift_card"
    assert paid.attributes["sum"] == "1299.00"


def test_woocommerce() -> None:
    [failed] = read("woocommerce", "woocommerce.json")

    assert isinstance(failed, JourneyEvent)
    assert (failed.external_id, failed.name) == ("order-727-failed", "payment.failed")
    assert failed.sent_at == datetime(2026, 3, 2, 7, 12, 44, tzinfo=UTC)
    assert identities(failed) == ["email:olena@example.com", "phone:0671112233"], "a guest has no id"


def test_crm() -> None:
    customer, comment = read("crm", "crm.json")

    assert isinstance(customer, CustomerProfile)
    assert (customer.segment, customer.attributes["plan"]) == ("vip", "yearly")
    assert identities(customer) == ["external:501", "email:ann@example.com", "phone:+380671112233"]
    assert isinstance(comment, NewMessage)
    assert comment.content.text == "Payment fails with error 51"
    assert [file.filename for file in comment.content.attachments] == ["screen.png"]
    assert comment.sender.handles[0] == customer.sender.handles[0], "both are one customer"


def test_sms() -> None:
    [sms] = read("sms", "sms.form")

    assert isinstance(sms, NewMessage)
    assert (sms.content.text, identities(sms)) == ("Не можу оплатити", ["phone:+380671112233"])


def test_sms_report() -> None:
    found = rehearsed("sms", "sms.form", body=b"message_id=g1&status=expired&reference=t1&recipient=380671112233")

    assert (found.refusal, found.unparseable) == ("", "")
    [report] = [one.item for one in found.items]
    assert isinstance(report, DeliveryStatus)
    assert (report.status, report.about, report.recipient) == ("failed", ("t1",), "+380671112233")


def test_calls() -> None:
    [call] = read("calls", "calls.json")

    assert isinstance(call, CallEvent)
    assert (call.state, identities(call)) == ("missed", ["phone:380671112233"])


@pytest.mark.parametrize("name", ["shopify", "woocommerce"])
def test_a_changed_body_is_refused(name: str) -> None:
    found = rehearsed(name, f"{name}.json", body=(FOLDER / f"{name}.json").read_bytes() + b" ")

    assert "doesn't fit" in found.refusal


def journeys() -> Iterator[tuple[str, str]]:
    for name in ("shopify", "woocommerce"):
        for mapping in configured(name).mappings:
            yield from ((name, type_) for type_ in mapping.types.values())
            if mapping.gives == "journey" and not mapping.types:
                yield name, mapping.type


def test_shops_use_types_that_the_pages_have_words_for() -> None:
    assert [(name, type_) for name, type_ in journeys() if type_ not in KNOWN] == []


def test_every_file_there_is_tried() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    samples = {"shopify.json", "woocommerce.json", "crm.json", "sms.form", "calls.json"}

    assert {name for name in names if not name.endswith((".toml", ".headers"))} == samples
    assert {name for name in names if name.endswith(".toml")} == {f"{name.split('.')[0]}.toml" for name in samples}
