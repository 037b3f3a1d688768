"""The description and the routes are one thing."""

import re

from channelhub.web import openapi
from channelhub.web.routes.table import routes
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
