"""POST and GET /api/v1/messages."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import DiskFull
from channelhub.store import inbox, message_texts
from tests.web.conftest import Hub
from tests.web.flow import receive

MESSAGE: dict[str, Any] = {
    "account": "shop",
    "external_id": "m-1",
    "sender": {"name": "Ганна", "identities": [{"kind": "email", "value": "hanna@example.com"}]},
    "text": "Де моє замовлення?",
}


async def post(hub: Hub, message: object, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    sent = {"Content-Type": "application/json"} | (hub.admin() if headers is None else headers)
    async with hub.http.post(f"{hub.url}/api/v1/messages", data=body, headers=sent) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_stores_the_posted_bytes_with_the_accounts_trust(hub: Hub) -> None:
    body = json.dumps(MESSAGE, indent=3).encode()
    status, accepted = await post(hub, body)
    async with hub.store.readers.read() as session:
        stored = await inbox.get(session, int(accepted["id"]) // 1024)

    assert (status, accepted["duplicate"]) == (202, False)
    assert stored is not None
    assert (stored.raw.account, stored.raw.delivery_id, stored.raw.body) == ("shop", "m-1", body)
    assert stored.raw.envelope.extra["trust"] == "verified"
    assert stored.raw.envelope.peer == "127.0.0.1"


async def test_a_repeated_external_id_is_a_duplicate_even_with_another_body(hub: Hub) -> None:
    _, first = await post(hub, MESSAGE)
    status, second = await post(hub, MESSAGE | {"text": "other words"})

    assert status == 202
    assert second == {"id": first["id"], "duplicate": True}


async def test_history_is_stored_as_history_and_needs_its_time(hub: Hub) -> None:
    status, accepted = await post(hub, MESSAGE | {"backfill": True, "sent_at": "2026-02-20T09:00:00Z"})
    refused, problem = await post(hub, MESSAGE | {"backfill": True, "external_id": "m-2"})
    async with hub.store.readers.read() as session:
        stored = await inbox.get(session, int(accepted["id"]) // 1024)

    assert status == 202
    assert stored is not None
    assert stored.raw.is_backfill
    assert (refused, problem["errors"]) == (422, {"sent_at": "is required with backfill"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 422),
        (b'{"account": "shop", "external_id": "1", "text": NaN}', 400),
        (b'{"account": "shop", "external_id": "1", "text": "\xff"}', 400),
        (b'{"account": "shop", "external_id": 1' + b"0" * 1_000_000 + b', "text": "a"}', 422),
        (b'{"account": "shop", "external_id": "1", "x": ' + b"[" * 5000 + b"]" * 5000 + b', "text": "a"}', 400),
        (b'{"account": "shop", "external_id": "1", "text": "a"' + b', "x": 1' * 20_000 + b"}", 413),
        (b'{"account": "shop"}', 422),
        (b'{"account": "shop", "external_id": "1"}', 422),
        (b'{"account": "nobody", "external_id": "1", "text": "a"}', 404),
        (b'{"account": "mail", "external_id": "1", "text": "a"}', 422),
        (b"[]", 422),
        (b"null", 422),
    ],
)
async def test_refuses_bad_bodies_with_a_problem(hub: Hub, body: bytes, status: int) -> None:
    answered, problem = await post(hub, body)

    assert answered == status, problem
    assert problem["type"].startswith("/problems/")
    assert problem["status"] == status
    assert problem["detail"]


async def test_lone_surrogates_are_never_a_500(hub: Hub) -> None:
    body = rb'{"account": "shop", "external_id": "s-\ud800", "text": "\udfff"}'
    status, _ = await post(hub, body)

    assert status in (202, 400, 422)


async def test_refuses_what_is_not_json_by_name_or_is_compressed(hub: Hub) -> None:
    plain, _ = await post(hub, MESSAGE, hub.admin() | {"Content-Type": "text/plain"})
    packed, _ = await post(hub, MESSAGE, hub.admin() | {"Content-Encoding": "gzip"})

    assert (plain, packed) == (415, 415)


async def test_an_ingest_token_of_one_account_reaches_no_other(hub: Hub) -> None:
    headers = await hub.token("ingest", "shop")
    own, _ = await post(hub, MESSAGE, headers)
    other, _ = await post(hub, MESSAGE | {"account": "kiosk"}, headers)
    unknown, _ = await post(hub, MESSAGE | {"account": "nobody"}, headers)
    await post(hub, MESSAGE | {"account": "kiosk", "external_id": "foreign"})
    async with hub.http.get(f"{hub.url}/api/v1/messages", headers=headers) as answer:
        listed = await answer.json()
    async with hub.http.get(f"{hub.url}/api/v1/messages?account=kiosk", headers=headers) as answer:
        listing_other = answer.status

    assert (own, other, unknown, listing_other) == (202, 403, 403, 403)
    assert [item["account"] for item in listed["items"]] == ["shop"]


async def test_says_503_with_retry_after_when_nothing_was_stored(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(raws: list[RawMessage], cursor: object = None) -> list[object]:
        raise DiskFull("the disk is full", retry_after_s=7)

    object.__setattr__(hub.parts, "deliver_for", lambda name: full)
    object.__setattr__(hub.parts, "offer", lambda raw, then: False)
    headers = hub.admin() | {"Content-Type": "application/json"}
    async with hub.http.post(f"{hub.url}/api/v1/messages", data=json.dumps(MESSAGE), headers=headers) as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "7")
    assert "disk is full" in problem["detail"]


async def test_lists_in_pages_that_lose_and_repeat_nothing(hub: Hub) -> None:
    await asyncio.gather(*(post(hub, MESSAGE | {"external_id": f"m-{n}"}) for n in range(25)))
    seen: list[str] = []
    after = "0"
    while after:
        url = f"{hub.url}/api/v1/messages?account=shop&limit=7&after={after}"
        async with hub.http.get(url, headers=hub.admin()) as answer:
            page = await answer.json()
        seen += [item["external_id"] for item in page["items"]]
        after = page["next"]

    assert sorted(seen) == sorted(f"m-{n}" for n in range(25))
    assert page["items"][0].keys() == {
        "id", "account", "external_id", "message_id", "state", "received_at", "size"
    }  # fmt: skip


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "after=-1", f"after={2**63}", "acount=shop"])
async def test_refuses_bad_parameters_by_name(hub: Hub, query: str) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/messages?{query}", headers=hub.admin()) as answer:
        problem = await answer.json(content_type=None)

    assert answer.status == 422
    assert query.split("=")[0] in problem["errors"]


async def test_takes_200_posts_in_flight_each_once(hub: Hub) -> None:
    answers = await asyncio.gather(*(post(hub, MESSAGE | {"external_id": f"f-{n}"}) for n in range(200)))

    assert {status for status, _ in answers} == {202}
    assert len({accepted["id"] for _, accepted in answers}) == 200


async def test_quoted_text_is_folded_on_the_page_and_told_by_its_offsets(hub: Hub) -> None:
    made = await receive(hub, "It works now.\n\n> <b>Please</b> check")
    async with hub.store.readers.read() as session:
        (version,) = (await message_texts.of_messages(session, [int(made)]))[int(made)]
    quoting = replace(version, reply_text="It works now.", hidden=((13, 36),))
    await hub.store.writer.batch(lambda session: message_texts.rewrite(session, quoting))
    async with hub.http.get(f"{hub.url}/api/v1/messages/{made}", headers=hub.admin()) as answer:
        told = await answer.json()
    async with hub.http.get(f"{hub.url}/messages/{made}", headers=hub.admin()) as answer:
        page = await answer.text()

    assert (told["text"], told["reply_text"]) == (quoting.text, "It works now.")
    assert told["hidden"] == told["versions"][0]["hidden"] == [[13, 36]]
    assert '<p class="words">It works now.</p>' in page
    assert '</summary><p class="words">\n\n&gt; &lt;b&gt;Please&lt;/b&gt; check</p></details>' in page
