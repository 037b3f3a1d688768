"""Slow, greedy and broken clients, over raw sockets."""

import asyncio
import time

import pytest

from channelhub.web.connection import Deadlines, Gate
from tests.web.conftest import Hub

QUICK = Deadlines(header_s=0.4, keepalive_s=0.6, body_grace_s=0.5, body_bytes_per_s=1024, body_s=60, stall_s=0.5)


@pytest.fixture
def deadlines() -> Deadlines:
    return QUICK


async def connect(hub: Hub) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", hub.server.port)


async def rest(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(60):
        return await reader.read()


async def drip(writer: asyncio.StreamWriter, data: bytes, *, every_s: float = 0.1) -> None:
    """One byte at a time until the other side closes."""
    try:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every_s)
    except ConnectionError:
        return


async def open_connections(hub: Hub, count: int) -> None:
    async with asyncio.timeout(60):
        while hub.server.gate.open != count:
            await asyncio.sleep(0.01)


async def test_a_header_that_drips_is_answered_408_and_closed(hub: Hub) -> None:
    reader, writer = await connect(hub)
    began = time.monotonic()
    dripping = asyncio.create_task(drip(writer, b"GET /livez HTTP/1.1\r\nX-Slow: " + b"a" * 200))
    answer = await rest(reader)
    took_s = time.monotonic() - began
    dripping.cancel()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408")
    assert took_s < 10  # the whole of it drips for twenty seconds


async def test_a_silent_connection_is_closed(hub: Hub) -> None:
    reader, writer = await connect(hub)
    answer = await rest(reader)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408")


async def test_an_idle_kept_connection_is_closed(hub: Hub) -> None:
    reader, writer = await connect(hub)
    writer.write(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
    answer = await rest(reader)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_body_that_drips_is_answered_408_and_nothing_is_stored(hub: Hub) -> None:
    reader, writer = await connect(hub)
    head = (
        "POST /api/v1/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n"
        f"Authorization: {hub.admin()['Authorization']}\r\n\r\n"
    )
    writer.write(head.encode())
    dripping = asyncio.create_task(drip(writer, b'{"account": "shop", "external_id": "drip"' + b" " * 500))
    answer = await rest(reader)
    dripping.cancel()
    writer.close()
    async with hub.http.get(f"{hub.url}/api/v1/messages", headers=hub.admin()) as listing:
        listed = await listing.json()

    assert answer.startswith(b"HTTP/1.1 408")
    assert listed["items"] == []


async def test_an_answer_to_a_body_too_slow_is_read_although_the_client_still_sends(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    """A socket closed over unread bytes is reset, and what was answered may be lost with it (RFC 9112, 9.6)."""
    reader, writer = await connect(hub)
    head = (
        "POST /api/v1/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n"
        f"Authorization: {hub.admin()['Authorization']}\r\n\r\n"
    )
    writer.write(head.encode())
    dripping = asyncio.create_task(drip(writer, b" " * 900, every_s=0.002))
    answer = await rest(reader)
    sends_on = not dripping.done()
    dripping.cancel()
    writer.close()
    await open_connections(hub, 0)

    assert answer.startswith(b"HTTP/1.1 408")
    assert sends_on
    assert caplog.text == ""


async def test_a_client_that_does_not_read_is_dropped(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    object.__setattr__(hub.parts, "metrics", lambda: b"#" * 40_000_000)
    _reader, writer = await connect(hub)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    async with asyncio.timeout(60):
        while hub.server.gate.open == 0:
            await asyncio.sleep(0.01)
        while hub.server.gate.open > 0:
            await asyncio.sleep(0.05)
    writer.close()

    assert hub.server.gate.open == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not http at all \r\n\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"GET /livez HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(500)) + b"\r\n", b"4"),
        (b"POST /api/v1/messages HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"400"),
        (b"POST /livez HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
    ],
)
async def test_broken_requests_get_a_problem_document(hub: Hub, sent: bytes, status: bytes) -> None:
    reader, writer = await connect(hub)
    writer.write(sent)
    answer = await rest(reader)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith((b"HTTP/1.1 " + status, b"HTTP/1.0 " + status)), head
    assert b"application/problem+json" in head
    assert b'"type":"/problems/' in body
    assert b"nosniff" in head


async def test_an_endless_header_costs_bounded_memory_and_time(hub: Hub) -> None:
    reader, writer = await connect(hub)
    writer.write(b"GET /livez HTTP/1.1\r\nX-Endless: ")
    answered = asyncio.create_task(rest(reader))
    sent = 0
    try:
        while not answered.done() and sent < 200_000_000:
            writer.write(b"a" * 65536)
            sent += 65536
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()

    assert sent < 20_000_000


async def test_a_body_over_the_limit_is_refused_before_it_is_read(hub: Hub) -> None:
    reader, writer = await connect(hub)
    writer.write(
        "POST /api/v1/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        f"Content-Length: 99999999999\r\nAuthorization: {hub.admin()['Authorization']}\r\n\r\n".encode()
    )
    async with asyncio.timeout(60):
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413")


async def test_a_chunked_body_over_the_limit_is_refused(hub: Hub) -> None:
    async def endless():
        for _ in range(2000):
            yield b"x" * 65536

    headers = hub.admin() | {"Content-Type": "application/json"}
    try:
        async with hub.http.post(f"{hub.url}/api/v1/messages", data=endless(), headers=headers) as answer:
            status = answer.status
    except OSError:
        status = 413  # the server closed while we were still sending, as it may

    assert status == 413


async def test_connections_over_the_cap_are_told_and_the_others_live(hub: Hub) -> None:
    hub.server.gate.max_connections = 3
    opened = [await connect(hub) for _ in range(3)]
    reader, writer = await connect(hub)
    answer = await rest(reader)
    for _, open_writer in opened:
        open_writer.close()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After" in answer


def test_a_crowd_from_one_address_leaves_room_for_others() -> None:
    gate = Gate(max_connections=10, max_per_peer=3, is_unlimited=lambda peer: peer == "127.0.0.1")
    crowd = [gate.enter("192.0.2.1") for _ in range(5)]
    gate.leave("192.0.2.1")

    assert crowd == [True, True, True, False, False]
    assert gate.enter("198.51.100.1")
    assert gate.enter("192.0.2.1")
    assert [gate.enter("127.0.0.1") for _ in range(7)] == [True] * 6 + [False]


async def test_pipelined_requests_are_each_answered(hub: Hub) -> None:
    reader, writer = await connect(hub)
    writer.write(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n" * 50)
    answer = await rest(reader)
    writer.close()

    assert answer.count(b"HTTP/1.1 200") == 50


async def test_a_client_that_hangs_up_in_the_middle_is_no_defect_of_ours(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await connect(hub)
    writer.write(b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
    writer.write(f"Authorization: {hub.admin()['Authorization']}\r\nExpect: 100-continue\r\n".encode())
    writer.write(b"Content-Length: 500\r\n\r\n")
    assert b"100 Continue" in await reader.readline()
    writer.transport.abort()
    await open_connections(hub, 0)

    assert not [record for record in caplog.records if record.levelname == "ERROR"]
