"""The catalogue of events."""

import re
from typing import Any

import msgspec
import pytest

from channelhub.domain.events.catalogue import CATALOGUE, schema_of, version_of
from channelhub.domain.events.messages import MessageParked
from channelhub.domain.events.payload import EventType, Payload
from tests.domain import event_schemas
from tests.eventshapes import misfits

EVERY = pytest.mark.parametrize("one", CATALOGUE.values(), ids=lambda one: one.name)


def _classes(kind: type[Payload]) -> list[type[Payload]]:
    return [kind, *(under for child in kind.__subclasses__() for under in _classes(child))]


def test_whatever_can_be_written_is_in_the_catalogue_once() -> None:
    named = [kind.TYPE for kind in _classes(Payload) if hasattr(kind, "TYPE")]

    assert sorted(named) == sorted(CATALOGUE)


@EVERY
def test_a_type_is_described_in_sentences_and_its_example_fits(one: EventType) -> None:
    example = msgspec.json.encode(one.example)

    assert re.fullmatch(r"[a-z]+(\.[a-z]+)+", one.name)
    assert one.meaning.endswith(".")
    assert one.when.endswith(".")
    assert type(one.example) is one.payload
    assert misfits([(one.name, msgspec.json.decode(example))]) == []
    assert msgspec.json.decode(example, type=one.payload) == one.example


@EVERY
def test_every_field_is_described_and_every_time_has_a_zone(one: EventType) -> None:
    fields: dict[str, dict[str, Any]] = schema_of(one.payload)["properties"]

    assert [name for name, field in fields.items() if not field.get("description")] == []
    assert {name for name, field in fields.items() if field.get("format") == "date-time"} == {
        name for name in fields if name == "at" or name.endswith("_at")
    }
    assert "$ref" not in msgspec.json.encode(fields).decode()


def test_a_type_of_a_newer_hub_has_no_version_here() -> None:
    assert version_of("planet.aligned") == 0
    assert version_of("message.parked") == MessageParked.SCHEMA_VERSION


def test_a_payload_that_does_not_fit_is_found() -> None:
    good = msgspec.to_builtins(CATALOGUE["message.parked"].example)

    assert misfits([("message.parked", good)]) == []
    assert misfits([("message.parked", {**good, "text": "what the customer wrote"})])
    assert misfits([("message.parked", {"inbox_id": "1", "reason": "unparseable"})])
    assert misfits([("message.parked", {**good, "inbox_id": 1})])
    assert misfits([("planet.aligned", {})]) == ["planet.aligned is not in the catalogue"]


def test_schemas_are_the_released_ones_or_have_a_new_version() -> None:
    assert event_schemas.breaches(event_schemas.released(), event_schemas.present()) == []
    assert event_schemas.released() == event_schemas.present(), "run `make events` and look at the difference"


def _released(**changes: Any) -> dict[str, Any]:
    shape = {
        "type": "object",
        "properties": {"number": {"type": "integer"}, "state": {"enum": ["on", "off"]}},
        "required": ["number"],
    }
    return {"clock.tick": {"version": changes.pop("version", 1), "schema": shape | changes}}


NOTED = {"number": {"type": "integer"}, "state": {"enum": ["on", "off"]}, "note": {"type": "string"}}


@pytest.mark.parametrize(
    "changed",
    [
        _released(),
        _released(version=2, properties=NOTED),
        _released(version=2, properties={**NOTED, "state": {"enum": ["on", "off", "broken"]}}),
        {**_released(), "clock.stop": {"version": 1, "schema": {"type": "object"}}},
    ],
    ids=["same", "optional field", "another word", "another type"],
)
def test_addition_under_a_new_version_is_compatible(changed: dict[str, Any]) -> None:
    assert event_schemas.breaches(_released(), changed) == []


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({}, "clock.tick is gone"),
        (_released(properties=NOTED), "clock.tick changed and still has version 1"),
        (_released(version=2, properties=NOTED, required=["number", "note"]), "note can't be required"),
        (_released(version=2, properties=NOTED, required=[]), "number is no longer there for certain"),
        (_released(version=2, properties={"state": NOTED["state"]}, required=[]), "number is gone"),
        (_released(version=2, properties={**NOTED, "number": {"type": "string"}}), "number is something else"),
        (_released(version=2, properties={**NOTED, "state": {"enum": ["on"]}}), "state is something else"),
    ],
    ids=["type gone", "same version", "required field", "no longer required", "field gone", "other type", "word gone"],
)
def test_a_change_that_breaks_receivers_is_named(changed: dict[str, Any], complaint: str) -> None:
    assert any(complaint in one for one in event_schemas.breaches(_released(), changed))
