"""A local vendor's bad days look on the wire as they are called, and come again with their seed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from channelhub.sdk.testing import BadDay, Fault, LineProxy, VendorServer


@dataclass(kw_only=True)
class Counting(VendorServer):
    """Counts what it was asked to do."""

    done: int = 0

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/do", self._do)

    async def _do(self, request: web.Request) -> web.Response:
        self.done += 1
        return web.json_response({"done": self.done})


@pytest.fixture
async def vendor() -> AsyncIterator[Counting]:
    async with Counting() as vendor:
        yield vendor


async def ask(vendor: Counting, url: str = "", *, patience_s: float = 30.0) -> str:
    """What a client makes of one request."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience_s)) as http,
            http.post(f"{url or vendor.url}/do", data=b"{}") as answer,
        ):
            body = await answer.read()
            return f"{answer.status} {answer.content_type} {answer.headers.get('Retry-After', '')} {body[:1].decode()}"
    except (aiohttp.ClientError, TimeoutError) as exc:
        return type(exc).__name__


@pytest.mark.parametrize(
    ("fault", "seen", "done"),
    [
        (None, "200 application/json  {", 1),
        (Fault.RATE_LIMITED, "429 application/json 7 {", 0),
        (Fault.SERVER_ERROR, "502 application/json  {", 0),
        (Fault.LOST_ANSWER, "500 application/json  {", 1),
        (Fault.HTML_PAGE, "503 text/html  <", 0),
        (Fault.HTML_OK, "200 text/html  <", 0),
        (Fault.TRUNCATED, "ClientPayloadError", 1),
        (Fault.NOT_JSON, "200 application/json  {", 1),
        (Fault.SLOW, "200 application/json  {", 1),
        (Fault.HANGS, "TimeoutError", 0),
        (Fault.RESET_BEFORE, "ServerDisconnectedError", 0),
        (Fault.RESET_AFTER, "ServerDisconnectedError", 1),
        (Fault.UNTRUSTED, "ClientConnectorCertificateError", 0),
    ],
)
async def test_fault_is_what_it_is_called(vendor: Counting, fault: Fault | None, seen: str, done: int) -> None:
    vendor.befall(fault)
    outcome = await ask(vendor, patience_s=0.3 if fault is Fault.HANGS else 30.0)

    assert outcome == seen
    assert vendor.done == done
    vendor.befall(None)
    assert (await ask(vendor)).startswith("200")


async def test_one_fault_is_for_the_next_request_only(vendor: Counting) -> None:
    vendor.befall_once(Fault.SERVER_ERROR)

    assert [(await ask(vendor))[:3] for _ in range(3)] == ["502", "200", "200"]


async def test_closed_vendor_refuses_connections(vendor: Counting) -> None:
    await vendor.close()

    assert await ask(vendor, vendor.plain_url) == "ClientConnectorError"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_day_comes_again_with_its_seed(seed: int) -> None:
    first, again = (BadDay(seed=seed, share=0.5).faults_of() for _ in range(2))
    faults = [first() for _ in range(400)]

    assert faults == [again() for _ in range(400)]
    assert 120 < faults.count(None) < 280
    assert not {Fault.HANGS, Fault.UNTRUSTED} & set(faults)


async def greeting(port: int, *, patience_s: float = 30.0, context: ssl.SSLContext | None = None) -> bytes:
    """All that a client hears from a line until it ends, or in that time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    heard = bytearray()
    try:
        async with asyncio.timeout(patience_s):
            while piece := await reader.read(100):
                heard += piece
    except TimeoutError:
        heard += b"..."
    except ConnectionError:
        heard += b"!"
    finally:
        writer.transport.abort()
    return bytes(heard)


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (None, [b"220 hello\r\n..."]),
        (Fault.SERVER_ERROR, [b"421 later\r\n", b"421 later\r\n!"]),
        (Fault.TRUNCATED, [b"220", b"220!"]),
        (Fault.HANGS, [b"..."]),
        (Fault.RESET_BEFORE, [b"", b"!"]),
    ],
)
async def test_line_fails_as_it_is_told(fault: Fault | None, heard: list[bytes]) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.read()
        writer.transport.abort()

    async with (
        await asyncio.start_server(greet, "127.0.0.1", 0) as server,
        LineProxy(target_port=server.sockets[0].getsockname()[1], refusal=b"421 later\r\n", cut_after_bytes=3) as line,
    ):
        line.befall(fault)

        is_quiet = fault in (None, Fault.HANGS)
        assert await greeting(line.port, patience_s=1.0 if is_quiet else 30.0) in heard
        with pytest.raises(ssl.SSLCertVerificationError):
            await greeting(line.untrusted_port, context=ssl.create_default_context())
