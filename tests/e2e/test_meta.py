"""Customers of Meta's channels through the real daemon: windows, answers, statuses, what got lost, what is wrong."""

import asyncio
import hashlib
import hmac
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.cli.executable import EXECUTABLE
from tests.connectors.meta_inbox import vectors as inbox
from tests.connectors.whatsapp import vectors as wa
from tests.daemon import CONFIG, Daemon
from tests.servers.graph import NUMBER_ID, TOKEN, GraphServer

pytestmark = pytest.mark.slow

SECRET = "an-app-secret-of-nobody"
KEYS = f'token = "{TOKEN}"\napp_secret = "{SECRET}"\nverify_token = "made-up"\nbase_url = "%s"\n'
ACCOUNTS = f"""
[accounts.wa]
kind = "whatsapp"
phone_number_id = "{NUMBER_ID}"
{KEYS}
[accounts.page]
kind = "messenger"
page_id = "{inbox.PAGE}"
app_id = "{inbox.APP_ID}"
{KEYS}
[accounts.insta]
kind = "instagram"
instagram_id = "{inbox.ACCOUNT}"
app_id = "{inbox.APP_ID}"
{KEYS}
"""


class Meta:
    """A daemon with three of Meta's channels, and what happens at Meta."""

    def __init__(self, daemon: Daemon, server: GraphServer, http: aiohttp.ClientSession) -> None:
        self.daemon, self.server, self.http = daemon, server, http

    async def posts(self, account: str, body: bytes, *, secret: str = SECRET) -> int:
        signed = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
        url = f"{self.daemon.url}/hooks/{account}"
        async with self.http.post(url, data=body, headers={"X-Hub-Signature-256": signed}) as answer:
            return answer.status

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        url, headers = f"{self.daemon.url}/api/v1{path}", self.daemon.authorization()
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def timeline(self, identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
        """The customer's entries, newest first, as soon as they are so."""
        items: list[Any] = []
        try:
            async with asyncio.timeout(30):
                while True:
                    status, found = await self.ask("GET", f"/customers/lookup?identity={identity}")
                    items = found["timeline"]["items"] if status == 200 else []
                    if items and when(items):
                        return items
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{identity} has {items}") from None

    async def answered(self, conversation: str, text: str) -> str:
        status, made = await self.ask("POST", f"/conversations/{conversation}/replies", {"text": text})
        assert status == 202, made
        return str(made["id"])

    async def run(self, *args: str) -> "subprocess.CompletedProcess[str]":
        command = [str(EXECUTABLE), *args, "-c", str(self.daemon.config_file)]
        return await asyncio.to_thread(
            subprocess.run, command, cwd=self.daemon.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture
async def meta(tmp_path: Path) -> AsyncIterator[Meta]:
    async with GraphServer() as server, aiohttp.ClientSession() as http:
        server.subscriptions = {inbox.APP_ID: ["messages", "feed"]}
        server.objects[NUMBER_ID] = {}
        daemon = Daemon(tmp_path, config=CONFIG + ACCOUNTS % ((server.url,) * 3))
        await daemon.start()
        try:
            yield Meta(daemon, server, http)
        finally:
            daemon.end()


async def test_customers_of_three_channels_are_answered_as_each_allows(meta: Meta) -> None:
    await whatsapp(meta)
    await page(meta)
    await instagram(meta)
    await trouble(meta)


async def whatsapp(meta: Meta) -> None:
    """A closed window is told before anything is written; an open one takes an answer, whose statuses are shown."""
    assert await meta.posts("wa", wa.said(wa.text("Давно питала"))) == 200
    [old] = await meta.timeline(f"whatsapp:{wa.USER}", lambda items: len(items) == 1)
    conversation = old["conversation_id"]
    _, known = await meta.ask("GET", f"/conversations/{conversation}")
    refused = await meta.run("send", f"whatsapp:{wa.USER}", "Вже їде")
    assert known["reply"]["hindrance"] == "window-closed"
    assert refused.returncode == 1
    assert "takes answers for 24 hours after that only" in refused.stderr

    fresh = wa.text("Де моє замовлення?", number=2, timestamp=str(int(time.time())))
    assert await meta.posts("wa", wa.said(fresh)) == 200
    await meta.timeline(f"whatsapp:{wa.USER}", lambda items: len(items) == 2)
    _, known = await meta.ask("GET", f"/conversations/{conversation}")
    assert (known["reply"]["hindrance"], known["reply"]["window_hours"]) == ("", 24)
    await meta.answered(conversation, "Вже їде")
    await meta.timeline(f"whatsapp:{wa.USER}", lambda items: states(items) == ["sent"])
    token = meta.server.sent[0]["biz_opaque_callback_data"]
    for told in ("delivered", "read"):
        assert await meta.posts("wa", wa.status(told, token=token)) == 200
        await meta.timeline(f"whatsapp:{wa.USER}", lambda items, told=told: states(items) == [told])  # type: ignore[misc]

    meta.server.drops_answers = True
    lost = await meta.answered(conversation, "Завтра о десятій")
    await meta.timeline(f"whatsapp:{wa.USER}", lambda items: states(items) == ["uncertain", "read"])
    meta.server.drops_answers = False
    status, problem = await meta.ask("POST", f"/messages/{lost}/send-again")
    unsure = await meta.run("resend", lost)
    sure = await meta.run("resend", lost, "--yes")
    assert (status, unsure.returncode) == (409, 64)
    assert "look there first" in problem["detail"]
    assert "may have arrived" in unsure.stderr
    assert (sure.returncode, sure.stdout) == (0, f"message {lost} sent\n")
    assert [body["text"]["body"] for body in meta.server.sent] == ["Вже їде", *["Завтра о десятій"] * 2]


async def page(meta: Meta) -> None:
    """A private message and a comment of the same person: two conversations, one of them public."""
    now_ms = int(time.time() * 1000)
    assert await meta.posts("page", inbox.said("Є в наявності?", place=inbox.PAGE, kind="messenger", at=now_ms)) == 200
    [asked] = await meta.timeline(f"messenger:{inbox.CUSTOMER}", lambda items: len(items) == 1)
    before = len(meta.server.sent)
    await meta.answered(asked["conversation_id"], "Так")
    await meta.timeline(f"messenger:{inbox.CUSTOMER}", lambda items: states(items) == ["sent"])
    [sent] = meta.server.sent[before:]
    assert (sent["messaging_type"], sent["message"]["text"]) == ("RESPONSE", "Так")
    mid = f"m_OUT{len(meta.server.sent)}"
    echo = {"mid": mid, "is_echo": True, "app_id": int(inbox.APP_ID), "metadata": sent["message"]["metadata"]}
    ours = inbox.said("Так", place=inbox.PAGE, kind="messenger", is_ours=True, at=now_ms + 1, **echo)
    read = inbox.happened(place=inbox.PAGE, kind="messenger", at=now_ms + 2, delivery={"mids": [mid], "watermark": 1})
    assert [await meta.posts("page", body) for body in (ours, read)] == [200, 200]
    await meta.timeline(f"messenger:{inbox.CUSTOMER}", lambda items: states(items) == ["delivered"])

    comment = inbox.FEED | {"created_time": now_ms // 1000}
    assert await meta.posts("page", inbox.changed("feed", comment, place=inbox.PAGE, kind="messenger")) == 200
    items = await meta.timeline(
        f"messenger:{inbox.CUSTOMER}", lambda items: any(one["text"] == "Де моє замовлення?" for one in items)
    )
    public = next(one["conversation_id"] for one in items if one["text"] == "Де моє замовлення?")
    _, known = await meta.ask("GET", f"/conversations/{public}")
    await meta.answered(public, "Написали вам")
    await meta.timeline(f"messenger:{inbox.CUSTOMER}", lambda items: states(items) == ["sent", "delivered"])
    assert (known["reply"]["public"], known["reply"]["until"]) == (True, None)
    assert [words for _, words in meta.server.comments] == ["Написали вам"]


async def instagram(meta: Meta) -> None:
    """Read receipts name the message."""
    now_ms = int(time.time() * 1000)
    asked = inbox.said("Є розмір M?", place=inbox.ACCOUNT, kind="instagram", at=now_ms, mid="m_ig")
    assert await meta.posts("insta", asked) == 200
    [entry] = await meta.timeline(f"instagram:{inbox.CUSTOMER}", lambda items: len(items) == 1)
    await meta.answered(entry["conversation_id"], "Є")
    await meta.timeline(f"instagram:{inbox.CUSTOMER}", lambda items: states(items) == ["sent"])
    mid = f"m_OUT{len(meta.server.sent)}"
    read = inbox.happened(place=inbox.ACCOUNT, kind="instagram", at=now_ms + 1, read={"mid": mid})
    assert await meta.posts("insta", read) == 200
    await meta.timeline(f"instagram:{inbox.CUSTOMER}", lambda items: states(items) == ["read"])


async def trouble(meta: Meta) -> None:
    """What is forged is not stored; a token that was taken back is told with what to do."""
    forged = await meta.posts("page", inbox.said("x", place=inbox.PAGE, kind="messenger", mid="m_f"), secret="wrong")
    meta.server.token = "another"
    told = await meta.run("doctor", "--online")
    listed = await meta.run("connectors", "list", "--online")
    _, found = await meta.ask("GET", "/messages?account=page&limit=100")

    assert forged == 401
    assert all(one["external_id"] != "m_f" for one in found["items"])
    assert told.returncode == 1
    assert told.stdout.count("Make a new one and put it into token_file") == 3
    assert "1 refused since the last good one" in told.stdout
    assert TOKEN not in told.stdout
    assert "account wa (whatsapp) is auth-failed: asking for the number" in listed.stdout  # the second bad answer


def states(items: list[Any]) -> list[str]:
    """Of our own messages, newest first."""
    return [one["state"] for one in items if one["type"] == "message" and one["direction"] == "out"]
