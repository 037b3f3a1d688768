"""That an agent writes is told to the account of the conversation, and stored nowhere."""

import pytest

from channelhub.web.auth import Role
from tests.connectors.telegram import vectors as v
from tests.web.chats import get, receive_updates
from tests.web.conftest import Hub

told: list[tuple[str, str]] = []


@pytest.fixture
def settings() -> dict[str, object]:
    told.clear()
    return {"typing": lambda account, key: told.append((account, key))}


async def test_typing_is_told_to_the_conversations_account(hub: Hub) -> None:
    await receive_updates(hub, v.TEXT)
    [message] = (await get(hub, "/api/v1/customers/lookup?identity=telegram:418820331"))["timeline"]["items"]
    url = f"{hub.url}/api/v1/conversations/{message['conversation_id']}/typing"
    async with hub.http.post(url, headers=await hub.token(Role.AGENT)) as answer:
        assert (answer.status, await answer.read()) == (204, b"")
    async with hub.http.post(url, headers=await hub.token(Role.INGEST, account="shop")) as answer:
        assert answer.status == 403
    async with hub.http.post(f"{hub.url}/api/v1/conversations/1/typing", headers=hub.admin()) as answer:
        assert answer.status == 404

    assert told == [("bot", "418820331")]
