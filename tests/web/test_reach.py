"""Who blocked an account is seen before anything is written to them, and a reply is refused with the reason."""

from tests.connectors.telegram import vectors as v
from tests.web.chats import get, page, receive_updates
from tests.web.conftest import Hub

CARD = "/api/v1/customers/lookup?identity=telegram:418820331"


async def test_card_names_the_account_that_was_blocked_until_it_is_let_in_again(hub: Hub) -> None:
    await receive_updates(hub, v.TEXT, v.MEMBER)
    (blocked,) = (await get(hub, CARD))["identities"]
    await receive_updates(hub, v.wire(731204519, my_chat_member=_let_in()))
    (back,) = (await get(hub, CARD))["identities"]

    assert [one["account"] for one in blocked["unreachable"]] == ["bot"]
    assert back["unreachable"] == []


async def test_page_says_so_in_place_of_the_form(hub: Hub) -> None:
    await receive_updates(hub, v.TEXT)
    customer = (await get(hub, CARD))["customer"]["id"]
    before = await page(hub, f"/customers/{customer}")
    await receive_updates(hub, v.wire(my_chat_member=_blocked()))
    after = await page(hub, f"/customers/{customer}")

    assert 'id="reply" method' in before
    assert 'id="reply" method' not in after
    assert "Answer another way." in after


async def test_reply_is_refused_with_the_reason(hub: Hub) -> None:
    await receive_updates(hub, v.TEXT, v.MEMBER)
    message = (await get(hub, CARD))["timeline"]["items"][-1]
    url = f"{hub.url}/api/v1/conversations/{message['conversation_id']}/replies"
    async with hub.http.post(url, json={"text": "Вже їде"}, headers=hub.admin()) as answer:
        problem = await answer.json(content_type=None)

    assert answer.status == 409
    assert "blocked bot on" in problem["detail"]


def _blocked() -> dict[str, object]:
    return {"chat": v.PRIVATE, "from": v.OLENA, "date": v.SENT, "new_chat_member": {"status": "kicked", "user": v.BOT}}


def _let_in() -> dict[str, object]:
    return _blocked() | {"date": v.SENT + 5, "new_chat_member": {"status": "member", "user": v.BOT}}
