"""`channelhub import`: beside the daemon and without one, interrupted and repeated, nothing lost, nothing doubled."""

import asyncio
import io
import json
import os
import pty
import re
import smtplib
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import aiohttp
import pytest

from channelhub.store import inbox
from channelhub.store.opening import reading
from tests.cli.executable import EXECUTABLE, called
from tests.daemon import Daemon

DEADLINE_S = 60.0


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.end()


def mail(number: int, *, more: str = "") -> str:
    return (
        f"From: Ann <ann@example.com>\nTo: help@example.org\nDate: Tue, 21 Nov 2023 10:00:{number % 60:02d} +0000\n"
        f"Subject: parcel {number}\nMessage-ID: <m{number}@example.com>\n{more}\nIt is late.\n\nFrom Kyiv.\n"
    )


def write_mbox(path: Path, numbers: range, *, more: str = "Status: RO\n") -> Path:
    with path.open("w", newline="") as file:
        for number in numbers:
            quoted = mail(number, more=more).replace("\nFrom Kyiv", "\n>From Kyiv")
            file.write(f"From ann@example.com Tue Nov 21 10:00:00 2023\n{quoted}\n")
    return path


def bring_in(daemon: Daemon, *args: str) -> dict[str, Any]:
    done = called("import", *args, "--json", "-c", str(daemon.config_file), folder=daemon.folder)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def counts(summary: dict[str, Any]) -> tuple[int, int, int, int]:
    return summary["imported"], summary["duplicates"], summary["left_out"], summary["bad"]


def stored(daemon: Daemon) -> list[str]:
    """The ids of every delivery in the database, oldest first."""

    async def look() -> list[str]:
        async with reading(daemon.state_dir) as session:
            return [one.delivery_id for one in await inbox.page(session, after=0, limit=100_000)]

    return asyncio.run(look())


def holds(daemon: Daemon, least: int) -> bool:
    try:
        return (daemon.state_dir / "channelhub.db").exists() and len(stored(daemon)) >= least
    except sqlite3.OperationalError:  # its tables are just being made
        return False


def is_settled(daemon: Daemon) -> bool:
    async def look() -> bool:
        async with reading(daemon.state_dir) as session:
            return not await inbox.oldest_pending(session, limit=1)

    return asyncio.run(look())


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def card(daemon: Daemon, identity: str) -> dict[str, Any]:
    done = called("card", identity, "--json", "-c", str(daemon.config_file), folder=daemon.folder)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_brings_an_mbox_in_without_a_daemon_and_again_changes_nothing(daemon: Daemon) -> None:
    box = write_mbox(daemon.folder / "box.mbox", range(30))
    first = bring_in(daemon, "mbox", str(box))
    again = bring_in(daemon, "mbox", str(box))

    assert counts(first) == (30, 0, 0, 0)
    assert counts(again) == (0, 30, 0, 0)
    assert len(stored(daemon)) == 30


@pytest.mark.slow
def test_history_stands_at_its_own_time_and_opens_no_incident(daemon: Daemon) -> None:
    asyncio.run(daemon.start())
    box = write_mbox(daemon.folder / "box.mbox", range(3))
    assert counts(bring_in(daemon, "mbox", str(box))) == (3, 0, 0, 0)
    until(lambda: is_settled(daemon))
    found = card(daemon, "email:ann@example.com")

    assert [one["at"] for one in found["timeline"]["items"]] == [f"2023-11-21T10:00:0{second}Z" for second in (2, 1, 0)]
    assert "From Kyiv." in found["timeline"]["items"][0]["text"]
    assert found["incidents"] == []


@pytest.mark.slow
def test_what_is_there_is_not_even_sent_again(daemon: Daemon) -> None:
    asyncio.run(daemon.start())
    box = write_mbox(daemon.folder / "box.mbox", range(250))
    first, again = bring_in(daemon, "mbox", str(box)), bring_in(daemon, "mbox", str(box))
    with urlopen(Request(f"{daemon.url}/metrics", headers=daemon.authorization()), timeout=60) as answer:
        counted = [
            line
            for line in answer.read().decode().splitlines()
            if line.startswith("channelhub_messages_received_total")
        ]

    assert (counts(first), counts(again)) == ((250, 0, 0, 0), (0, 250, 0, 0))
    assert 'channelhub_messages_received_total{channel="mail",result="stored"} 250.0' in counted
    assert not [line for line in counted if "duplicate" in line and not line.endswith(" 0.0")]


@pytest.mark.slow
def test_a_mail_brought_in_and_later_received_is_one_entry(daemon: Daemon) -> None:
    asyncio.run(daemon.start())
    bring_in(daemon, "mbox", str(write_mbox(daemon.folder / "box.mbox", range(2))))
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port) as client:
        trace = "Received: from mx.example by mail.example; Tue, 21 Nov 2023 10:00:05 +0000\n"
        client.sendmail("ann@example.com", ["help@example.org"], trace + mail(0))
    until(lambda: is_settled(daemon))

    assert len(stored(daemon)) == 2
    assert len(card(daemon, "email:ann@example.com")["timeline"]["items"]) == 2


@pytest.mark.slow
def test_takes_a_maildir_by_its_flags(daemon: Daemon) -> None:
    box = daemon.folder / "Maildir"
    for place, name, number in (
        ("new", "1.host", 1), ("cur", "2.host:2,S", 2), ("cur", "3.host:2,RS", 3), ("cur", "4.host:2,ST", 4),
        ("cur", "5.host:2,DS", 5), ("tmp", "6.host", 6), (".Archive/cur", "7.host:2,S", 7),
    ):  # fmt: skip
        path = box / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(mail(number))

    assert counts(bring_in(daemon, "maildir", str(box))) == (3, 0, 2, 0)
    assert counts(bring_in(daemon, "maildir", str(box), "--recursive")) == (1, 3, 2, 0)


def test_a_bad_file_is_told_and_the_others_come_in(daemon: Daemon) -> None:
    tree = daemon.folder / "tree"
    for name, content in (
        ("a.eml", mail(1).encode()), ("b.eml", b""), ("c.eml", b"\x00\x01 no mail at all"),
        ("in/d.eml", mail(2).encode()), ("in/e.EML", ("\ufeff" + mail(3)).encode()), ("in/notes.txt", b"no mail"),
    ):  # fmt: skip
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with (tree / "huge.eml").open("wb") as file:
        file.truncate(37 * 1024 * 1024)
    found = bring_in(daemon, "eml", str(tree))

    assert counts(found) == (3, 0, 0, 3)
    assert {(Path(one["where"]).name, one["reason"]) for one in found["failures"]} == {
        ("b.eml", "the file is empty"),
        ("c.eml", "it is no mail: it doesn't begin with headers"),
        ("huge.eml", "larger than 36 MiB"),
    }


def test_the_same_in_words_with_each_bad_file_on_standard_error(daemon: Daemon) -> None:
    (daemon.folder / "a.eml").write_text(mail(1))
    (daemon.folder / "b.eml").write_text("")
    done = called("import", "eml", ".", "-c", str(daemon.config_file), folder=daemon.folder)

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "1 mails brought in, 0 were there already, 0 left out (deleted or drafts), 1 unreadable.",
        "They are read when the daemon starts.",
    ]
    assert done.stderr == "channelhub: b.eml: the file is empty\n"


@pytest.mark.slow
def test_on_a_terminal_a_bar_moves_and_the_result_stands_below(daemon: Daemon) -> None:
    box = write_mbox(daemon.folder / "box.mbox", range(500))
    (daemon.folder / "bad.mbox").write_text("From a@b.example Tue Nov 21 10:00:00 2023\n\nno header\n")
    ours, its = pty.openpty()
    command = [str(EXECUTABLE), "import", "mbox", str(box), "bad.mbox", "-c", str(daemon.config_file)]
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    running = subprocess.Popen(command, cwd=daemon.folder, stdin=its, stdout=its, stderr=its, env=environ)
    os.close(its)
    shown = b""
    with suppress(OSError):  # how the end of a terminal is told
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)

    assert running.wait(timeout=60) == 0
    assert re.search(rb"bytes .*[1-9]\d?%", shown)
    assert b"channelhub: bad.mbox, byte 0: it is no mail" in shown
    assert (
        shown.decode()
        .rstrip()
        .splitlines()[-2]
        .endswith("500 mails brought in, 0 were there already, 0 left out (deleted or drafts), 1 unreadable.")
    )


@pytest.mark.slow
def test_killed_anywhere_and_run_again_it_holds_every_mail_once(daemon: Daemon) -> None:
    box = write_mbox(daemon.folder / "box.mbox", range(4000))
    command = [str(EXECUTABLE), "import", "mbox", str(box), "-c", str(daemon.config_file)]
    for least in (1, 300, 700):
        running = subprocess.Popen(command, cwd=daemon.folder, stdout=subprocess.DEVNULL)
        until(partial(holds, daemon, least))
        running.kill()
        running.wait(timeout=60)
    partly = len(stored(daemon))
    found = bring_in(daemon, "mbox", str(box))

    assert partly < 4000
    assert counts(found) == (4000 - partly, partly, 0, 0)
    assert len(set(stored(daemon))) == len(stored(daemon)) == 4000


@pytest.mark.slow
def test_a_daemon_killed_meanwhile_is_waited_for(daemon: Daemon) -> None:
    asyncio.run(daemon.start())
    box = write_mbox(daemon.folder / "box.mbox", range(1500))
    command = [str(EXECUTABLE), "import", "mbox", str(box), "--json", "-c", str(daemon.config_file)]
    running = subprocess.Popen(command, cwd=daemon.folder, stdout=subprocess.PIPE, text=True)
    until(lambda: len(stored(daemon)) > 100)
    daemon.kill()
    held = len(stored(daemon))
    asyncio.run(daemon.start())
    output, _ = running.communicate(timeout=100)
    until(lambda: is_settled(daemon))

    assert 100 < held < 1500
    assert counts(json.loads(output))[2:] == (0, 0)
    assert sum(counts(json.loads(output))) == 1500
    assert len(set(stored(daemon))) == len(stored(daemon)) == 1500


def test_says_what_is_wrong_with_a_path_or_an_account(daemon: Daemon) -> None:
    (daemon.folder / "a.txt").write_text("no mailbox")

    def refused(*args: str) -> tuple[int, str]:
        done = called("import", *args, "-c", str(daemon.config_file), folder=daemon.folder)
        return done.returncode, done.stderr

    assert refused("mbox", "a.txt") == (65, "channelhub: a.txt is no mbox: it doesn't begin with a line `From …`\n")
    assert refused("maildir", ".") == (65, "channelhub: . is no Maildir: it has neither `new` nor `cur`\n")
    assert refused("eml", "a.txt", "--account", "shop") == (
        64, "channelhub: 'shop' is no mail account; there are: mail\n",
    )  # fmt: skip
    assert refused("eml", "missing")[0] == 64


@pytest.mark.slow
async def test_the_route_says_why_it_takes_something_not(daemon: Daemon) -> None:
    await daemon.start()
    sent = {"Content-Type": "message/rfc822"}
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:

        async def status(account: str, body: bytes, headers: dict[str, str]) -> int:
            async with http.post(f"/api/v1/import/{account}", data=io.BytesIO(body), headers=headers) as answer:
                return answer.status

        async with http.post("/api/v1/import/mail", data=mail(1).encode(), headers=sent) as answer:
            first = await answer.json()
        async with http.post("/api/v1/import/mail", data=mail(1).encode(), headers=sent) as answer:
            again = await answer.json()
        refusals = [
            await status("nobody", mail(1).encode(), sent),
            await status("shop", mail(1).encode(), sent),
            await status("mail", mail(1).encode(), {"Content-Type": "application/json"}),
            await status("mail", b"no mail at all", sent),
            await status("mail", bytes(36 * 1024 * 1024 + 1), sent),
        ]
        async with http.get("/api/v1/messages") as answer:
            [arrived] = (await answer.json())["items"]
        async with http.post("/api/v1/import/mail/held", json={"ids": ["none", arrived["external_id"]]}) as answer:
            held = await answer.json()

    assert (first["duplicate"], again) == (False, first | {"duplicate": True})
    assert refusals == [404, 422, 415, 422, 413]
    assert held == {"held": [arrived["external_id"]]}
