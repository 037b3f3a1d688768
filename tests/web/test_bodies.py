"""Bodies arrive whole and unchanged, however they are cut, announced or packed."""

import gzip
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from io import BytesIO

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from channelhub.web.bodies import read_body

MIB = 2**20


async def _digest(request: web.Request) -> web.Response:
    return web.Response(text=sha256(await read_body(request, max_bytes=9 * MIB)).hexdigest())


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app = web.Application(client_max_size=0)
    app.router.add_post("/", _digest)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 100_001):
        yield body[start : start + 100_001]


@pytest.mark.parametrize("size", [0, 1, 70_000, 4 * MIB - 1, 4 * MIB, 9 * MIB])
@pytest.mark.parametrize("has_length", [True, False])
async def test_arrives_as_it_was_sent(url: str, size: int, has_length: bool) -> None:
    body = os.urandom(size)
    async with (
        ClientSession() as client,
        client.post(url, data=BytesIO(body) if has_length else _pieces(body)) as response,
    ):
        assert await response.text() == sha256(body).hexdigest()


@pytest.mark.parametrize("body", [b"a" * 8 * MIB, os.urandom(6 * MIB)], ids=["dense", "loose"])
async def test_a_length_that_is_not_the_bodys_own_does_no_harm(url: str, body: bytes) -> None:
    packed = gzip.compress(body, 1)
    async with (
        ClientSession() as client,
        client.post(url, data=BytesIO(packed), headers={"Content-Encoding": "gzip"}) as response,
    ):
        assert await response.text() in (sha256(body).hexdigest(), sha256(packed).hexdigest())
