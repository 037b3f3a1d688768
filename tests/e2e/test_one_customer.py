"""One customer, five channels, one card: what joins them is evidence, and each link says which."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.sdk.signed_identity import SignedIdentity, sign
from tests.connectors.vk import vectors as vk
from tests.connectors.webchat.chatsite import SITE, message
from tests.connectors.whatsapp import vectors as wa
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import mail
from tests.servers import vk as vk_server
from tests.servers.graph import NUMBER_ID, GraphServer
from tests.servers.telegram import TOKEN as BOT_TOKEN
from tests.servers.telegram import BotServer
from tests.servers.vk import VkServer

pytestmark = pytest.mark.slow

OLENA = 418_820_331
APP_SECRET = "an-app-secret-of-nobody"
SITE_SECRET = "known to the shop and to us"
ACCOUNTS = """
[accounts.bot]
kind = "telegram"
token = "{bot_token}"
base_url = "{bot}"
poll_timeout_s = 1
[accounts.wa]
kind = "whatsapp"
phone_number_id = "{number}"
token = "x"
app_secret = "{app_secret}"
verify_token = "x"
base_url = "{graph}"
[accounts.vk]
kind = "vk"
group_id = {group}
token = "{vk_token}"
base_url = "{vk}"
poll_timeout_s = 1
[accounts.chat]
kind = "webchat"
allowed_origins = ["{site}"]
identity_secret = "{site_secret}"
"""
WORDS = ["Листом", "У Телеграмі", "У Вотсапі", "Во ВКонтакте", "У чаті на сайті"]


class Customer:
    """Olena, with everything she writes by."""

    def __init__(self, daemon: Daemon, http: aiohttp.ClientSession, bot: BotServer, community: VkServer) -> None:
        self.daemon, self.http, self.bot, self.community = daemon, http, bot, community

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        url, headers = f"{self.daemon.url}/api/v1{path}", self.daemon.authorization()
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def card(self, identity: str, when: Callable[[Any], bool] = bool) -> Any:
        found: Any = None
        try:
            async with asyncio.timeout(30):
                while True:
                    status, found = await self.ask("GET", f"/customers/lookup?identity={identity}")
                    if status == 200 and when(found):
                        return found
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{identity}: {json.dumps(found, ensure_ascii=False)[:3000]}") from None

    async def by_mail(self) -> None:
        sender = "Olena <olena@example.com>"
        await asyncio.to_thread(mail, self.daemon, subject="Замовлення", text=WORDS[0], sender=sender)
        await self.card("email:olena@example.com")

    async def by_telegram(self) -> None:
        self.bot.say(WORDS[1])
        shared = {"phone_number": wa.PHONE, "first_name": "Олена", "user_id": OLENA}
        self.bot.say("", contact=shared)
        await self.card("phone:+380501234567")

    async def by_whatsapp(self) -> None:
        said = wa.text(WORDS[2], timestamp=str(int(time.time())))
        body = wa.post(wa.change(contacts=[wa.contact(name="Олена")], messages=[said]))
        signed = f"sha256={hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()}"
        url = f"{self.daemon.url}/hooks/wa"
        async with self.http.post(url, data=body, headers={"X-Hub-Signature-256": signed}) as answer:
            assert answer.status == 200
        await self.card(f"whatsapp:{wa.USER}")

    async def by_vk(self) -> None:
        self.community.put(json.dumps(vk.new(WORDS[3], date=int(time.time()))).encode())
        await self.card(f"vk:{vk.MARIA}")

    async def by_chat(self) -> None:
        known = SignedIdentity(
            customer_id="crm-17", exp=int(time.time()) + 600, email="olena@example.com", phone=f"+{wa.PHONE}"
        )
        url = f"{self.daemon.url}/chat/chat"
        async with self.http.ws_connect(url, origin=SITE) as socket:
            await socket.send_json({"type": "hello", "visitor": "", "identity": sign(known, SITE_SECRET)})
            welcome = await socket.receive_json(timeout=30)
            await socket.send_json(message(WORDS[4]))
            taken = await socket.receive_json(timeout=30)
        assert (welcome["signed"], taken["type"]) == (True, "ack")


async def test_five_channels_stand_on_one_card_in_order_with_evidence(tmp_path: Path) -> None:
    async with BotServer() as bot, GraphServer() as graph, VkServer() as community, aiohttp.ClientSession() as http:
        accounts = ACCOUNTS.format(
            bot_token=BOT_TOKEN, bot=bot.url, number=NUMBER_ID, app_secret=APP_SECRET, graph=graph.url,
            group=vk_server.GROUP, vk_token=vk_server.TOKEN, vk=community.url, site=SITE, site_secret=SITE_SECRET,
        )  # fmt: skip
        daemon = Daemon(tmp_path, config=CONFIG + accounts)
        await daemon.start()
        try:
            await _plays(Customer(daemon, http, bot, community))
        finally:
            daemon.end()


async def _plays(olena: Customer) -> None:
    for write in (olena.by_mail, olena.by_telegram, olena.by_whatsapp, olena.by_vk):
        await write()
        await _next_second()
    by_phone = await olena.card("phone:+380501234567", lambda one: {"telegram", "whatsapp"} <= channels(one))
    alone = await olena.card("email:olena@example.com")
    assert channels(alone) == {"email"}  # an address in a From joins nobody
    assert alone["customer"]["id"] != by_phone["customer"]["id"]

    await olena.by_chat()
    four = await olena.card("external:crm-17", lambda one: {"chat", "email", "telegram", "whatsapp"} <= channels(one))
    apart = await olena.card(f"vk:{vk.MARIA}")
    assert apart["customer"]["id"] != four["customer"]["id"]  # VK tells neither phone nor address

    linked = {"identity_id": apart["identities"][0]["id"], "reason": "named her order in VK"}
    status, _ = await olena.ask("POST", f"/customers/{four['customer']['id']}/links", linked)
    assert status == 201
    card = await olena.card(f"vk:{vk.MARIA}", lambda one: "email" in channels(one))

    said = [one for one in card["timeline"]["items"] if one["type"] == "message" and one["direction"] == "in"]
    assert [one["text"] for one in reversed(said) if one["text"] in WORDS] == WORDS
    assert [one["channel"] for one in reversed(said) if one["text"] in WORDS] == [
        *("email", "telegram", "whatsapp", "vk", "chat")
    ]
    assert {one["verified"] for one in said if one["text"] in WORDS[1:]} == {True}
    kinds = {one["id"]: one["kind"] for one in card["identities"]}
    joined = {(frozenset((kinds[one["left_id"]], kinds[one["right_id"]])), one["evidence"]) for one in card["links"]}
    assert {
        (frozenset({"telegram", "phone"}), "channel-contact"),
        (frozenset({"whatsapp", "phone"}), "channel-contact"),
    } <= joined
    assert {ends for ends, evidence in joined if evidence == "site-signed"} >= {
        *(frozenset({"webchat", kind}) for kind in ("external", "email", "phone"))
    }
    assert next(one for one in card["links"] if one["evidence"] == "agent")["reason"] == "named her order in VK"
    for identity in ("email:olena@example.com", f"telegram:{OLENA}", f"whatsapp:{wa.USER}", "external:crm-17"):
        assert (await olena.card(identity))["customer"]["id"] == card["customer"]["id"]


async def _next_second() -> None:
    """Most channels tell whole seconds: what is said later has a later one."""
    now = int(time.time())
    while int(time.time()) == now:
        await asyncio.sleep(0.01)


def channels(card: Any) -> set[str]:
    return {one["channel"] for one in card["timeline"]["items"] if one["type"] == "message"}
