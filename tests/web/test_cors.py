"""What browsers are told about pages of other sites."""

from typing import Any

import pytest

from channelhub.plugins import account_models, discover
from channelhub.settings.faults import ConfigurationError
from channelhub.settings.load import load
from tests.web.conftest import Hub

OURS, OTHER = "https://app.example.com", "https://evil.example"
MESSAGES = "/api/v1/messages"


@pytest.fixture
def settings() -> dict[str, object]:
    return {"cors_origins": (OURS,)}


async def ask(hub: Hub, method: str, path: str, origin: str, **more: Any) -> tuple[int, Any]:
    headers = more.pop("headers", {}) | ({"Origin": origin} if origin else {})
    async with hub.http.request(method, hub.url + path, headers=headers, allow_redirects=False, **more) as answer:
        return answer.status, answer.headers


async def preflight(hub: Hub, path: str, origin: str, method: str = "POST") -> tuple[int, Any]:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    return await ask(hub, "OPTIONS", path, origin, headers=asked)


async def test_a_listed_sites_preflight_is_answered_without_a_token(hub: Hub) -> None:
    status, headers = await preflight(hub, MESSAGES, OURS)

    assert (status, headers["Access-Control-Allow-Origin"]) == (204, OURS)
    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST"
    assert {"authorization", "content-type", "if-match"} <= set(
        headers["Access-Control-Allow-Headers"].lower().split(", ")
    )
    assert {"Origin", "Access-Control-Request-Method"} <= set(headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("path", "origin", "method", "expected"),
    [
        (MESSAGES, OTHER, "POST", 405),
        (MESSAGES, "null", "POST", 405),
        (MESSAGES, OURS + ".evil.example", "POST", 405),
        (MESSAGES, OURS, "DELETE", 405),
        (MESSAGES, OURS, "", 405),
        ("/api/v1/nowhere", OURS, "POST", 404),
        ("/signin", OURS, "POST", 405),
        ("/outages", OURS, "GET", 405),
    ],
)
async def test_no_other_preflight_is_let_through(hub: Hub, path: str, origin: str, method: str, expected: int) -> None:
    status, headers = await preflight(hub, path, origin, method)

    assert status == expected
    assert "Access-Control-Allow-Methods" not in headers


@pytest.mark.parametrize("path", [MESSAGES, "/api/v1/messages/5", "/api/v1/nowhere", "/api/openapi.json"])
async def test_a_listed_site_reads_answers_and_refusals_and_no_other_does(hub: Hub, path: str) -> None:
    _, ours = await ask(hub, "GET", path, OURS, headers=hub.admin())
    _, unknown = await ask(hub, "GET", path, OURS)
    _, other = await ask(hub, "GET", path, OTHER, headers=hub.admin())
    _, none = await ask(hub, "GET", path, "", headers=hub.admin())

    assert ours["Access-Control-Allow-Origin"] == unknown["Access-Control-Allow-Origin"] == OURS
    assert "ETag" in ours["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in {**other, **none}
    for headers in (ours, other, none):
        assert "Origin" in headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in headers


async def test_pages_are_never_opened_to_others(hub: Hub) -> None:
    for path in ("/", "/signin", "/outages", "/livez"):
        _, headers = await ask(hub, "GET", path, OURS, headers=hub.admin())
        assert "Access-Control-Allow-Origin" not in headers


async def test_a_page_that_posts_messages_reads_each_answer(hub: Hub) -> None:
    seen = []
    for number in range(3):
        body = {"account": "shop", "external_id": f"page-{number}", "text": "late"}
        status, headers = await ask(hub, "POST", MESSAGES, OURS, json=body, headers=hub.admin())
        seen.append((status, headers.get("Access-Control-Allow-Origin")))

    assert seen == [(202, OURS)] * 3


class TestByDefault:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {}

    async def test_no_site_is_let_in(self, hub: Hub) -> None:
        status, _ = await preflight(hub, MESSAGES, OURS)
        _, headers = await ask(hub, "GET", MESSAGES, OURS, headers=hub.admin())

        assert status == 405
        assert not {name for name in headers if name.startswith("Access-Control")}


@pytest.mark.parametrize(
    "origin", ["*", "null", "https://app.example.com/", "app.example.com", "https://*.example.com"]
)
def test_what_is_no_origin_is_refused_in_the_configuration(tmp_path: Any, origin: str) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f'[http]\ncors_origins = ["{origin}"]\n')

    with pytest.raises(ConfigurationError, match="cors_origins"):
        load(file, account_models=account_models(discover()), environ={})
