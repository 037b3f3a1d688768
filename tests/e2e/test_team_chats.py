"""Slack, Discord and Teams through the real daemon: written, answered, and written to while it was dead."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.connectors.discord import vectors as discord
from tests.connectors.slack import vectors as slack
from tests.connectors.teams import vectors as teams
from tests.daemon import CONFIG, Daemon
from tests.servers.discord import TOKEN as DISCORD_TOKEN
from tests.servers.discord import DiscordServer
from tests.servers.slack import SECRET, SlackServer
from tests.servers.slack import TOKEN as SLACK_TOKEN
from tests.servers.teams import APP_ID, PASSWORD, TeamsServer

pytestmark = pytest.mark.slow

ACCOUNTS = """
[accounts.slack]
kind = "slack"
token = "{slack_token}"
signing_secret = "{secret}"
channels = ["C0SHARED"]
colleagues = ["U0STAFF"]
base_url = "{slack}"
[accounts.discord]
kind = "discord"
token = "{discord_token}"
base_url = "{discord}"
[accounts.teams]
kind = "teams"
app_id = "{app_id}"
app_password = "{password}"
service_urls = ["{service}"]
openid_url = "{teams}/openid"
login_url = "{teams}"
"""
LOOKUP = "/api/v1/customers/lookup"
SLACK, DISCORD, TEAMS = f"slack:{slack.OLENA}", f"discord:{discord.VLAD}", f"teams:{teams.OLENA}"


class Desk:
    """What an agent and the vendors do, with a daemon that may be another process each time."""

    def __init__(self, daemon: Daemon, http: aiohttp.ClientSession) -> None:
        self.daemon = daemon
        self._http = http

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        url, headers = f"{self.daemon.url}{path}", self.daemon.authorization()
        async with self._http.request(method, url, headers=headers, **more) as answer:
            return answer.status, await answer.json(content_type=None)

    async def timeline(self, identity: str, when: Callable[[list[Any]], bool]) -> list[Any]:
        """Of a customer's messages, the newest first, once they are so."""
        items: list[Any] = []
        for _ in range(600):
            status, found = await self.ask("GET", LOOKUP, params={"identity": identity})
            if status == 200:
                items = [one for one in found["timeline"]["items"] if one["type"] == "message"]
                if when(items):
                    return items
            await asyncio.sleep(0.05)
        raise AssertionError(f"{identity}: {items}")

    async def answer(self, identity: str, text: str) -> None:
        [entry, *_] = await self.timeline(identity, bool)
        status, told = await self.ask(
            "POST", f"/api/v1/conversations/{entry['conversation_id']}/replies", json={"text": text}
        )
        assert status == 202, told


@asynccontextmanager
async def opened(
    tmp_path: Path, slack_s: SlackServer, discord_s: DiscordServer, teams_s: TeamsServer
) -> AsyncIterator[Desk]:
    accounts = ACCOUNTS.format(
        slack_token=SLACK_TOKEN, secret=SECRET, slack=slack_s.api, discord_token=DISCORD_TOKEN, discord=discord_s.api,
        app_id=APP_ID, password=PASSWORD, service=teams_s.service, teams=teams_s.plain_url,
    )  # fmt: skip
    daemon = Daemon(tmp_path, config=CONFIG + accounts)
    await daemon.start()
    async with aiohttp.ClientSession() as http:
        try:
            yield Desk(daemon, http)
        finally:
            daemon.end()


def states(items: list[Any]) -> list[str]:
    return [one["state"] for one in items if one["direction"] == "out" and one.get("state")]


async def until(claim: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not claim():
            await asyncio.sleep(0.02)


async def test_three_work_chats_are_answered_and_what_came_while_the_daemon_was_dead_is_there(tmp_path: Path) -> None:
    async with (
        SlackServer() as slack_s,
        DiscordServer(forgets=True) as discord_s,
        TeamsServer() as teams_s,
        opened(tmp_path, slack_s, discord_s, teams_s) as desk,
    ):
        await _slack(desk, slack_s)
        await _teams(desk, teams_s)
        await until(lambda: bool(discord_s.links))
        await discord_s.tell(discord.CREATED, discord.said("Не приходить код"))
        await desk.timeline(DISCORD, lambda items: len(items) == 1)
        discord_s.drops_answers = True
        await desk.answer(DISCORD, "Вже шлемо")
        await until(lambda: len(discord_s.sent) == 1)
        discord_s.drops_answers = False
        await desk.timeline(DISCORD, lambda items: states(items) == ["sent"])

        desk.daemon.kill()
        await until(lambda: not discord_s.links)
        await discord_s.tell(discord.CREATED, discord.said("Прийшов!", number=1))
        await desk.daemon.start()
        items = await desk.timeline(DISCORD, lambda items: len(items) == 3)

        assert sorted(one["text"] for one in items) == ["Вже шлемо", "Не приходить код", "Прийшов!"]
        assert len(discord_s.sent) == 1, "its nonce was taken once"
        assert (len(discord_s.identified), len(discord_s.resumed)) == (1, 1)
        discord_s.break_links()


async def _slack(desk: Desk, server: SlackServer) -> None:
    """An answer that got lost is settled by Slack's word about it; a colleague's answer stands on the timeline."""
    now, url = datetime.now(UTC), f"{desk.daemon.url}/hooks/slack"
    assert await server.tell(url, slack.TEXT, at=now) == 200
    await desk.timeline(SLACK, lambda items: len(items) == 1)
    server.drops_answers = True
    await desk.answer(SLACK, "Вже їде")
    await desk.timeline(SLACK, lambda items: states(items) == ["uncertain"])
    server.drops_answers = False
    [sent] = server.sent
    told = slack.envelope(slack.POSTED["event"] | {"metadata": json.loads(sent["metadata"])}, number=5)
    assert await server.tell(url, told, at=now) == 200
    await desk.timeline(SLACK, lambda items: states(items) == ["sent"])

    root = slack.shared("Не працює", number=7)
    thread = {"thread_ts": root["event"]["ts"], "parent_user_id": slack.OLENA}
    answered = slack.shared("Дивимось", number=8, user=slack.TARAS, **thread)
    for event in (root, answered):
        assert await server.tell(url, event, at=now) == 200
    items = await desk.timeline(SLACK, lambda items: len(items) == 4)
    directions = {one["text"]: one["direction"] for one in items}
    assert directions == {"Де моє замовлення?": "in", "Вже їде": "out", "Не працює": "in", "Дивимось": "out"}


async def _teams(desk: Desk, server: TeamsServer) -> None:
    await server.is_told.wait()
    url, text = f"{desk.daemon.url}/hooks/teams", teams.said(service=server.service)
    for _ in range(200):
        if await server.tell(url, text, at=datetime.now(UTC)) == 200:
            break
        await asyncio.sleep(0.02)
    await desk.answer(TEAMS, "Лагодимо")
    await desk.timeline(TEAMS, lambda items: states(items) == ["sent"])
    assert [one["text"] for one in server.sent] == ["Лагодимо"]
