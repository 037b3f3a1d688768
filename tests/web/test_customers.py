"""Cards, search, timelines, replies, incidents: through the API, over messages that were really processed."""

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.conftest import Hub
from tests.web.flow import receive


async def call(hub: Hub, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", json=body, headers=hub.admin() | headers) as answer:
        return answer.status, await answer.json(content_type=None) if answer.status != 204 else None


async def test_a_posted_message_is_on_its_customers_card(hub: Hub) -> None:
    message_id = await receive(hub, "Де моє замовлення?", subject="Замовлення 17")
    status, card = await call(hub, "GET", "/customers/lookup?identity=email:Hanna@EXAMPLE.com")
    [entry] = card["timeline"]["items"]
    [identity] = card["identities"]

    assert status == 200
    assert card["customer"]["name"] == "Ганна"
    assert (entry["id"], entry["type"], entry["direction"], entry["verified"]) == (message_id, "message", "in", True)
    assert (entry["text"], entry["subject"]) == ("Де моє замовлення?", "Замовлення 17")
    assert (identity["kind"], identity["value"], identity["verified"]) == ("email", "hanna@example.com", True)
    assert [incident["state"] for incident in card["incidents"]] == ["new"]
    assert card["timeline"]["next"] is None


async def test_a_timeline_is_paged_newest_first_without_loss(hub: Hub) -> None:
    for number in range(7):
        await receive(hub, f"message {number}", external_id=f"n-{number}")
    _, card = await call(hub, "GET", "/customers/lookup?identity=email:hanna@example.com")
    customer_id, before, seen = card["customer"]["id"], "", []
    while before is not None:
        _, page = await call(hub, "GET", f"/customers/{customer_id}/timeline?limit=3&before={before}")
        seen += [item["text"] for item in page["items"]]
        before = page["next"]

    assert seen == [f"message {number}" for number in reversed(range(7))]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/customers/lookup?identity=email:nobody@example.com", 404),
        ("/customers/lookup?identity=nothing", 404),
        ("/customers/lookup", 422),
        ("/customers/12", 404),
        ("/customers/x", 404),
        (f"/customers/{2**63}", 404),
        ("/customers", 422),
        ("/customers?q=a%00b", 422),
        ("/customers/12/timeline?before=x", 422),
        ("/messages/5", 404),
        ("/messages/1024/raw", 404),
        ("/messages/1024/attachments/0", 404),
        ("/incidents/5", 404),
        ("/incidents?state=odd", 422),
        ("/outages/5", 404),
        ("/parked/5", 404),
    ],
)
async def test_what_is_not_there_or_not_understood_is_a_problem(hub: Hub, path: str, status: int) -> None:
    answered, problem = await call(hub, "GET", path)

    assert (answered, problem["status"]) == (status, status), problem


@pytest.mark.parametrize("words", ['"', "*", "a OR", "NEAR(", "-", "()", "col:umn", "%", "_", "'; DROP TABLE x"])
async def test_search_takes_any_words(hub: Hub, words: str) -> None:
    await receive(hub, "ordinary words")
    async with hub.http.get(f"{hub.url}/api/v1/customers", params={"q": words}, headers=hub.admin()) as answer:
        status = answer.status

    assert status == 200


async def test_search_finds_words_and_names(hub: Hub) -> None:
    await receive(hub, "Посилка не приїхала", email="a@example.com")
    _, by_word = await call(hub, "GET", "/customers?q=посилка")
    _, by_address = await call(hub, "GET", "/customers?q=a@example")

    assert [hit["matched"] for hit in by_word["items"]] == ["message"]
    assert by_address["items"][0]["matched"] == "email:a@example.com"


async def test_search_finds_people_in_any_case_and_script_and_by_phone_with_their_name(hub: Hub) -> None:
    known = [{"kind": "email", "value": "olena@example.com"}, {"kind": "phone", "value": "+380671112233"}]
    await receive(hub, "Дякую", sender={"name": "Олена Шевчук", "identities": known})
    found = {}
    for words in ("ОЛЕНА", "елена", "Шевчк", "067 111", "+38 067", "(067)"):
        _, page = await call(hub, "GET", f"/customers?q={quote(words)}")
        found[words] = {(hit["name"], hit["matched"]) for hit in page["items"]}

    by_name, by_phone = ("Олена Шевчук", "email:olena@example.com"), ("Олена Шевчук", "phone:+380671112233")
    assert [found.pop(words) for words in ("ОЛЕНА", "елена", "Шевчк")] == [{by_name}] * 3
    assert list(found.values()) == [{by_phone}] * 3


async def test_messages_are_narrowed_down_ordered_and_marked(hub: Hub) -> None:
    await receive(hub, "Оплата не пройшла, оплату списали", email="a@example.com", sent_at="2026-02-01T10:00:00Z")
    await receive(hub, "Щодо оплати", email="b@example.com", sent_at="2026-02-20T10:00:00Z")
    await receive(hub, "Оплатити", email="c@example.com")
    _, lookup = await call(hub, "GET", "/customers/lookup?identity=email:b@example.com")
    asked = {
        "newest": "", "relevance": "&order=relevance", "people": "&kind=people", "messages": "&kind=messages",
        "channel": "&channel=api", "another": "&channel=email", "customer": f"&customer={lookup['customer']['id']}",
        "nobody": "&customer=1", "since": "&since=2026-02-20T10:00:00Z", "until": "&until=2026-02-20T10:00:00Z",
        "first": "&limit=1",
    }  # fmt: skip
    pages = {name: (await call(hub, "GET", f"/customers?q=оплата{query}"))[1] for name, query in asked.items()}
    texts = {name: [one["text"][:4] for one in page["items"]] for name, page in pages.items()}
    _, second = await call(hub, "GET", f"/customers?q=оплата&limit=1&before={pages['first']['next']}")
    (best, *_) = pages["relevance"]["items"]

    assert texts["newest"] == texts["messages"] == texts["channel"] == ["Опла", "Щодо", "Опла"]
    assert texts["customer"] == texts["since"][1:] == ["Щодо"]
    assert texts["people"] == texts["another"] == texts["nobody"] == []
    assert texts["until"] == ["Опла"]
    assert [one["text"] for one in second["items"]] == ["Щодо оплати"]
    assert [best["text"][start:end] for start, end in best["marks"]] == ["Оплата", "оплату"]
    assert (best["channel"], pages["relevance"]["next"]) == ("api", None)


@pytest.mark.parametrize(
    "query",
    ["order=best", "kind=things", "since=2026-02-20", "since=yesterday", "customer=x", "until=9999-12-31T23:59:59"],
)
async def test_a_search_that_says_nothing_is_refused(hub: Hub, query: str) -> None:
    status, _ = await call(hub, "GET", f"/customers?q=a&{query}")

    assert status == 422


async def test_the_ends_of_the_calendar_are_times_like_others(hub: Hub) -> None:
    await receive(hub, "ordinary words")
    span = "since=0001-01-01T00:00:00%2B14:00&until=9999-12-31T23:59:59-12:00"
    _, page = await call(hub, "GET", f"/customers?q=ordinary&{span}")

    assert [one["text"] for one in page["items"]] == ["ordinary words"]


async def test_a_message_in_full_with_its_bytes_and_files_as_downloads(hub: Hub) -> None:
    files = [{"filename": "<i>звіт.html", "content_type": "text/html", "content": "PHNjcmlwdD4="}]
    message_id = await receive(hub, "see the file", attachments=files)
    _, message = await call(hub, "GET", f"/messages/{message_id}")
    async with hub.http.get(f"{hub.url}/api/v1/messages/{message_id}/raw", headers=hub.admin()) as answer:
        raw, headers = await answer.read(), answer.headers

    assert (message["state"], message["text"]) == ("processed", "see the file")
    assert message["attachments"][0]["filename"].endswith("звіт.html")
    assert b'"see the file"' in raw
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in headers["Content-Security-Policy"]


async def test_a_stale_version_of_an_incident_is_a_conflict(hub: Hub) -> None:
    await receive(hub, "Де моє замовлення?")
    _, page = await call(hub, "GET", "/incidents?state=new")
    [incident] = page["items"]
    change = {"version": incident["version"], "state": "in_progress"}
    answers = await asyncio.gather(*(call(hub, "PATCH", f"/incidents/{incident['id']}", change) for _ in range(5)))
    impossible, _ = await call(
        hub, "PATCH", f"/incidents/{incident['id']}", {"version": incident["version"] + 1, "state": "new"}
    )
    unknown_state, _ = await call(hub, "PATCH", f"/incidents/{incident['id']}", {"version": 1, "state": "odd"})

    assert sorted(status for status, _ in answers) == [200, 409, 409, 409, 409]
    assert (impossible, unknown_state) == (409, 422)
    assert "in_progress" in incident["next_states"]


async def test_a_reply_from_an_account_that_cannot_send_is_refused(hub: Hub) -> None:
    await receive(hub, "Де моє замовлення?")
    _, card = await call(hub, "GET", "/customers/lookup?identity=email:hanna@example.com")
    conversation = card["timeline"]["items"][0]["conversation_id"]
    refused, problem = await call(hub, "POST", f"/conversations/{conversation}/replies", {"text": "Вже їде."})
    blank, _ = await call(hub, "POST", f"/conversations/{conversation}/replies", {"text": "  "})
    unknown, _ = await call(hub, "POST", "/conversations/7/replies", {"text": "hello"})

    assert (refused, blank, unknown) == (409, 422, 404)
    assert "can't send" in problem["detail"]


async def test_customers_are_joined_and_taken_apart_again(hub: Hub) -> None:
    await receive(hub, "one", email="one@example.com")
    await receive(hub, "two", email="two@example.com")
    _, one = await call(hub, "GET", "/customers/lookup?identity=email:one@example.com")
    _, two = await call(hub, "GET", "/customers/lookup?identity=email:two@example.com")
    body = {"identity_id": two["identities"][0]["id"], "reason": "she said so"}
    status, link = await call(hub, "POST", f"/customers/{one['customer']['id']}/links", body)
    _, joined = await call(hub, "GET", f"/customers/{two['customer']['id']}")
    removed, said = await call(hub, "DELETE", f"/links/{link['id']}")
    _, apart = await call(hub, "GET", "/customers/lookup?identity=email:two@example.com")

    assert (status, removed, said) == (201, 200, {"suggestion_id": None, "still_joined_by": []})
    assert {entry["text"] for entry in joined["timeline"]["items"]} == {"one", "two"}
    assert [entry["text"] for entry in apart["timeline"]["items"]] == ["two"]


async def test_a_made_token_works_and_is_listed_without_itself(hub: Hub) -> None:
    status, made = await call(hub, "POST", "/tokens", {"role": "ingest", "name": "shop", "account": "shop"})
    wrong_account, _ = await call(hub, "POST", "/tokens", {"role": "ingest", "name": "x", "account": "nobody"})
    tied_agent, _ = await call(hub, "POST", "/tokens", {"role": "agent", "name": "x", "account": "shop"})
    own = {"Authorization": f"Bearer {made['token']}"}
    async with hub.http.get(f"{hub.url}/api/v1/messages", headers=own) as answer:
        works = answer.status
    _, listed = await call(hub, "GET", "/tokens")
    ended, _ = await call(hub, "DELETE", f"/tokens/{made['id']}")
    async with hub.http.get(f"{hub.url}/api/v1/messages", headers=own) as answer:
        after = answer.status

    assert (status, wrong_account, tied_agent, works, ended, after) == (201, 404, 422, 200, 204, 401)
    assert made["token"].startswith("chub_")
    assert made["token"] not in str(listed)
