"""`python -m tests.docs.event_page` writes docs/events.md and the released schemas, to be reviewed in the diff."""

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from channelhub.domain.events.catalogue import CATALOGUE, schema_of
from channelhub.domain.events.payload import EventType
from tests.domain import event_schemas

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
_HEAD = """# Events

<!-- made by `make events` from channelhub/domain/events/: change it there -->

What the hub tells other systems, by the [live stream](api.md#live-stream) and by webhooks, in the same body:

```json
{
  "id": "1207",
  "type": "incident.opened",
  "version": 1,
  "timestamp": "2026-03-02T09:00:12Z",
  "account": "",
  "replayed": false,
  "data": {}
}
```

`data` holds ids and facts, never what a customer wrote: whoever may read that asks for it with a token of their own.
`id` grows in the order of commits. `replayed` says that history was read again.

The same is there for machines: `GET /api/v1/event-types` lists the types, `GET /api/v1/event-types/{type}` has a type's
JSON Schema and an example, `/api/asyncapi.json` is the whole as AsyncAPI 3.0.

## What may change

`version` is that of the type's schema. A schema changes by addition only: a field may come, never as a required one,
and a list of words may become longer; then the version grows by one. Nothing is removed, renamed or given another type:
that would be a new type of event. So the newest schema describes the events of all older versions, and a receiver that

- ignores fields it doesn't know,
- takes a word it doesn't know as "something else",
- answers 2xx to types it doesn't know

goes on working through every update. Ids are digits in a text: keep them as text, some are larger than a double holds.
"""
_KINDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null", "object": "object"}


def page() -> str:
    """The whole page."""
    sections = (line for one in CATALOGUE.values() for line in _section(one))
    return "\n".join([_HEAD, *_contents(), "", *sections]).rstrip() + "\n"


def _contents() -> Iterator[str]:
    yield "## Types"
    yield ""
    for family, types in groupby(CATALOGUE.values(), key=lambda one: one.name.partition(".")[0]):
        yield f"- {family}: " + ", ".join(f"[`{one.name}`](#{one.name.replace('.', '')})" for one in types)


def _section(one: EventType) -> Iterator[str]:
    schema = schema_of(one.payload)
    required = set(schema.get("required", ()))
    yield f"### {one.name}"
    yield ""
    yield one.meaning
    yield ""
    yield f"Raised: {one.when[0].lower()}{one.when[1:]} Version {one.version}."
    yield ""
    yield "| field | | |"
    yield "| --- | --- | --- |"
    for name, field in schema["properties"].items():
        optional = "" if name in required else ", not always there"
        yield f"| `{name}` | {_kind(field)}{optional} | {_meaning(field)} |"
    yield ""
    yield "```json"
    yield json.dumps(msgspec.to_builtins(one.example), ensure_ascii=False, indent=2)
    yield "```"
    yield ""


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"])
    if "enum" in field:
        return "word"
    if field.get("format") == "date-time":
        return "time"
    if field["type"] == "array":
        return f"list of {_kind(field['items'])}"
    return _KINDS[field["type"]]


def _meaning(field: dict[str, Any]) -> str:
    words = f" One of {', '.join(f'`{word}`' for word in field['enum'])}." if "enum" in field else ""
    return f"{field['description']}{words}"


def main() -> None:
    """Refuses a change that breaks receivers."""
    faults = event_schemas.breaches(event_schemas.released(), event_schemas.present())
    if faults:
        sys.exit("\n".join(faults))
    event_schemas.RELEASED.write_text(json.dumps(event_schemas.present(), indent=1) + "\n")
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
