"""`channelhub webhooks listen`: a receiver for developers."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channelhub.cli.webhooks.receiver import MAX_BYTES, Received, Receiver
from channelhub.sdk.webhook_keys import new_secret, read_key, signed_by_all
from channelhub.sdk.webhook_proof import Fault
from tests.cli.executable import EXECUTABLE, called

pytestmark = pytest.mark.slow

SECRET = new_secret()
BODY = '{"type":"incident.opened","data":{"number":1042},"name":"Оля\\u001b[31m"}'.encode()


def signed(message_id: str = "evt_1", *, secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    return dict(signed_by_all(message_id, body, keys=[read_key(secret)], at=datetime.now(UTC)))


@asynccontextmanager
async def receiver(**more: Any) -> AsyncIterator[tuple[Receiver, list[Received], aiohttp.ClientSession]]:
    shown: list[Received] = []
    values: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "secrets": [SECRET], "show": shown.append}
    async with Receiver(**values | more) as made, aiohttp.ClientSession() as http:
        yield made, shown, http


async def post(http: aiohttp.ClientSession, url: str, headers: dict[str, str], body: bytes = BODY) -> int:
    async with http.post(f"{url}/any/path", data=BytesIO(body), headers=headers) as answer:
        return answer.status


async def test_a_genuine_post_is_taken_and_a_forged_one_refused_with_why() -> None:
    async with receiver() as (made, shown, http):
        taken = await post(http, made.url, signed())
        forged = await post(http, made.url, signed("evt_2"), body=BODY + b"\n")

    assert (taken, forged) == (204, 401)
    assert [one.is_genuine for one in shown] == [True, False]
    assert shown[1].refused is not None
    assert shown[1].refused.fault is Fault.MISMATCH
    assert "without its last line break" in shown[1].causes[0]


async def test_a_repetition_is_noticed() -> None:
    async with receiver() as (made, shown, http):
        for message_id in ("evt_1", "evt_2", "evt_1"):
            await post(http, made.url, signed(message_id))

    assert [one.is_repeated for one in shown] == [False, False, True]


async def test_without_a_secret_nothing_is_verified_and_everything_taken() -> None:
    async with receiver(secrets=[]) as (made, shown, http):
        status = await post(http, made.url, {}, b"anything")

    assert status == 204
    assert (shown[0].is_genuine, shown[0].message_id, shown[0].body) == (None, "", b"anything")


async def test_told_to_fail_it_fails_whatever_comes() -> None:
    async with receiver(fail_status=503) as (made, shown, http):
        status = await post(http, made.url, signed())

    assert status == shown[0].status == 503
    assert shown[0].is_genuine


async def test_what_is_handed_on_arrives_byte_for_byte_and_its_answer_comes_back() -> None:
    arrived: list[tuple[bytes, dict[str, str]]] = []

    async def take(request: web.Request) -> web.Response:
        arrived.append((await request.read(), {name.lower(): value for name, value in request.headers.items()}))
        return web.Response(status=418)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    headers = signed() | {"Content-Type": "application/json", "Authorization": "Bearer not-yours"}
    try:
        async with receiver(forward=url) as (made, shown, http):
            status = await post(http, made.url, headers)
    finally:
        await runner.cleanup()

    [(body, had)] = arrived
    assert (status, body) == (418, BODY)
    assert {name: had[name] for name in signed()} == {name.lower(): headers[name] for name in signed()}
    assert "authorization" not in had
    assert shown[0].note.endswith("answered 418")


async def test_an_address_that_is_gone_is_a_502() -> None:
    async with receiver(forward="http://127.0.0.1:1/") as (made, shown, http):
        status = await post(http, made.url, signed())

    assert status == 502
    assert "can't be reached" in shown[0].note


async def test_it_takes_posts_only_and_of_bounded_size() -> None:
    async with receiver() as (made, shown, http):
        async with http.get(made.url) as answer:
            got = answer.status
        large = await post(http, made.url, signed(), b"x" * (MAX_BYTES + 1))

    assert (got, large, shown) == (405, 413, [])


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command itself with --json, and the address it names."""
    (tmp_path / "secret").write_text(SECRET)
    with subprocess.Popen(
        [str(EXECUTABLE), "webhooks", "listen", "--port", "0", "--secret-file", "secret", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")},
    ) as process:
        assert process.stderr is not None
        yield process, process.stderr.readline().split()[2].rstrip(";")
        if process.poll() is None:
            process.kill()


async def test_the_command_prints_a_line_for_each_post_and_ends_cleanly(
    listening: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = listening
    async with aiohttp.ClientSession() as http:
        status = await post(http, url, signed() | {"Authorization": "Bearer chub_secret"})
    assert process.stdout is not None
    line = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said = json.loads(line)

    assert process.wait(10) == 0
    assert status == said["status"] == 204
    assert (said["verified"], said["body"]["type"], said["headers"]["authorization"]) == (
        True,
        "incident.opened",
        "***",
    )
    assert SECRET not in line
    assert "\x1b" not in line


async def test_it_ends_when_nobody_reads_what_it_prints(listening: tuple[subprocess.Popen[str], str]) -> None:
    process, url = listening
    assert process.stdout is not None
    process.stdout.close()
    async with aiohttp.ClientSession() as http:
        status = await post(http, url, signed())

    assert status == 204
    assert await asyncio.to_thread(process.wait, 10) in (0, 1)


def test_an_address_to_hand_on_to_must_be_one(tmp_path: Path) -> None:
    done = called("webhooks", "listen", "--forward", "file:///etc/passwd", folder=tmp_path)

    assert done.returncode == 64
    assert "no address to hand on to" in done.stderr
