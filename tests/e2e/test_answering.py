"""An answer from the API to a real relay: its words, its HTML twin, its files, its place in the thread, its fate."""

import asyncio
import base64
import email
import email.policy
import io
import json
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon

pytestmark = pytest.mark.slow  # daemons

RELAYED = 'from_address = "help@example.org"\nfrom_name = "Підтримка"\nrelay_host = "127.0.0.1"\nrelay_port = {port}\n'
INVOICE = {
    "filename": "рахунок.pdf",
    "content_type": "application/pdf",
    "content": base64.b64encode(b"invoice").decode(),
}
ASKED = "From: Ann <ann@example.com>\r\nSubject: parcel\r\nMessage-ID: <a{}@example.com>\r\n\r\nWhere is it?\r\n"


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    async with relay(Keeper()) as kept:
        yield kept


@pytest.fixture
async def daemon(tmp_path: Path, keeper: Keeper) -> AsyncIterator[Daemon]:
    relayed = RELAYED.replace("{port}", str(keeper.port))
    daemon = Daemon(tmp_path, config=CONFIG.replace('kind = "smtp"\n', f'kind = "smtp"\n{relayed}'))
    await daemon.start()
    yield daemon
    daemon.end()


def ask(daemon: Daemon, number: int = 1) -> None:
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port) as client:
        client.sendmail("ann@example.com", ["help@example.org"], ASKED.format(number))


async def entries(http: aiohttp.ClientSession) -> list[dict[str, Any]]:
    async with http.get("/api/v1/customers/lookup", params={"identity": "email:ann@example.com"}) as answer:
        if answer.status != 200:
            return []
        return list((await answer.json())["timeline"]["items"])


async def entry_in_state(http: aiohttp.ClientSession, *states: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            for one in await entries(http):
                if one["type"] == "message" and one["state"] in states:
                    return one
            await asyncio.sleep(0.05)


async def reply(daemon: Daemon, http: aiohttp.ClientSession, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    ask(daemon)
    async with asyncio.timeout(60):
        while not (known := await entries(http)):
            await asyncio.sleep(0.05)
    url = f"/api/v1/conversations/{known[-1]['conversation_id']}/replies"
    content = io.BytesIO(json.dumps(body).encode())
    async with http.post(url, data=content, headers={"Content-Type": "application/json"}) as answer:
        return answer.status, await answer.json()


async def test_an_answer_arrives_whole_and_in_its_thread(daemon: Daemon, keeper: Keeper) -> None:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        status, queued = await reply(daemon, http, {"text": "Ось <b>він</b>.", "attachments": [INVOICE]})
        sent = await entry_in_state(http, "sent")
        async with http.get(f"/api/v1/messages/{queued['id']}/attachments/0") as answer:
            downloaded = await answer.read()

    ((_, recipients, content),) = keeper.mails
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert status == 202
    assert (sent["id"], sent["attachments"], sent["reason"]) == (queued["id"], 1, "")
    assert recipients == ["ann@example.com"]
    assert (mail["In-Reply-To"], mail["References"]) == ("<a1@example.com>", "<a1@example.com>")
    assert plain.get_content().strip() == "Ось <b>він</b>."
    assert "Ось &lt;b&gt;він&lt;/b&gt;." in html.get_content()
    assert [(one.get_filename(), one.get_content()) for one in mail.iter_attachments()] == [("рахунок.pdf", b"invoice")]
    assert downloaded == b"invoice"


@pytest.mark.parametrize(
    ("answer", "state"), [("550 5.1.1 No such user", "failed"), ("451 4.3.0 Not just now", "delayed")]
)
async def test_the_timeline_says_what_the_relay_said(daemon: Daemon, keeper: Keeper, answer: str, state: str) -> None:
    keeper.answers["RCPT"] = answer
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        await reply(daemon, http, {"text": "It is on its way."})
        shown = await entry_in_state(http, state)

    assert shown["reason"] == f"the relay refuses the mail: {answer}"


REFUSED = (
    ([{"filename": "a", "content": "not base64!"}], 422),
    ([{"filename": "", "content": "YQ=="}], 422),
    ([INVOICE] * 21, 422),
    ([{"filename": "a", "content": base64.b64encode(bytes(18 * 1024 * 1024 + 1)).decode()}], 413),
)


async def test_files_that_are_none_or_too_much_are_refused(daemon: Daemon, keeper: Keeper) -> None:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        refused = [(await reply(daemon, http, {"text": "Here.", "attachments": files}))[0] for files, _ in REFUSED]

    assert refused == [status for _, status in REFUSED]
    assert keeper.mails == []
