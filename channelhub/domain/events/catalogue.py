"""Every type of event. A new one is a class in the module of its family and a line in that module's `TYPES`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from channelhub.domain.events import (
    accounts,
    attachments,
    customers,
    incidents,
    messages,
    notes,
    notices,
    outages,
    webhooks,
)
from channelhub.domain.events.envelope import EventBody
from channelhub.domain.events.payload import EventType, Payload

_EXAMPLE_AT = datetime(2026, 3, 2, 9, 0, 12, tzinfo=UTC)

CATALOGUE: Mapping[str, EventType] = MappingProxyType(
    {
        one.name: one
        for family in (messages, attachments, customers, incidents, notes, outages, notices, accounts, webhooks)
        for one in family.TYPES
    }
)


def version_of(name: str) -> int:
    """The version of the shape in which events of this type are; 0 for a type that this hub doesn't know."""
    known = CATALOGUE.get(name)
    return known.version if known else 0


def example_of(one: EventType) -> EventBody:
    """A whole event of this type."""
    data = msgspec.to_builtins(one.example)
    return EventBody(
        id="1207",
        type=one.name,
        version=one.version,
        timestamp=_EXAMPLE_AT,
        account=data.get("account", ""),
        replayed=False,
        data=data,
    )


def schema_of(payload: type[Payload]) -> dict[str, Any]:
    """The payload's shape as one JSON Schema (2020-12) without references."""
    whole = msgspec.json.schema(payload)
    named: dict[str, Any] = whole["$defs"]
    shape = _inlined({"$ref": whole["$ref"]}, named)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": payload.TYPE, **shape}


def _inlined(schema: Any, named: dict[str, Any]) -> Any:
    """The same with what it refers to in its place."""
    if isinstance(schema, list):
        return [_inlined(one, named) for one in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    own = {key: _inlined(value, named) for key, value in schema.items() if key != "$ref"}
    if reference is None:
        return own
    referred = _inlined(named[reference.rpartition("/")[2]], named)
    return {**{key: value for key, value in referred.items() if key != "title"}, **own}
