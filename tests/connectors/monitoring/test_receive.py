"""Nothing is taken without proof, and nothing of it is read before."""

import asyncio
import hashlib
import hmac
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.monitoring.config import GrafanaConfig, MonitoringConfig
from connectors.monitoring.plugin import build
from connectors.monitoring.receive import MAX_BODY_BYTES

SECRET = "a-secret-made-up-by-us-9f2c"
NOW = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
BODY = b'{"alerts":[]}'


@asynccontextmanager
async def account(config: MonitoringConfig | GrafanaConfig) -> AsyncIterator[tuple[MemoryHub, aiohttp.ClientSession]]:
    async with MemoryHub(now=NOW) as hub, aiohttp.ClientSession() as http:
        connector = build(config, hub.context("watch"))
        running = asyncio.create_task(connector.run(hub.deliver))
        await asyncio.sleep(0)
        yield hub, http
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def post(
    hub: MemoryHub, http: aiohttp.ClientSession, headers: dict[str, str], body: bytes | io.BytesIO = BODY
) -> int:
    async with http.post(hub.url("watch"), data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wrong",
        f"Basic {SECRET}",
        aiohttp.encode_basic_auth("channelhub", "wrong"),
        aiohttp.encode_basic_auth("somebody", SECRET),
        f"Digest {SECRET}",
    ],
)
async def test_without_the_secret_nothing_is_stored(authorization: str) -> None:
    async with account(MonitoringConfig(secret=Secret(SECRET))) as (hub, http):
        assert await post(hub, http, {"Authorization": authorization}) == 401
        assert not hub.stored


@pytest.mark.parametrize("authorization", [f"bearer {SECRET}", aiohttp.encode_basic_auth("channelhub", SECRET)])
async def test_the_secret_proves_it_as_token_or_password(authorization: str) -> None:
    async with account(MonitoringConfig(secret=Secret(SECRET))) as (hub, http):
        assert await post(hub, http, {"Authorization": authorization}) == 200
        assert len(hub.stored) == 1


async def test_a_signed_account_takes_no_token_and_no_other_body() -> None:
    signature = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    signed = {"X-Grafana-Alerting-Signature": signature}
    async with account(GrafanaConfig(secret=Secret(SECRET), signed=True)) as (hub, http):
        assert await post(hub, http, {"Authorization": f"Bearer {SECRET}"}) == 401
        assert await post(hub, http, signed, body=BODY + b" ") == 401
        assert not hub.stored
        assert await post(hub, http, signed) == 200


async def test_a_signature_ends_after_five_minutes() -> None:
    config = GrafanaConfig(secret=Secret(SECRET), signed=True, timestamp_header="X-Sent-At")
    async with account(config) as (hub, http):
        for age_s, status in ((301, 401), (-301, 401), (299, 200)):
            stamp = str(int(NOW.timestamp()) - age_s)
            signature = hmac.new(SECRET.encode(), f"{stamp}:".encode() + BODY, hashlib.sha256).hexdigest()
            headers = {"X-Sent-At": stamp, "X-Grafana-Alerting-Signature": signature}

            assert await post(hub, http, headers) == status


async def test_bad_requests_get_a_plain_answer() -> None:
    token = {"Authorization": f"Bearer {SECRET}"}
    async with account(MonitoringConfig(secret=Secret(SECRET))) as (hub, http):
        assert await post(hub, http, token, body=b"") == 400
        assert await post(hub, http, token, body=io.BytesIO(b"x" * (MAX_BODY_BYTES + 1))) == 413
        async with http.get(hub.url("watch"), headers=token) as answer:
            assert answer.status == 405
        assert not hub.stored
        assert await post(hub, http, token, body=b"not json: parked later, not lost") == 200


@pytest.mark.parametrize("make", [MonitoringConfig, GrafanaConfig])
def test_a_short_secret_is_refused(make: type) -> None:
    with pytest.raises(ValueError, match="at least 16"):
        make(secret=Secret("short"))
