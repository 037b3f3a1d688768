"""POST /conversations: what is refused, and as what. What is sent is in tests/pipeline/test_beginning.py."""

from dataclasses import replace
from typing import Any

import pytest

from channelhub.pipeline.rulebook import AccountFacts
from tests.web import conftest
from tests.web.conftest import BOOK, Hub

SENDING = AccountFacts(
    name="mail", kind="smtp", channel="email", can_send=True, mail_domain="shop.example", identity_kind="email"
)
BODY = {"to": "email:new@example.com", "subject": "Parcel 7", "text": "It is here."}


async def post(hub: Hub, body: dict[str, Any], role: str = "agent") -> tuple[int, dict[str, Any]]:
    headers = await hub.token(role)
    async with hub.http.post(f"{hub.url}/api/v1/conversations", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_where_no_account_sends_mail_nothing_begins(hub: Hub) -> None:
    status, problem = await post(hub, BODY)

    assert (status, problem["type"]) == (409, "/problems/conflict")
    assert "no account sends mail" in problem["detail"]


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"to": "telegram:7391"}, 409, "only mail can be written first"),
        ({"to": "new@example.com"}, 422, "kind:value"),
        ({"account": "none"}, 404, "No account is named"),
        ({"subject": " \n"}, 422, "subject"),
        ({"subject": "x" * 501}, 422, "subject"),
        ({"text": " "}, 422, "text"),
        ({"channel": "email"}, 422, "channel"),
        ({"to": "email:a\u0000@example.com"}, 422, "to"),
    ],
)
async def test_what_cannot_be_meant_is_refused(hub: Hub, change: dict[str, str], status: int, told: str) -> None:
    got, problem = await post(hub, BODY | change)

    assert got == status
    assert told in problem["detail"]


async def test_who_brings_messages_in_writes_to_nobody(hub: Hub) -> None:
    assert (await post(hub, BODY, role="ingest"))[0] == 403


async def test_it_begins_once_and_stands_on_the_new_customers_card(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "BOOK", replace(BOOK, accounts={**BOOK.accounts, "mail": SENDING}))
    headers = hub.admin() | {"Idempotency-Key": "k-1"}
    answers = []
    for _ in range(2):
        async with hub.http.post(f"{hub.url}/api/v1/conversations", json=BODY, headers=headers) as answer:
            answers.append((answer.status, await answer.json()))
    async with hub.http.get(
        f"{hub.url}/api/v1/customers/lookup?identity=email:new@example.com", headers=hub.admin()
    ) as answer:
        [entry] = (await answer.json())["timeline"]["items"]

    assert answers[0] == answers[1]
    assert answers[0][0] == 202
    assert answers[0][1] == {"id": entry["id"], "conversation_id": entry["conversation_id"]}
    assert (entry["direction"], entry["text"]) == ("out", "It is here.")
