"""Help desks' past and present through one real daemon: on the timeline once, what is old opens nothing."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.helpdesk.intercom import vectors as parts
from tests.connectors.helpdesk.zammad import vectors as articles
from tests.connectors.helpdesk.zendesk import vectors as v
from tests.daemon import CONFIG, Daemon
from tests.servers import intercom, zammad
from tests.servers.intercom import IntercomServer
from tests.servers.zammad import ZammadServer
from tests.servers.zendesk import EMAIL, SECRET, TOKEN, ZendeskServer

pytestmark = pytest.mark.slow

ZENDESK = """
[accounts.zendesk]
kind = "zendesk"
url = "{url}"
email = "{email}"
api_token = "{token}"
signing_secret = "{secret}"
history_days = 365
poll_s = 1
"""
INTERCOM = """
[accounts.intercom]
kind = "intercom"
url = "{url}"
access_token = "{token}"
client_secret = "{secret}"
history_days = 365
poll_s = 1
"""
ZAMMAD = """
[accounts.zammad]
kind = "zammad"
url = "{url}"
api_token = "{token}"
signing_secret = "{secret}"
history_days = 365
poll_s = 1
"""
PETRO = v.OLHA | {"id": 9900, "name": "Петро", "email": "petro@example.ua", "phone": None}
OKSANA = parts.IRYNA | {"id": "77ab", "name": "Оксана", "email": "oksana@example.ua"}
TARAS = articles.IRYNA | {"id": 99, "firstname": "Тарас", "email": "taras@example.ua", "mobile": ""}
OLD = ("zendesk:8899", f"intercom:{parts.IRYNA['id']}", "zammad:8")
#: A customer's timeline when it is as it should be.
Look = Callable[[str, Callable[[list[Any]], bool]], Awaitable[list[Any]]]


def at(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def at_s(**ago: int) -> int:
    return int(time.time() - timedelta(**ago).total_seconds())


async def test_past_is_history_and_present_wants_an_answer_whichever_way_it_comes(tmp_path: Path) -> None:
    async with (
        ZendeskServer(users=[v.OLHA, PETRO, v.AGENT]) as zendesk,
        IntercomServer() as inter,
        ZammadServer(users=[articles.IRYNA, articles.AGENT, TARAS]) as zam,
        aiohttp.ClientSession() as http,
    ):
        begin_zendesk(zendesk)
        begin_intercom(inter)
        begin_zammad(zam)
        config = ZENDESK.format(url=zendesk.address, email=EMAIL, token=TOKEN, secret=SECRET)
        config += INTERCOM.format(url=inter.address, token=intercom.TOKEN, secret=intercom.SECRET)
        config += ZAMMAD.format(url=zam.address, token=zammad.TOKEN, secret=zammad.SECRET)
        daemon = Daemon(tmp_path, config=CONFIG + config)

        async def look(identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
            url, asked = f"{daemon.url}/api/v1/customers/lookup", {"identity": identity}
            async with asyncio.timeout(60):
                while True:
                    async with http.get(url, params=asked, headers=daemon.authorization()) as answer:
                        found = json.loads(await answer.read())
                    items = found["timeline"]["items"] if answer.status == 200 else []
                    if when(items):
                        return list(items)
                    await asyncio.sleep(0.05)

        try:
            await daemon.start()
            for customer in OLD:
                await look(customer, lambda items: len(items) >= 3)
            daemon.kill()
            await daemon.start()
            zendesk.hook = f"{daemon.url}/hooks/zendesk"
            present = [
                await go_on_at_zendesk(zendesk, look),
                await go_on_at_intercom(inter, look, daemon.url),
                await go_on_at_zammad(zam, look, daemon.url),
            ]

            for customer in OLD:
                old = await look(customer, bool)
                assert (len(old), said(old, "in"), said(old, "out")) == (3, ["Хочу повернути лампу"], ["Звісно"])
                assert [one["incident_id"] for one in messages(old, "in")] == [None]
                assert "helpdesk.note" in json.dumps(old)
            for new in present:
                [asked] = messages(new, "in")
                assert asked["incident_id"] is not None
                assert asked["attachments"] == 1
        finally:
            daemon.end()


def begin_zendesk(desk: ZendeskServer) -> None:
    desk.say(
        v.ticket(1, updated_at=at(days=40)),
        v.comment(11, "Хочу повернути лампу", created_at=at(days=41)),
        v.comment(12, "Звісно", author_id=77, created_at=at(days=40)),
        v.comment(13, "постійна покупчиня", author_id=77, public=False, created_at=at(days=40)),
    )


async def go_on_at_zendesk(desk: ZendeskServer, look: Look) -> list[Any]:
    """A comment is posted without its file; the list brings that, and an answer."""
    event = v.event(number=21, text="Де чек?", author={"id": "9900", "name": "Петро", "is_staff": False})
    event["detail"] |= {"id": "2", "requester_id": "9900"}
    assert await desk.tell(event | {"time": at(minutes=2)}) == 200
    await look("zendesk:9900", lambda items: said(items, "in") == ["Де чек?"])
    desk.say(
        v.ticket(2, requester_id=9900, updated_at=at(minutes=1)),
        v.comment(21, "Де чек?", author_id=9900, created_at=at(minutes=2), attachments=[v.RECEIPT]),
        v.comment(22, "Ось він", author_id=77, created_at=at(minutes=1)),
    )
    return await look("zendesk:9900", lambda items: said(items, "out") == ["Ось він"])


def begin_intercom(desk: IntercomServer) -> None:
    first = parts.opening(body="<p>Хочу повернути лампу</p>")
    desk.say(
        parts.talk("1", created_at=at_s(days=41), updated_at=at_s(days=40), **first),
        parts.part("12", "Звісно", author=parts.AGENT, created_at=at_s(days=40)),
        parts.part("13", "постійна покупчиня", author=parts.AGENT, part_type="note", created_at=at_s(days=40)),
    )


async def go_on_at_intercom(desk: IntercomServer, look: Look, hub: str) -> list[Any]:
    """A conversation begins by a post; the list brings an answer."""
    first = parts.opening(body="<p>Де чек?</p>", author=OKSANA, attachments=[parts.RECEIPT])
    begun = {"id": "2", "created_at": at_s(minutes=2), **first}
    assert await desk.try_address(f"{hub}/hooks/intercom") == 200
    assert await desk.tell(f"{hub}/hooks/intercom", parts.event("conversation.user.created", **begun)) == 200
    await look("intercom:77ab", lambda items: said(items, "in") == ["Де чек?"])
    answer = parts.part("22", "Ось він", author=parts.AGENT, created_at=at_s(minutes=1))
    desk.say(parts.talk("2", updated_at=at_s(minutes=1)) | begun, answer)
    return await look("intercom:77ab", lambda items: said(items, "out") == ["Ось він"])


def begin_zammad(desk: ZammadServer) -> None:
    desk.say(
        articles.ticket(1, updated_at=at(days=40)),
        articles.article(11, "Хочу повернути лампу", created_at=at(days=41)),
        articles.article(12, "Звісно", created_at=at(days=40), **articles.BY_AGENT),
        articles.article(13, "постійна покупчиня", created_at=at(days=40), internal=True, **articles.BY_AGENT),
    )


async def go_on_at_zammad(desk: ZammadServer, look: Look, hub: str) -> list[Any]:
    """An article is posted with its file; the list brings it again, and an answer."""
    ticket = articles.ticket(2, customer_id=99, updated_at=at(minutes=1))
    asked = articles.article(21, "Де чек?", ticket_id=2, created_by_id=99, created_at=at(minutes=2))
    asked |= {"attachments": [articles.RECEIPT]}
    post = {"ticket": ticket | {"customer": TARAS}, "article": asked | {"created_by": TARAS}}
    assert await desk.tell(f"{hub}/hooks/zammad", post) == 200
    await look("zammad:99", lambda items: said(items, "in") == ["Де чек?"])
    desk.say(ticket, asked, articles.article(22, "Ось він", created_at=at(minutes=1), **articles.BY_AGENT))
    return await look("zammad:99", lambda items: said(items, "out") == ["Ось він"])


def messages(items: list[Any], direction: str) -> list[Any]:
    return [one for one in items if one["type"] == "message" and one["direction"] == direction]


def said(items: list[Any], direction: str) -> list[str]:
    return [one["text"] for one in messages(items, direction)]
