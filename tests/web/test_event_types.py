"""The catalogue of events over HTTP, and the AsyncAPI document."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.web import asyncapi
from tests.eventshapes import misfits
from tests.web.conftest import Hub

OFFICIAL = Path(__file__).parents[1] / "data" / "asyncapi" / "schema-3.0.0.json"


async def read(hub: Hub, path: str, **more: Any) -> Any:
    async with hub.http.get(f"{hub.url}{path}", **more) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_every_type_is_listed_for_whoever_has_a_token(hub: Hub) -> None:
    listed = await read(hub, "/api/v1/event-types", headers=await hub.token("ingest"))

    assert [one["type"] for one in listed["items"]] == list(CATALOGUE)
    assert all(one["version"] >= 1 and one["meaning"] and one["when"] for one in listed["items"])


async def test_a_type_has_a_schema_that_its_example_fits(hub: Hub) -> None:
    for name in CATALOGUE:
        one = await read(hub, f"/api/v1/event-types/{name}", headers=hub.admin())
        jsonschema_rs.Draft202012Validator(one["schema"], validate_formats=True).validate(one["example"]["data"])

        assert one["type"] == one["example"]["type"] == one["schema"]["title"] == name
        assert one["version"] == one["example"]["version"]
        assert misfits([(name, one["example"]["data"])]) == []


async def test_an_unknown_type_is_no_type(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/event-types/planet.aligned", headers=hub.admin()) as answer:
        problem = await answer.json()

    assert answer.status == 404
    assert "GET /api/v1/event-types" in problem["detail"]


async def test_the_catalogue_needs_a_token_and_the_document_none(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/event-types") as answer:
        assert answer.status == 401
    document = await read(hub, "/api/asyncapi.json")

    assert document["servers"]["hub"]["host"] == "127.0.0.1:8080"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://hub.example/support/"])
def test_the_document_is_what_asyncapi_asks_for(url: str) -> None:
    document = asyncapi.document(server_url=url)
    official = jsonschema_rs.Draft7Validator(json.loads(OFFICIAL.read_text()))

    assert [f"{error.message} at {error.instance_path}" for error in official.iter_errors(document)] == []


def test_a_broken_document_is_refused_by_the_official_schema() -> None:
    document = asyncapi.document(server_url="http://127.0.0.1:8080")
    document["operations"]["sendToStream"]["action"] = "publish"

    assert not jsonschema_rs.Draft7Validator(json.loads(OFFICIAL.read_text())).is_valid(document)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = asyncapi.document(server_url="http://127.0.0.1:8080")
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found: Any = document
        for step in reference.split("/"):
            found = found[step]

        assert found


def test_a_test_of_an_endpoint_is_posted_and_not_streamed() -> None:
    channels = asyncapi.document(server_url="http://127.0.0.1:8080")["channels"]

    assert set(channels["webhooks"]["messages"]) - set(channels["stream"]["messages"]) == {"webhookTest"}


def test_each_message_of_the_document_describes_its_example() -> None:
    messages = asyncapi.document(server_url="http://127.0.0.1:8080")["components"]["messages"]
    for one in messages.values():
        jsonschema_rs.Draft202012Validator(one["payload"], validate_formats=True).validate(
            one["examples"][0]["payload"]
        )

    assert {one["name"] for one in messages.values()} == set(CATALOGUE)
