"""The schemas of events as they were released, and what a change to them may be."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from channelhub.domain.events.catalogue import CATALOGUE, schema_of

RELEASED = Path(__file__).parents[1] / "data" / "events" / "schemas.json"
_WORDS = frozenset({"title", "description", "$schema"})  # for people: they may change at any time

Schemas = Mapping[str, Mapping[str, Any]]


def released() -> dict[str, Any]:
    """What the file says: type → its version and bare schema."""
    return json.loads(RELEASED.read_text()) if RELEASED.exists() else {}


def present() -> dict[str, Any]:
    """What the code says."""
    return {
        name: {"version": one.version, "schema": bare(schema_of(one.payload))}
        for name, one in sorted(CATALOGUE.items())
    }


def bare(schema: Any) -> Any:
    """A schema without the words that describe it."""
    if isinstance(schema, list):
        return [bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {field: bare(one) for field, one in value.items()} if name == "properties" else bare(value)
        for name, value in schema.items()
        if name not in _WORDS
    }


def breaches(before: Schemas, after: Schemas) -> list[str]:
    """What would break a receiver of `before`, or goes without a new version."""
    return [fault for name, old in before.items() for fault in _breaches(name, old, after.get(name))]


def _breaches(name: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Iterator[str]:
    if new is None:
        yield f"{name} is gone"
        return
    if old != new and new["version"] <= old["version"]:
        yield f"{name} changed and still has version {new['version']}"
    had, has = old["schema"].get("properties", {}), new["schema"].get("properties", {})
    needed, needs = set(old["schema"].get("required", ())), set(new["schema"].get("required", ()))
    yield from (f"{name}: {field} is gone" for field in had if field not in has)
    yield from (
        f"{name}: {field} is something else" for field in had if not _is_same(had[field], has.get(field, had[field]))
    )
    yield from (f"{name}: {field} is no longer there for certain" for field in needed - needs if field in has)
    yield from (f"{name}: {field} can't be required: older events lack it" for field in needs - needed)


def _is_same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """The same, or a list of words that has become longer: receivers are told that it may."""
    words, more = old.get("enum"), new.get("enum")
    if words is not None and more is not None:
        return set(words) <= set(more) and {**old, "enum": ()} == {**new, "enum": ()}
    return old == new
