"""The structs of the API document as the text of a module of TypedDicts."""

import keyword
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from channelhub.web.openapi import REF

Schema = Mapping[str, Any]
_PREFIX = REF.format(name="")
_MODULE_AND_NAME = 2  # of a struct whose name another one has, too: the document calls it by its whole path
_WIDTH = 112
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_HEAD = '''"""What goes in and out of the API, as its document describes it. Made by `make client`; not changed by hand.

An answer may hold more than is written here: a newer hub adds fields, and lists of words become longer.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''


def module(schemas: Mapping[str, Schema]) -> str:
    """The whole module: what others are made of comes first."""
    texts = [
        _alias(one, schemas[one]) if "enum" in schemas[one] else _shape(one, schemas[one]) for one in _ordered(schemas)
    ]
    return "\n\n".join([_HEAD, *texts])


def shape_name(name: str) -> str:
    """A component's name as one of Python: `…views.messages.ReportView` is `MessagesReportView`."""
    return "".join(part[0].upper() + part[1:] for part in name.split(".")[-_MODULE_AND_NAME:])


def annotation(schema: Schema, *, prefix: str = "") -> str:
    """The type of a value, with `prefix` before the names of shapes."""
    if "$ref" in schema:
        return prefix + shape_name(schema["$ref"].removeprefix(_PREFIX))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(annotation(one, prefix=prefix) for one in schema["anyOf"]))
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        return f"list[{annotation(items, prefix=prefix)}]" if isinstance(items, Mapping) and items else "list[Any]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {annotation(values, prefix=prefix) if isinstance(values, Mapping) and values else 'Any'}]"
    return _SCALARS.get(str(kind), "Any")


def _alias(name: str, schema: Schema) -> str:
    about = "".join(f"#: {line}\n" for line in textwrap.wrap(schema.get("description", ""), _WIDTH))
    return f"{about}{shape_name(name)}: TypeAlias = {annotation(schema)}\n"


def _shape(name: str, schema: Schema) -> str:
    fields = schema.get("properties", {})
    assert all(one.isidentifier() and not keyword.iskeyword(one) for one in fields), f"a field of {name} is no name"
    required = set(schema.get("required", ()))
    about = schema.get("description", f"`{name}` of the API document.")
    lines = [f"class {shape_name(name)}(TypedDict):", *_docstring(about)]
    lines += [""] if fields else []
    for field, described in fields.items():
        kind = annotation(described)
        lines += _field(field, kind if field in required else f"NotRequired[{kind}]", _about(described))
    return "\n".join(lines) + "\n"


def _about(described: Schema) -> str:
    """A field's description, also of one that may be null."""
    return described.get("description") or next(
        (one["description"] for one in described.get("anyOf", ()) if "description" in one and "$ref" not in one), ""
    )


def _field(name: str, kind: str, about: str) -> list[str]:
    line = f"    {name}: {kind}"
    if about and len(line) + len(about) + 4 <= 120:
        return [f"{line}  # {about}"]
    return [*(f"    # {part}" for part in textwrap.wrap(about, _WIDTH)), line]


def _docstring(text: str) -> list[str]:
    lines = [line for paragraph in text.splitlines() for line in (textwrap.wrap(paragraph, _WIDTH) or [""])]
    if len(lines) == 1:
        return [f'    """{lines[0]}"""']
    return [f'    """{lines[0]}', *(f"    {line}".rstrip() for line in lines[1:]), '    """']


def _ordered(schemas: Mapping[str, Schema]) -> list[str]:
    done: dict[str, None] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"{name} is made of itself"
        if name not in done:
            for needed in _referred(schemas[name]):
                visit(needed, (*path, name))
            done[name] = None

    for name in sorted(schemas):
        visit(name, ())
    return list(done)


def _referred(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(_PREFIX)
        for name, value in schema.items():
            if name not in ("default", "examples"):
                yield from _referred(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _referred(value)
