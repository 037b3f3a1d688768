"""The description and the routes are one thing."""

import json
import re

import jsonschema_rs
import pytest

from channelhub.web import openapi
from channelhub.web.routes.table import routes
from tests.answershapes import Answer, misfits
from tests.web.conftest import Hub


async def test_the_document_describes_every_route_and_no_other(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/openapi.json") as answer:
        document = await answer.json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    served = {(route.method, openapi.plain_path(route.path)) for route in routes() if not route.is_page}

    assert described == served
    assert document["openapi"] == "3.1.0"


async def test_every_reference_leads_somewhere_and_ids_are_unique(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/openapi.json") as answer:
        text = await answer.text()
        document = await answer.json()
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    operations = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]

    assert references <= set(document["components"]["schemas"])
    assert len(operations) == len(set(operations))


def test_every_schema_is_one_that_validators_of_other_languages_read() -> None:
    """JSON Schema 2020-12, and its patterns in the dialect of ECMA-262."""
    document = openapi.document(routes(), server_url="http://127.0.0.1")
    components = document["components"]
    for name in components["schemas"]:
        jsonschema_rs.Draft202012Validator({"$ref": openapi.REF.format(name=name), "components": components})

    assert r"\\Z" not in json.dumps(document)


async def test_the_offline_page_shows_every_route(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/docs") as answer:
        text = await answer.text()

    assert answer.status == 200
    assert all(openapi.plain_path(route.path) in text for route in routes() if not route.is_page)
    assert "http://" not in re.sub(r"http://www\.w3\.org", "", text)
    assert "https://" not in text


async def test_every_roles_route_says_401_and_403(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/openapi.json") as answer:
        document = await answer.json()
    for route in routes():
        if route.roles and not route.is_page:
            responses = document["paths"][openapi.plain_path(route.path)][route.method.lower()]["responses"]

            assert {"401", "403"} <= set(responses)


@pytest.mark.parametrize(
    ("status", "media_type", "body", "fault"),
    [
        (418, "application/json", b"{}", "the status is not listed"),
        (200, "text/html", b"<p>", "text/html, the document says application/json"),
        (200, "application/json", b"{", "the body is no JSON"),
        (200, "application/json", b'{"items": []}', '"next" is a required property'),
        (200, "application/json", b'{"items": [], "next": null, "more": 1}', "'more' was unexpected"),
        (200, "application/json", b'{"items": [{}], "next": null}', "at /items/0"),
        (422, "application/problem+json", b'{"type": "x"}', '"title" is a required property'),
    ],
)
def test_an_answer_beside_the_document_is_noticed(status: int, media_type: str, body: bytes, fault: str) -> None:
    found = misfits(Answer(method="GET", path="/api/v1/incidents", status=status, media_type=media_type, body=body))

    assert found
    assert fault in " ".join(found)


def test_an_answer_by_the_document_passes() -> None:
    body = json.dumps({"items": [], "next": None}).encode()

    assert not misfits(
        Answer(method="GET", path="/api/v1/incidents", status=200, media_type="application/json", body=body)
    )
    assert not misfits(Answer(method="GET", path="/outages", status=200, media_type="text/html", body=b"<p>"))
