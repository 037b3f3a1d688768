"""A channel's answers are read whole, and no further than they may go."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channelhub.sdk.answers import AnswerTooLong, read_answer

MOST = 200_000


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """Answers with as many bytes as the query says, in pieces without an announced length; -1: without an end."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        left = int(request.query["bytes"])
        while left:
            piece = b"x" * (8192 if left < 0 else min(left, 8192))
            await response.write(piece)
            left -= len(piece) if left > 0 else 0
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as running:
        yield running


@pytest.mark.parametrize("size", [0, 1, MOST])
async def test_what_fits_is_read_whole(server: TestServer, size: int) -> None:
    async with aiohttp.ClientSession() as http, http.get(server.make_url("/"), params={"bytes": size}) as response:
        assert await read_answer(response, max_bytes=MOST) == b"x" * size


@pytest.mark.parametrize("size", [MOST + 1, -1])
async def test_more_is_not_read(server: TestServer, size: int) -> None:
    async with aiohttp.ClientSession() as http, http.get(server.make_url("/"), params={"bytes": size}) as response:
        with pytest.raises(AnswerTooLong):
            await read_answer(response, max_bytes=MOST)
