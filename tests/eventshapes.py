"""Whether what was written as events is what the catalogue promises, field for field."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from channelhub.domain.events.catalogue import CATALOGUE, schema_of

LOOKED_AT = 5000


@cache
def _validator(name: str) -> Any:
    schema = {**schema_of(CATALOGUE[name].payload), "additionalProperties": False}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def misfits(written: Iterable[tuple[str, Any]]) -> list[str]:
    """What is wrong with events given as (type, payload); a field that the schema doesn't name is wrong, too."""
    found = []
    for name, data in written:
        if name not in CATALOGUE:
            found.append(f"{name} is not in the catalogue")
        else:
            found += [
                f"{name}: {error.message} at {error.instance_path}" for error in _validator(name).iter_errors(data)
            ]
    return found


def assert_described(database: Path) -> None:
    """Every one of the newest events of a database fits the catalogue. One that isn't a whole database has none."""
    try:
        with closing(sqlite3.connect(database.absolute().as_uri() + "?mode=ro", uri=True)) as reading:
            rows = reading.execute("SELECT type, data FROM events ORDER BY id DESC LIMIT ?", (LOOKED_AT,)).fetchall()
    except sqlite3.Error:  # a test broke it, or it never began
        return

    assert not misfits((name, json.loads(data)) for name, data in rows)
