"""`channelhub tail` beside a real daemon: in a pipe, on a terminal, and through a restart."""

import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.cli.tail import Wanted
from tests.cli.executable import EXECUTABLE, called, channelhub
from tests.cli.terminal import CTRL_C, on_a_terminal
from tests.client.streaming import frame, streaming
from tests.daemon import Daemon


def event(kind: str = "message.received", *, account: str = "shop", **data: Any) -> dict[str, Any]:
    return {"type": kind, "account": account, "timestamp": "2026-03-02T09:00:00Z", "data": data}


def test_filters_are_all_to_be_met() -> None:
    wanted = Wanted(patterns=("message.*",), accounts=frozenset({"shop"}), since=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    assert wanted.takes(event())
    assert not wanted.takes(event("outage.grown"))
    assert not wanted.takes(event(account="mail"))
    assert not wanted.takes(event() | {"timestamp": "2026-03-02T08:59:59Z"})


def test_a_customer_is_followed_through_links() -> None:
    wanted = Wanted(customer_ids={"1"})
    before = wanted.takes(event(customer_id="2"))
    linked = wanted.takes(event("customer.linked", left_customer_id="1", right_customer_id="2"))

    assert (before, linked) == (False, True)
    assert wanted.takes(event(customer_id="2"))


@pytest.mark.parametrize(
    "option", [("--type", "outrage.*"), ("--since", "yesterday"), ("--token-file", "/dev/null"), ("--after", "-1")]
)
def test_what_can_not_be_meant_is_refused(tmp_path: Path, option: tuple[str, str]) -> None:
    assert called("tail", *option, folder=tmp_path).returncode == 64


def test_it_ends_soon_when_nobody_reads_it_and_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    with streaming() as hub:
        hub.answers = [frame(1), *[b": still here\n\n"] * 100]
        command = [str(EXECUTABLE), "tail", "--hub", hub.url, "--token-file", "token"]
        with subprocess.Popen(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE) as process:
            line = next_line(process)
            assert process.stdout is not None
            process.stdout.close()
            code = process.wait(timeout=30)

    assert line.endswith("connector.up        mail (smtp) ok\n")
    assert code == 0


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path)
    await made.start()
    yield made
    made.end()


@contextmanager
def tailing(
    daemon: Daemon, *args: str, begin: tuple[str, str] = ("--since", "1h")
) -> Iterator["subprocess.Popen[str]"]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
    command = [str(EXECUTABLE), "tail", "-c", str(daemon.config_file), *begin, *args]
    with subprocess.Popen(
        command, cwd=daemon.folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


async def write(daemon: Daemon, external_id: str, *, sender: str = "ann@example.com") -> None:
    body = {
        "account": "shop", "external_id": external_id, "text": "The code does not arrive",
        "sender": {"identities": [{"kind": "email", "value": sender}]},
    }  # fmt: skip
    url = f"{daemon.url}/api/v1/messages"
    async with aiohttp.ClientSession(headers=daemon.authorization()) as http, http.post(url, json=body) as answer:
        assert answer.status == 202


@pytest.mark.slow
async def test_events_come_in_lines_and_through_a_restart(daemon: Daemon) -> None:
    await write(daemon, "1")
    with tailing(daemon, "--json", "--type", "message.received") as process:
        first = json.loads(next_line(process))
        assert daemon.stop() == 0
        await daemon.start()
        await write(daemon, "2")
        second = json.loads(next_line(process))
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)

    assert (first["type"], first["account"]) == ("message.received", "shop")
    assert int(first["data"]["message_id"]) < int(second["data"]["message_id"])
    assert code == 0


@pytest.mark.slow
async def test_it_begins_after_an_event(daemon: Daemon) -> None:
    await write(daemon, "1")
    with tailing(daemon, "--json", "--type", "message.received") as process:
        first = json.loads(next_line(process))
    await write(daemon, "2")
    with tailing(daemon, "--json", "--type", "message.received", begin=("--after", first["id"])) as process:
        second = json.loads(next_line(process))
    both = called("tail", "--since", "1h", "--after", "1", folder=daemon.folder)

    assert int(first["data"]["message_id"]) < int(second["data"]["message_id"])
    assert both.returncode == 64


@pytest.mark.slow
async def test_a_customers_events_in_words_for_who_reads_them(daemon: Daemon) -> None:
    for number, sender in enumerate(("bob@example.com", "ann@example.com"), start=1):
        await write(daemon, str(number), sender=sender)
        with tailing(daemon) as process:  # numbers are given as messages are processed
            while f"#{number}" not in next_line(process):
                pass
    stranger = channelhub(
        "tail", "-c", str(daemon.config_file), "--customer", "email:eve@example.com", folder=daemon.folder
    )
    with on_a_terminal(
        "tail",
        "-c",
        str(daemon.config_file),
        "--since",
        "1h",
        "--customer",
        "email:ann@example.com",
        folder=daemon.folder,
    ) as terminal:
        shown = terminal.wait_for("incident.opened")
        terminal.type(CTRL_C)
        code = terminal.ended()
    with on_a_terminal(
        "tail", "-c", str(daemon.config_file), "--since", "1h", folder=daemon.folder, environ={"NO_COLOR": "1"}
    ) as plain:
        uncoloured = plain.wait_for("incident.opened")

    assert "\x1b[" in shown
    assert "#2 of customer" in terminal.shown or "#2 of customer" in shown
    assert "#1 of customer" not in terminal.shown
    assert code == 0
    assert "\x1b" not in uncoloured
    assert stranger.returncode == 1


@pytest.mark.slow
async def test_it_ends_when_nobody_reads_it(daemon: Daemon) -> None:
    with tailing(daemon) as process:
        await write(daemon, "1")
        next_line(process)
        assert process.stdout is not None
        process.stdout.close()
        await write(daemon, "2")
        code = process.wait(timeout=30)
        assert process.stderr is not None
        complaint = process.stderr.read()

    assert (code, complaint) == (0, "")
