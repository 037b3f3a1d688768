"""What the page of the API needs to try an operation: its fields to fill in, and a body to begin with."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

REF_PREFIX = "#/components/schemas/"
MOST_DEEP = 6  # a schema may hold itself


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the address or the headers. `choices` is empty where anything may stand."""

    name: str
    place: str  # path, query or header
    is_required: bool
    about: str
    choices: list[str]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What can be filled in for one operation. `media_type` is empty where no body is taken."""

    parameters: list[Parameter]
    media_type: str
    body: str


def trial(operation: Mapping[str, Any], components: Mapping[str, Any]) -> Trial:
    """Of an operation of the OpenAPI document."""
    content = operation.get("requestBody", {}).get("content", {})
    media_type, described = next(iter(content.items())) if content else ("", {})
    return Trial(
        parameters=[_parameter(one) for one in operation["parameters"]],
        media_type=media_type,
        body=example(described["schema"], components) if "schema" in described else "",
    )


def example(schema: Mapping[str, Any], components: Mapping[str, Any]) -> str:
    """A body with every field: its default, or the emptiest value of its type. What is required is to be filled in."""
    return json.dumps(_value(schema, components, MOST_DEEP), ensure_ascii=False, indent=2)


def _parameter(described: Mapping[str, Any]) -> Parameter:
    schema = described["schema"]
    kinds = [schema, *schema.get("anyOf", ())]
    choices = [str(choice) for kind in kinds for choice in kind.get("enum", ())]
    if any(kind.get("type") == "boolean" for kind in kinds):
        choices = ["true", "false"]
    about = described.get("description", "")
    return Parameter(
        name=described["name"],
        place=described["in"],
        is_required=described["required"],
        about=about or next((kind["description"] for kind in kinds if "description" in kind), ""),
        choices=choices,
    )


def _value(schema: Mapping[str, Any], components: Mapping[str, Any], depth: int) -> Any:
    if "default" in schema:
        return schema["default"]
    if "$ref" in schema:
        return _value(components[schema["$ref"].removeprefix(REF_PREFIX)], components, depth)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], components, depth)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        named = schema.get("properties", {}) if depth else {}
        return {name: _value(field, components, depth - 1) for name, field in named.items()}
    if schema.get("type") == "array":
        return [_value(schema.get("items", {}), components, depth - 1)] if depth and schema.get("minItems") else []
    return {"integer": schema.get("minimum", 0), "number": 0, "boolean": False}.get(schema.get("type", ""), "")
