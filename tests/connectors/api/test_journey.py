"""A posted journey event is read as one, believed as far as its account is, and never fails but as `Unparseable`."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import JourneyEvent
from channelhub.domain.journey_in import MEDIA_TYPE, InvalidMessageError, delivery_id, read_journey_event
from channelhub.domain.journeys import KNOWN
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.api.parse import parse
from tests.examples import examples

EVENT: dict[str, Any] = {
    "account": "shop",
    "external_id": "pay-1",
    "revision": 2,
    "type": "payment.failed",
    "occurred_at": "2026-11-21T22:30:00+02:00",
    "name": "Ганна",
    "identities": [
        {"kind": "email", "value": "hanna@example.com"},
        {"kind": "phone", "value": "0671112233", "verified": False},
    ],
    "text": "the bank refused",
    "attributes": {"order_id": "1042", "payment_method": "Apple Pay"},
}


def raw_of(event: dict[str, Any] | bytes, trust: str = "verified") -> RawMessage:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return RawMessage(
        account="shop", delivery_id="d", body=body, content_type=MEDIA_TYPE, envelope=Envelope(extra={"trust": trust})
    )


def read(event: dict[str, Any], trust: str = "verified") -> JourneyEvent:
    (item,) = parse(raw_of(event, trust))
    assert isinstance(item, JourneyEvent)
    return item


def test_reads_every_field() -> None:
    event = read(EVENT)

    assert (event.external_id, event.revision, event.name, event.text) == (
        "pay-1",
        2,
        "payment.failed",
        "the bank refused",
    )
    assert event.sent_at == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert event.attributes == EVENT["attributes"]
    assert [one.evidence for one in event.sender.handles] == [Evidence.TRUSTED_ACCOUNT, Evidence.CLAIMED]


def test_an_account_that_isnt_trusted_vouches_neither_for_people_nor_for_times() -> None:
    event = read(EVENT, trust="claimed")

    assert not event.is_time_vouched
    assert {one.evidence for one in event.sender.handles} == {Evidence.CLAIMED}


@pytest.mark.parametrize("name", [*KNOWN, "loyalty.points_added", "b2b.contract.signed"])
def test_known_types_and_types_of_ones_own_are_taken(name: str) -> None:
    assert read(EVENT | {"type": name}).name == name


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "paid"}, "type"),
        ({"type": "Order.Placed"}, "type"),
        ({"type": "order.placed\n"}, "type"),
        ({"type": "a." + "b" * 63}, "type"),
        ({"identities": []}, "identities"),
        ({"identities": [{"kind": "email", "value": " "}]}, "identities[0].value"),
        ({"occurred_at": "2026-11-21T22:30:00"}, "occurred_at"),
        ({"occurred_at": "1850-01-01T00:00:00Z"}, "occurred_at"),
        ({"external_id": "a\tb"}, "external_id"),
        ({"revision": -1}, "revision"),
        ({"attributes": {str(n): "" for n in range(31)}}, "attributes"),
        ({"attributes": {"a": "b" * 201}}, "attributes[...]"),
        ({"order": 7}, "body"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidMessageError) as caught:
        read_journey_event(json.dumps(EVENT | change).encode())

    assert list(caught.value.errors) == [field]


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_anything_else_is_unparseable(body: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(raw_of(body))


def test_no_message_and_no_other_revision_has_the_delivery_id_of_an_event() -> None:
    ids = {
        delivery_id(read_journey_event(json.dumps(EVENT | change).encode()))
        for change in ({"external_id": "a", "revision": 11}, {"external_id": "a1", "revision": 1})
    }

    assert len(ids) == 2
    assert all("\t" in one for one in ids)  # which no message's external_id may hold
