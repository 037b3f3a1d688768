"""Notes that agents write for each other: on the timeline, in versions, named people told; customers never see one."""

import io
import json
import re
import zipfile
from typing import Any

import pytest

from channelhub.store import events, outbox, transcripts, users
from channelhub.store import tokens as token_store
from channelhub.web import tokens
from channelhub.web.auth import Role
from tests.connectors.telegram import vectors as v
from tests.web.chats import get, page, receive_updates
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive

COUNTED = re.compile(r'<li id="mentions".*<span class="badge warn">1</span>')
SECRET = "просить повернення, @olena перевір платіж"


async def send(hub: Hub, method: str, path: str, body: Any, who: dict[str, str] | None = None) -> tuple[int, Any]:
    async with hub.http.request(method, hub.url + path, json=body, headers=who or hub.admin()) as answer:
        text = await answer.text()
        return answer.status, await answer.json(content_type=None) if text else None


async def called(hub: Hub, name: str) -> dict[str, str]:
    """The header of an agent's token of this name."""
    token = tokens.mint()
    await hub.store.writer.command(
        lambda session: token_store.add(
            session, name=name, role=Role.AGENT, account="", digest=tokens.digest(token), at=BEGAN
        )
    )
    return {"Authorization": f"Bearer {token}"}


async def shown(hub: Hub, path: str, who: dict[str, str]) -> str:
    async with hub.http.get(hub.url + path, headers=who | {"Accept-Language": "en"}) as answer:
        assert answer.status == 200
        return await answer.text()


async def a_customer(hub: Hub) -> dict[str, Any]:
    await receive_updates(hub, v.TEXT)
    card: dict[str, Any] = await get(hub, "/api/v1/customers/lookup?identity=telegram:418820331")
    return card


@pytest.fixture
async def colleague(hub: Hub) -> None:
    await hub.store.writer.command(
        lambda session: users.add(session, login="olena", name="Олена", role="agent", password="", at=BEGAN)
    )


@pytest.mark.usefixtures("colleague")
async def test_a_note_stands_on_the_timeline_and_tells_who_is_named(hub: Hub) -> None:
    card = await a_customer(hub)
    [said] = card["timeline"]["items"]
    path = f"/api/v1/customers/{card['customer']['id']}/notes"
    status, made = await send(hub, "POST", path, {"text": SECRET, "conversation_id": said["conversation_id"]})
    after = await get(hub, f"/api/v1/customers/{card['customer']['id']}")
    [entry] = [one for one in after["timeline"]["items"] if one["type"] == "note"]

    assert status == 201
    assert (made["text"], made["revision"], made["mentions"], made["author"]) == (SECRET, 0, ["olena"], "local")
    assert (entry["type"], entry["id"], entry["text"], entry["channel"]) == ("note", made["id"], SECRET, "")
    assert entry["conversation_id"] == said["conversation_id"]
    assert SECRET in await page(hub, f"/customers/{card['customer']['id']}")
    assert SECRET in await page(hub, f"/conversations/{said['conversation_id']}")


async def test_a_note_has_versions_and_the_stale_one_is_refused(hub: Hub) -> None:
    card = await a_customer(hub)
    kate, jan = await hub.token(Role.AGENT), await hub.token(Role.READER)
    _, made = await send(hub, "POST", f"/api/v1/customers/{card['customer']['id']}/notes", {"text": "one"}, kate)
    path = f"/api/v1/notes/{made['id']}"
    first = await send(hub, "PATCH", path, {"text": "two", "revision": 0}, kate)
    stale = await send(hub, "PATCH", path, {"text": "three", "revision": 0}, kate)
    by_reader = await send(hub, "PATCH", path, {"text": "three", "revision": 1}, jan)
    by_lead = await send(hub, "PATCH", path, {"text": "four", "revision": 1}, await hub.token(Role.LEAD))
    shown = await page(hub, f"/customers/{card['customer']['id']}")

    assert [first[0], stale[0], by_reader[0], by_lead[0]] == [200, 409, 403, 200]
    assert [one["text"] for one in by_lead[1]["versions"]] == ["four", "two", "one"]
    assert by_lead[1]["versions"][0]["author"] != by_lead[1]["author"]
    assert "2 earlier versions" in shown
    assert "four" in shown


async def test_another_agents_note_is_left_alone(hub: Hub) -> None:
    card = await a_customer(hub)
    path = f"/api/v1/customers/{card['customer']['id']}/notes"
    _, made = await send(hub, "POST", path, {"text": "of the admin"})
    status, _ = await send(
        hub, "PATCH", f"/api/v1/notes/{made['id']}", {"text": "x", "revision": 0}, await hub.token(Role.AGENT)
    )

    assert status == 409


async def test_customers_never_see_a_note(hub: Hub) -> None:
    card = await a_customer(hub)
    [said] = card["timeline"]["items"]
    path = f"/api/v1/customers/{card['customer']['id']}/notes"
    await send(hub, "POST", path, {"text": SECRET, "conversation_id": said["conversation_id"]})
    async with hub.store.readers.read() as session:
        lines = await transcripts.page(session, int(said["conversation_id"]), since_us=0, limit=50)
        told = await events.since(session, after=0, limit=100)
        queued = await outbox.depth(session)
    notes_told = [one for one in told if one.type.startswith("note.")]

    assert [one.text for one in lines] == [said["text"]]
    assert len(notes_told) == 1
    assert "повернення" not in str([events.body_of(one) for one in told])
    assert (await get(hub, "/api/v1/customers?q=повернення"))["items"] == []
    assert not queued


async def test_another_customers_conversation_takes_no_note(hub: Hub) -> None:
    card = await a_customer(hub)
    await receive(hub, "hello")
    other = await get(hub, "/api/v1/customers/lookup?identity=email:hanna@example.com")
    body = {"text": "x", "conversation_id": card["timeline"]["items"][0]["conversation_id"]}
    status, _ = await send(hub, "POST", f"/api/v1/customers/{other['customer']['id']}/notes", body)

    assert status == 422


@pytest.mark.parametrize(("body", "status"), [({"text": " \n "}, 422), ({"text": "x" * 20_001}, 422), ({}, 422)])
async def test_a_note_has_words_and_not_too_many(hub: Hub, body: dict[str, str], status: int) -> None:
    card = await a_customer(hub)

    assert (await send(hub, "POST", f"/api/v1/customers/{card['customer']['id']}/notes", body))[0] == status


@pytest.mark.usefixtures("colleague")
async def test_the_named_are_counted_in_the_head_until_they_have_looked(hub: Hub) -> None:
    card = await a_customer(hub)
    path = f"/api/v1/customers/{card['customer']['id']}/notes"
    _, made = await send(hub, "POST", path, {"text": SECRET})
    olena = await called(hub, "olena")
    before = await shown(hub, "/mentions", olena)
    mine = await get(hub, "/api/v1/mentions")
    async with hub.http.post(
        f"{hub.url}/mentions/seen", data={"upto": made["id"]}, headers=olena, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    after = await shown(hub, "/mentions", olena)

    assert COUNTED.search(before)
    assert SECRET in before
    assert not COUNTED.search(after)
    assert SECRET in after
    assert mine["items"] == []


@pytest.mark.usefixtures("colleague")
async def test_a_change_tells_nobody_twice(hub: Hub) -> None:
    card = await a_customer(hub)
    _, made = await send(hub, "POST", f"/api/v1/customers/{card['customer']['id']}/notes", {"text": SECRET})
    olena = await called(hub, "olena")
    await send(hub, "POST", "/api/v1/mentions/seen", {"upto": made["id"]}, olena)
    await send(hub, "PATCH", f"/api/v1/notes/{made['id']}", {"text": f"{SECRET}!", "revision": 0})

    assert not COUNTED.search(await shown(hub, "/mentions", olena))


async def test_a_form_sent_twice_writes_one_note(hub: Hub) -> None:
    await receive(hub, "hello")
    found = re.search(r"/customers/(\d+)", await page(hub, "/"))
    assert found is not None
    form = {"text": "one", "customer": found[1], "key": "k"}
    for _ in range(2):
        address = f"{hub.url}{found[0]}/notes"
        async with hub.http.post(address, data=form, headers=hub.admin(), allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"].startswith(f"{found[0]}#m")
    card = await get(hub, f"/api/v1{found[0]}")

    assert [one["type"] for one in card["timeline"]["items"]] == ["note", "message"]


async def test_after_a_note_the_answer_goes_where_it_would_have_gone(hub: Hub) -> None:
    card = await a_customer(hub)
    customer, conversation = card["customer"]["id"], card["timeline"]["items"][0]["conversation_id"]
    form = {"customer": customer, "conversation": conversation}
    _, made = await send(hub, "POST", f"/api/v1/customers/{customer}/notes", {"text": "one"})
    places = []
    for path, words in (
        (f"/customers/{customer}/notes", {"text": "two"}),
        (f"/notes/{made['id']}", {"text": "one!", "revision": "0"}),
    ):
        async with hub.http.post(
            f"{hub.url}{path}", data=form | words, headers=hub.admin(), allow_redirects=False
        ) as answer:
            places.append(answer.headers["Location"].partition("#")[0])

    assert places == [f"/customers/{customer}?conversation={conversation}"] * 2


async def test_an_export_has_every_version_of_a_note(hub: Hub) -> None:
    card = await a_customer(hub)
    path = f"/api/v1/customers/{card['customer']['id']}"
    _, made = await send(hub, "POST", f"{path}/notes", {"text": "one"})
    await send(hub, "PATCH", f"/api/v1/notes/{made['id']}", {"text": "two", "revision": 0})
    async with hub.http.get(f"{hub.url}{path}/export", headers=hub.admin()) as answer:
        archive = zipfile.ZipFile(io.BytesIO(await answer.read()))
    [line] = archive.read("notes.jsonl").decode().splitlines()

    assert [one["text"] for one in json.loads(line)["versions"]] == ["two", "one"]
    assert "two" in archive.read("index.html").decode()
