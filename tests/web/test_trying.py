"""What the API's page begins with: bodies and fields made from the document, for every operation."""

import json

import jsonschema_rs
import pytest

from channelhub.web import openapi
from channelhub.web.pages.trying import example, trial
from channelhub.web.routes.table import routes

DOCUMENT = openapi.document(routes(), server_url="http://127.0.0.1")
COMPONENTS = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    f"{method} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_filled_in(name: str) -> None:
    operation = OPERATIONS[name]
    offered = trial(operation, COMPONENTS)

    assert [field.name for field in offered.parameters] == [one["name"] for one in operation["parameters"]]
    assert bool(offered.media_type) == ("requestBody" in operation)
    if offered.body:
        schema = operation["requestBody"]["content"][offered.media_type]["schema"]
        faults = jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": COMPONENTS}}).iter_errors(
            json.loads(offered.body)
        )

        # what is required has no default: it is there, empty, to be filled in
        assert not [
            fault.message for fault in faults if fault.kind.name in ("type", "required", "additionalProperties")
        ]


def test_a_schema_that_holds_itself_has_an_example() -> None:
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "inner": {"$ref": "#/components/schemas/Node"}},
    }

    assert json.loads(example(node, {"Node": node}))["inner"]["inner"]["name"] == ""


def test_choices_are_offered_where_there_are_some() -> None:
    fields = {field.name: field for field in trial(OPERATIONS["get /api/v1/outages"], COMPONENTS).parameters}

    assert fields["open"].choices == ["true", "false"]
    assert fields["limit"].choices == []
