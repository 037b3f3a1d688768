"""The address of an account: what is proved is stored as it came, once, and answered as the system wants it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import HubBusy
from channelhub.sdk.testing import MemoryHub
from connectors.webhook.config import WebhookConfig
from connectors.webhook.plugin import plugin
from connectors.webhook.rate import Allowance
from tests.connectors.webhook.samples import SAYS, SECRET, configured

TOKEN = {"Authorization": f"Bearer {SECRET}"}


class Account:
    """An account at work, and a system that posts to it."""

    def __init__(self, hub: MemoryHub, http: aiohttp.ClientSession) -> None:
        self.hub = hub
        self.http = http

    async def post(self, body: object = b'{"text":"x"}', **more: Any) -> tuple[int, str]:
        given = {"headers": TOKEN, "method": "POST", **more}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.request(url=self.hub.url("shop"), data=data, **given) as answer:
            return answer.status, await answer.text()

    @property
    def stored(self) -> list[RawMessage]:
        return list(self.hub.stored.values())


@asynccontextmanager
async def account(config: WebhookConfig) -> AsyncIterator[Account]:
    async with MemoryHub() as hub, aiohttp.ClientSession() as http:
        connector = plugin.build(config, hub.context("shop"))
        running = asyncio.create_task(connector.run(hub.deliver))
        await asyncio.sleep(0)
        yield Account(hub, http)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_answer_is_the_one_that_the_system_wants() -> None:
    config = configured(answer_status=201, answer_body='{"ok": true}', answer_type="application/json")
    async with account(config) as shop:
        assert await shop.post() == (201, '{"ok": true}')
        assert await shop.post() == (201, '{"ok": true}'), "a repetition is answered alike"
        assert await shop.post(method="PUT") == (201, '{"ok": true}')
        assert len(shop.stored) == 1


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"<html>", b'{"a":' * 50_000, {"event": "new in 2027"}], ids=lambda body: str(body)[:9]
)
async def test_what_nobody_can_read_is_stored_and_answered_like_any_other(body: object) -> None:
    async with account(configured({**SAYS, "when": {"$.event": "said"}}, delivery_id="$.id")) as shop:
        assert (await shop.post(body))[0] == 200
        [raw] = shop.stored
        assert raw.body == (body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET}])
async def test_without_proof_nothing_is_stored_and_the_answer_tells_nothing(headers: dict[str, str]) -> None:
    async with account(configured()) as shop:
        status, text = await shop.post(headers=headers)

        assert status == 401
        assert json.loads(text)["detail"] == "The proof is missing, too old or wrong."
        assert not shop.stored


async def test_a_forged_signature_is_refused_after_the_body_and_a_token_before_it() -> None:
    async with account(configured(proof="hmac", header="X-Signature")) as shop:
        assert (await shop.post(headers={"X-Signature": "0" * 64}))[0] == 401
        assert not shop.stored
    async with account(configured(max_body_bytes=1024)) as shop:
        assert (await shop.post(b"x" * 5000, headers={}))[0] == 401
        assert (await shop.post(b"x" * 5000))[0] == 413
        assert (await shop.post(method="GET"))[0] == 405
        assert not shop.stored


async def test_what_comes_from_elsewhere_is_refused() -> None:
    async with account(configured(proof="network", secret="", networks=["203.0.113.7"])) as shop:
        assert (await shop.post(headers={}))[0] == 401
    async with account(configured(proof="network", secret="", networks=["127.0.0.0/8"])) as shop:
        assert (await shop.post(headers={}))[0] == 200


async def test_while_the_hub_is_busy_the_system_keeps_its_post() -> None:
    async with account(configured()) as shop:
        shop.hub.refuse(HubBusy("full"))
        assert (await shop.post())[0] == 503
        shop.hub.accept()
        assert (await shop.post())[0] == 200


async def test_more_than_the_account_takes_in_a_minute_is_put_off_and_strangers_use_none_of_it_up() -> None:
    async with account(configured(posts_per_minute=2)) as shop:
        for _ in range(5):
            assert (await shop.post(headers={}))[0] == 401
        statuses = [(await shop.post({"text": str(number)}))[0] for number in range(4)]
        assert statuses == [200, 200, 429, 429]
        assert len(shop.stored) == 2


def test_the_allowance_is_refilled_evenly() -> None:
    allowance = Allowance(60)
    taken = [allowance.wait_s(1000.0) for _ in range(61)]

    assert taken[:60] == [0.0] * 60
    assert taken[60] == pytest.approx(1.0)
    assert allowance.wait_s(1000.5) == pytest.approx(0.5)
    assert allowance.wait_s(1001.0) == 0.0
    assert allowance.wait_s(900.0) > 0, "a clock that goes back gives nothing"
    assert Allowance(0).wait_s(0.0) == 0.0


async def test_posts_are_told_apart_by_the_headers_that_mappings_look_at() -> None:
    topics = {**SAYS, "when": {"header:X-Topic": ["paid", "cancelled"]}}
    async with account(configured(topics)) as shop:
        for headers in ({"X-Topic": "paid"}, {"X-Topic": "cancelled"}, {"X-Topic": "paid", "X-Attempt": "2"}):
            await shop.post(headers=TOKEN | headers)

        assert len(shop.stored) == 2


@pytest.mark.parametrize("delivery_id", ["header:X-Delivery", "$.post", "{$.shop | 'main'}-{$.post}"])
async def test_a_named_post_is_one_however_its_bytes_differ(delivery_id: str) -> None:
    async with account(configured(delivery_id=delivery_id)) as shop:
        for attempt in (1, 2):
            await shop.post({"post": 7, "attempt": attempt}, headers=TOKEN | {"X-Delivery": "7"})
        await shop.post({"post": 8, "pad": "x" * 70_000}, headers=TOKEN | {"X-Delivery": "8"})

        names = [raw.delivery_id for raw in shop.stored]
        assert names in (["7", "8"], ["main-7", "main-8"])


async def test_two_posts_without_a_name_are_two() -> None:
    async with account(configured(delivery_id="$.id")) as shop:
        for text in ("a", "b"):
            await shop.post({"text": text})
        await shop.post({"id": "x" * 5000})
        await shop.post({"id": "line\nend"})

        names = [raw.delivery_id for raw in shop.stored]
        assert len(set(names)) == 4
        assert {len(name) for name in names} == {64}


async def test_headers_are_kept_for_mappings_but_none_that_proves() -> None:
    given = {
        "X-Topic": "paid", "X-Api-Key": "1", "Cookie": "s=1", "X-Hub-Signature": "2", "X-Auth-Token": "3",
        "X-Long": "y" * 5000,
    }  # fmt: skip
    async with account(configured(header="X-Key", prefix="Key ")) as shop:
        await shop.post(headers=given | {"X-Key": f"Key {SECRET}", "Content-Type": "application/json"})
        [raw] = shop.stored
        kept = dict(raw.headers)

        assert kept["x-topic"] == "paid"
        assert len(kept["x-long"]) == 1000
        assert not {"x-key", "x-api-key", "cookie", "x-hub-signature", "x-auth-token", "authorization"} & set(kept)
        assert SECRET not in repr(raw)
        assert raw.envelope.extra == {"trust": "verified"}
        assert raw.settings == b"", "the mappings are not stored with it"
