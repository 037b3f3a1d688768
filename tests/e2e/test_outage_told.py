"""An outage from its reports to the ratings: customers on four channels, in three languages, are told once each."""

import asyncio
import re
import smtplib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.cli.demo.trouble import REPORTS
from tests.connectors.api.shopapp import SECRET, ShopApp, shop_app
from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.test_mail_conversations import OURS
from tests.servers.telegram import TOKEN, BotServer

MAIL = 'kind = "smtp"\nrelay_host = "127.0.0.1"\nrelay_port = {port}\nfrom_address = "{ours}"\n'
MORE = """reply_url = "{app}"
reply_secret = "{secret}"
reply_networks = ["127.0.0.0/8"]
[accounts.site-form]
kind = "webform"
answers_by = "mail"
[accounts.bot]
kind = "telegram"
token = "{token}"
base_url = "{bot}"
"""
MAILERS, VISITORS = ("ann", "ben"), ("una", "vic")


@dataclass
class World:
    """The hub, and the four channels around it."""

    daemon: Daemon
    http: aiohttp.ClientSession
    out: Keeper
    app: ShopApp
    bot: BotServer

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with self.http.request(method, path, json=body) as answer:
            found = await answer.json()
        assert answer.status < 300, found
        return found

    def mails(self) -> dict[str, list[str]]:
        """The plain words of what the relay took, by recipient."""
        found: dict[str, list[str]] = {}
        for (_, recipients, _), text in zip(self.out.mails, self.out.texts(), strict=True):
            found.setdefault(recipients[0], []).append(text)
        return found

    def words(self) -> list[str]:
        """Everything that was said on any channel."""
        in_app = [str(one.data["text"]) for one in self.app.taken]
        return [
            *(text for texts in self.mails().values() for text in texts),
            *in_app,
            *(one.text for one in self.bot.sent),
        ]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with relay(Keeper()) as out, shop_app() as app, BotServer() as bot:
        more = MORE.format(app=app.url, secret=SECRET, token=TOKEN, bot=bot.url)
        mail = MAIL.replace("{port}", str(out.port)).replace("{ours}", OURS)
        config = CONFIG.replace('kind = "smtp"\n', mail, 1).replace("[log]", "[notices]\nper_minute = 6000\n[log]")
        daemon = Daemon(tmp_path, config=config + more)
        await daemon.start()
        try:
            async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
                yield World(daemon, http, out, app, bot)
        finally:
            daemon.end()


@pytest.mark.slow
async def test_an_outage_is_told_to_everybody_once_and_everybody_is_asked_how_it_was(world: World) -> None:
    everybody = await _report(world)
    outage_id = await _suspected(world)
    everybody += await _report_by_mail_and_form(world)
    await _holds(lambda: _has_members(world, outage_id, everybody), "all reports are in the outage")
    await world.call("POST", f"/api/v1/outages/{outage_id}/confirm")
    first = await _tell(world, outage_id, "notice")
    told = world.words()
    chats = Counter(str(one.fields["chat_id"]) for one in world.bot.sent)
    await world.call("POST", f"/api/v1/outages/{outage_id}/resolve")
    last = await _tell(world, outage_id, "resolution")
    links = [re.search(r"http://\S+(/rate/\S+)", text) for text in world.words() if "/rate/" in text]
    record = await world.call("GET", f"/api/v1/outages/{outage_id}/postmortem")

    assert first["counts"] == last["counts"] == {"sent": everybody}
    assert {one["channel"] for one in first["outcomes"]} == {"api", "email", "form", "telegram"}
    assert {one["language"] for one in first["outcomes"]} == {"en", "uk", "ru"}
    assert len(told) == everybody
    assert set(chats.values()) == {1}
    assert {address: len(texts) for address, texts in world.mails().items()} == {
        f"{name}@example.com": 2 for name in (*MAILERS, *VISITORS)
    }
    assert len({link[1] for link in links if link}) == everybody
    assert record["customers_told"] == everybody
    assert record["seconds"]["to_notice"] is not None
    for link in links:
        assert link is not None
        async with world.http.get(link[1]) as answer:
            assert answer.status == 200


async def _report(world: World) -> int:
    """Customers write in the app and to the bot; how many."""
    for number, text in enumerate(REPORTS["uk"]):
        sender = {"name": f"c{number}", "identities": [{"kind": "external", "value": f"c{number}"}]}
        body = {"account": "shop", "external_id": f"m{number}", "sender": sender, "text": text.format(order=number)}
        await world.call("POST", "/api/v1/messages", body)
    for number, text in enumerate(REPORTS["ru"]):
        world.bot.say(text.format(order=number), user_id=5000 + number)
    return len(REPORTS["uk"]) + len(REPORTS["ru"])


async def _report_by_mail_and_form(world: World) -> int:
    for name, text in zip(MAILERS, REPORTS["en"], strict=False):
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = f"{name}@example.com", OURS, "Payment"
        made["Message-ID"] = f"<{name}@example.com>"
        made.set_content(text.format(order=17))
        await asyncio.to_thread(_send, world.daemon.smtp_port, made)
    for name, text in zip(VISITORS, REPORTS["en"][2:], strict=False):
        body = {"name": name, "email": f"{name}@example.com", "message": text.format(order=18)}
        await world.call("POST", "/forms/site-form", body)
    return len(MAILERS) + len(VISITORS)


def _send(port: int, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as smtp:
        smtp.send_message(mail)


async def _suspected(world: World) -> str:
    async def look() -> bool:
        return bool((await world.call("GET", "/api/v1/outages"))["items"])

    await _holds(look, "an outage is suspected")
    return str((await world.call("GET", "/api/v1/outages"))["items"][0]["id"])


async def _has_members(world: World, outage_id: str, customers: int) -> bool:
    found = await world.call("GET", f"/api/v1/outages/{outage_id}")
    return int(found["customers"]) == customers


async def _tell(world: World, outage_id: str, kind: str) -> Any:
    """Draft and approve a notice; it, as soon as everybody was told."""
    made = await world.call("POST", f"/api/v1/outages/{outage_id}/notices", {"kind": kind})
    await world.call("POST", f"/api/v1/notices/{made['id']}/approve", {"version": made["version"]})

    async def is_finished() -> bool:
        return (await world.call("GET", f"/api/v1/notices/{made['id']}"))["finished_at"] is not None

    await _holds(is_finished, f"the {kind} is with everybody")
    return await world.call("GET", f"/api/v1/notices/{made['id']}")


async def _holds(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    deadline = time.monotonic() + 60
    while not await condition():
        assert time.monotonic() < deadline, f"not within 40 s: {what}"
        await asyncio.sleep(0.1)
