"""Connectors' own addresses."""

import io

from aiohttp import web

from tests.web.conftest import Hub


async def test_an_accounts_handler_gets_its_requests_with_anything_behind(hub: Hub) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.match_info['account']} {request.match_info.get('tail')}")

    hub.mounts.for_account("site-form")(handler)
    async with hub.http.post(f"{hub.url}/forms/site-form") as plain:
        first = await plain.text()
    async with hub.http.get(f"{hub.url}/forms/site-form/embed.js") as behind:
        second = await behind.text()

    assert (first, second) == ("site-form None", "site-form embed.js")


async def test_an_account_is_served_under_its_own_prefix_only(hub: Hub) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="here")

    hub.mounts.for_account("site-form")(handler)
    async with hub.http.post(f"{hub.url}/hooks/site-form") as answer:
        wrong_prefix = answer.status
    async with hub.http.post(f"{hub.url}/forms/shop") as answer:
        not_mounted_kind = answer.status

    assert (wrong_prefix, not_mounted_kind) == (404, 404)


async def test_posts_without_a_proof_are_told_apart_from_good_ones_on_hooks(hub: Hub) -> None:
    told: list[tuple[str, bool]] = []
    hub.mounts._posted = lambda name, is_refused: told.append((name, is_refused))
    statuses = iter((401, 200, 500, 403, 200))

    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=next(statuses))

    hub.mounts.for_account("bot")(handler)
    for method in ("POST", "POST", "POST", "GET", "GET"):
        async with hub.http.request(method, f"{hub.url}/hooks/bot"):
            pass

    assert told == [("bot", True), ("bot", False), ("bot", True)]


async def test_while_its_connector_restarts_the_sender_is_asked_to_come_back(hub: Hub) -> None:
    async with hub.http.post(f"{hub.url}/hooks/bot", data=b"{}") as answer:
        status, retry_after = answer.status, answer.headers["Retry-After"]

    assert (status, int(retry_after) > 0) == (503, True)


async def test_a_handlers_defect_is_a_500_problem_without_its_text(hub: Hub) -> None:
    async def handler(request: web.Request) -> web.Response:
        raise RuntimeError("secret detail")

    hub.mounts.for_account("bot")(handler)
    async with hub.http.post(f"{hub.url}/hooks/bot") as answer:
        text = await answer.text()

    assert answer.status == 500
    assert "secret" not in text
    assert '"incident":"' in text


async def test_bodies_over_the_prefixs_size_are_413(hub: Hub) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    hub.mounts.for_account("bot")(handler)
    async with hub.http.post(f"{hub.url}/hooks/bot", data=io.BytesIO(b"x" * 900_000)) as answer:
        small = answer.status
    async with hub.http.post(f"{hub.url}/hooks/bot", data=io.BytesIO(b"x" * 1_200_000)) as answer:
        large, kind = answer.status, answer.content_type

    assert (small, large, kind) == (200, 413, "application/problem+json")
