"""`channelhub send` beside a real daemon and a real relay: what a customer gets, and what the writer is told."""

import asyncio
import email
import email.policy
import json
import subprocess
import threading
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from channelhub.cli import send as sending
from channelhub.cli.client import CommandHub
from channelhub.cli.exits import Failure
from tests.cli.executable import EXECUTABLE, called
from tests.cli.terminal import on_a_terminal
from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import mail, processed

ANN = "email:ann@example.com"


@pytest.fixture
async def out() -> AsyncIterator[Keeper]:
    async with relay(Keeper()) as keeper:
        yield keeper


@pytest.fixture
async def daemon(tmp_path: Path, out: Keeper) -> AsyncIterator[Daemon]:
    sending = (
        f'kind = "smtp"\nrelay_host = "127.0.0.1"\nrelay_port = {out.port}\nfrom_address = "support@shop.example"\n'
    )
    made = Daemon(tmp_path, config=CONFIG.replace('kind = "smtp"\n', sending, 1))
    await made.start()
    await asyncio.to_thread(mail, made, subject="Лампа", text="The lamp is broken")
    await processed(made, count=1)
    yield made
    made.end()


async def send(daemon: Daemon, *args: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    command = [str(EXECUTABLE), "send", "-c", str(daemon.config_file), *args]
    return await asyncio.to_thread(
        subprocess.run, command, cwd=daemon.folder, input=typed, capture_output=True, text=True, timeout=60, check=False
    )


async def resend(daemon: Daemon, *args: str) -> "subprocess.CompletedProcess[str]":
    command = [str(EXECUTABLE), "resend", "-c", str(daemon.config_file), *args]
    return await asyncio.to_thread(
        subprocess.run, command, cwd=daemon.folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_files_that_go_nowhere_are_told_before_anything_is_written() -> None:
    way: Any = {"hindrance": "", "template": "", "public": False, "until": None, "takes_files": False}
    way["files"] = {"most": 0, "types": [], "reason": "Bluesky takes no files in private"}
    known: Any = {"reply": way, "elsewhere": None}

    assert sending._require_open(known, has_files=False) == ""
    with pytest.raises(Failure, match="takes no files in private: answer without files"):
        sending._require_open(known, has_files=True)


@pytest.mark.parametrize("to", ["ann@example.com", "email:", "#12"])
def test_what_names_nobody_is_refused(tmp_path: Path, to: str) -> None:
    done = called("send", to, "words", folder=tmp_path)

    assert done.returncode == 64
    assert "email:ann@example.com" in done.stderr


class Breaking(BaseHTTPRequestHandler):
    """Takes a request and breaks the connection, as often as its server's `breaks` says; then answers."""

    server: "Hub"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.append(self.headers["Idempotency-Key"])
        if len(self.server.keys) <= self.server.breaks:
            return
        self.send_response(202)
        self.end_headers()
        self.wfile.write(b'{"id":"7"}')

    def log_message(self, *_args: object) -> None: ...


class Hub(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, breaks: int) -> None:
        super().__init__(("127.0.0.1", 0), Breaking)
        self.breaks = breaks
        self.keys: list[str] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.mark.parametrize(("breaks", "given"), [(2, "7"), (3, None)])
def test_a_broken_connection_is_tried_again_under_the_same_key(
    breaks: int, given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PAUSE_S", 0.0)
    with Hub(breaks) as hub:
        daemon = CommandHub(f"http://127.0.0.1:{hub.server_address[1]}", "t")
        try:
            found = sending.handed_over(
                lambda: daemon.messages.reply("1", {"text": "words"}, key="key-1")["id"], "key-1"
            )
        except Failure as exc:
            found = None
            told = exc.message
        hub.shutdown()

    assert found == given
    assert hub.keys == ["key-1"] * 3
    assert given or "--key key-1" in told


@pytest.mark.slow
async def test_an_answer_goes_where_the_customer_wrote_once_and_its_end_is_told(daemon: Daemon, out: Keeper) -> None:
    (daemon.folder / "рахунок.pdf").write_bytes(b"%PDF-1.7")
    file = str(daemon.folder / "рахунок.pdf")
    first = await send(daemon, ANN, "--attach", file, "--json", "--wait", "60", typed="It is mended.\nCome by.\n")
    told = json.loads(first.stdout)
    once_more = (daemon, told["conversation_id"], "-", "--attach", file, "--json", "--key", told["key"])
    again = await send(*once_more, typed="It is mended.\nCome by.\n")
    other = await send(*once_more, typed="It is mended.")
    got = email.message_from_bytes(out.mails[0][2], policy=email.policy.default)
    unknown = await send(daemon, "email:eve@example.com", "words")
    empty = await send(daemon, ANN, typed=" \n")

    assert (told["state"], told["reason"], first.returncode) == ("sent", "", 0)
    assert json.loads(again.stdout)["id"] == told["id"]
    assert other.returncode == 1
    assert "used for another request" in other.stderr
    assert len(out.mails) == 1
    assert got["To"] == "Ann <ann@example.com>" or got["To"] == "ann@example.com"
    assert "It is mended." in out.texts()[0]
    assert [one.get_filename() for one in got.iter_attachments()] == ["рахунок.pdf"]
    assert (unknown.returncode, empty.returncode) == (1, 64)


@pytest.mark.slow
async def test_a_refusal_of_the_channel_is_told_with_its_reason(daemon: Daemon, out: Keeper) -> None:
    out.answers["RCPT"] = "550 5.1.1 no such mailbox"
    done = await send(daemon, ANN, "words", "--wait", "60")
    message_id = done.stdout.split()[1]
    del out.answers["RCPT"]
    again = await resend(daemon, message_id, "--wait", "60")
    twice = await resend(daemon, message_id)
    theirs = await resend(daemon, "1")

    assert done.returncode == 1
    assert " failed: " in done.stdout
    assert (again.returncode, again.stdout) == (0, f"message {message_id} sent\n")
    assert len(out.mails) == 1
    assert (twice.returncode, theirs.returncode) == (1, 1)
    assert "is sent; only uncertain and failed ones" in twice.stderr


@pytest.mark.slow
async def test_on_a_terminal_it_is_shown_and_asked_for_and_an_editor_opens(daemon: Daemon, out: Keeper) -> None:
    editor = daemon.folder / "editor"
    editor.write_text('#!/bin/sh\necho "from the editor" > "$1"\n')
    editor.chmod(0o755)
    args = ("send", "-c", str(daemon.config_file), ANN, "--wait", "60")

    def asked(*more: str, reply: str) -> tuple[str, int]:
        with on_a_terminal(*args, *more, folder=daemon.folder, environ={"EDITOR": str(editor)}) as terminal:
            terminal.wait_for("Send it?")
            terminal.type(reply)
            code = terminal.ended()
        return terminal.shown, code

    declined, declined_code = await asyncio.to_thread(asked, "no, not this", reply="n\n")
    before = list(out.mails)
    shown, code = await asyncio.to_thread(asked, reply="y\n")

    assert (declined_code, before) == (130, [])
    assert "about “Лампа”" in declined
    assert code == 0
    assert "from the editor" in shown
    assert " sent" in shown
    assert "from the editor" in out.texts()[0]


@pytest.mark.slow
async def test_a_conversation_is_begun_by_mail_and_goes_on_with_the_answer(daemon: Daemon, out: Keeper) -> None:
    told = await send(daemon, "email:New@Example.com", "Your parcel is here.", "--subject", "Parcel 7", "--json")
    made = json.loads(told.stdout)
    [(_, [recipient], content)] = out.mails
    sent = email.message_from_bytes(content, policy=email.policy.default)
    await asyncio.to_thread(
        mail, daemon, sender="new@example.com", subject="Re: Parcel 7", text="Thanks", in_reply_to=sent["Message-ID"],
        message_id="<2@example.com>",
    )  # fmt: skip
    await processed(daemon, count=2)
    again = await send(daemon, "email:new@example.com", "You are welcome.", "--json")
    by_chat = await send(daemon, "telegram:7391", "Hello", "--subject", "News")
    without = await send(daemon, "email:new@example.com", "Hello", "--account", "mail")

    assert made["state"] == "sent"
    assert (recipient.lower(), sent["Subject"], sent["In-Reply-To"]) == ("new@example.com", "Parcel 7", None)
    assert json.loads(again.stdout)["conversation_id"] == made["conversation_id"]
    assert by_chat.returncode == 1
    assert "only mail can be written first" in by_chat.stderr
    assert without.returncode == 64
