"""An outage of a real daemon as the command line knows it: in the list, offered by the shell, told by `tail`."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.cli.executable import called
from tests.cli.terminal import CTRL_C, on_a_terminal
from tests.daemon import Daemon
from tests.e2e.talking import get

SAID = (
    "Не проходить оплата карткою, пише помилка банку",
    "Не могу оплатить заказ картой, ошибка банка",
    "Card payment fails with a bank error",
    "Оплата карткою не працює, помилка",
    "Ошибка при оплате картой, банк отклоняет платеж",
    "I can't pay by card, the bank payment is declined with an error",
)

pytestmark = pytest.mark.slow


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    async with aiohttp.ClientSession(made.url, headers=made.authorization()) as http:
        for number, text in enumerate(SAID * 3):
            message = {
                "account": "shop", "external_id": f"r{number}", "text": f"{text} {'!' * (number // len(SAID))}",
                "sender": {"identities": [{"kind": "email", "value": f"c{number}@example.com"}]},
            }  # fmt: skip
            async with http.post("/api/v1/messages", json=message) as answer:
                assert answer.status == 202
    yield made
    made.end()


async def outage_of(daemon: Daemon, *, within_s: float = 60.0) -> str:
    """The id of the outage, once there is one."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = (await asyncio.to_thread(get, daemon, "/outages"))["items"]
        if found:
            return str(found[0]["id"])
        await asyncio.sleep(0.1)
    raise AssertionError("no outage was suspected")


async def test_an_outage_is_listed_offered_and_told(daemon: Daemon) -> None:
    outage_id = await outage_of(daemon)
    file = str(daemon.config_file)
    asking = {
        "_CHANNELHUB_COMPLETE": "zsh_complete", "COMP_CWORD": "5",
        "COMP_WORDS": f"channelhub -c {file} outages confirm {outage_id[:1]}",
    }  # fmt: skip
    offered = await asyncio.to_thread(called, folder=daemon.folder, environ=asking)
    with on_a_terminal("outages", "list", "--open", "-c", file, folder=daemon.folder) as terminal:
        code = terminal.ended()
    with on_a_terminal("tail", "--type", "outage.*", "--since", "1h", "-c", file, folder=daemon.folder) as tailing:
        told = tailing.wait_for(f"outage {outage_id} suspected")
        tailing.type(CTRL_C)
        ended = tailing.ended()

    shape, value, about = offered.stdout.splitlines()[:3]
    assert (shape, value) == ("plain", outage_id)
    assert about.startswith("suspected, ")
    assert code == 0
    assert outage_id in terminal.shown
    assert "message.received" not in told
    assert ended == 0
