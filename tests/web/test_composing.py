"""Where an answer is written: files go with it, a draft stays, templates begin it, and colleagues aren't run over."""

import asyncio
import contextlib
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from channelhub.app.reply_wording import reply_templates
from channelhub.store import outbox
from channelhub.store import tokens as token_store
from channelhub.web import tokens
from channelhub.web.auth import Role
from channelhub.web.presence import FOR, MOST, Presence
from tests.connectors.telegram import vectors as v
from tests.rules.test_previews import PNG
from tests.web import chats, conftest
from tests.web.chats import get, receive_updates
from tests.web.conftest import BEGAN, BOOK, Hub


@pytest.fixture
def settings() -> dict[str, object]:
    return {"reply_templates": reply_templates(own_folder="", config_file=None)}


@pytest.fixture(autouse=True)
def sending_files(monkeypatch: pytest.MonkeyPatch) -> None:
    bot = replace(BOOK.accounts["bot"], can_send_files=True)
    for module in (conftest, chats):
        monkeypatch.setattr(module, "BOOK", replace(BOOK, accounts={**BOOK.accounts, "bot": bot}))


async def agent(hub: Hub, name: str) -> dict[str, str]:
    token = tokens.mint()
    await hub.store.writer.command(
        lambda session: token_store.add(
            session, name=name, role=Role.AGENT, account="", digest=tokens.digest(token), at=BEGAN
        )
    )
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


async def begun(hub: Hub) -> tuple[str, str]:
    """The ids of a customer and their conversation."""
    await receive_updates(hub, v.TEXT)
    card = await get(hub, "/api/v1/customers/lookup?identity=telegram:418820331")
    return card["customer"]["id"], card["timeline"]["items"][0]["conversation_id"]


async def shown(hub: Hub, path: str, who: dict[str, str]) -> str:
    async with hub.http.get(hub.url + path, headers=who) as answer:
        assert answer.status == 200, path
        return await answer.text()


async def post(hub: Hub, conversation: str, who: dict[str, str], data: Any) -> tuple[int, str]:
    """The status, and where it leads."""
    url = f"{hub.url}/conversations/{conversation}/reply"
    async with hub.http.post(url, data=data, headers=who, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the answer's form."""
    form = page[page.index('id="reply"') :]
    form = form[: form.index("</form>")]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def draft(page: str) -> str:
    found = re.search(r'<textarea id="text"[^>]*>([^<]*)</textarea>', page)
    assert found is not None
    return found[1]


def form_of(values: dict[str, str], *files: tuple[str, str, bytes]) -> aiohttp.FormData:
    form = aiohttp.FormData(values, default_to_multipart=True, quote_fields=False)
    for name, kind, content in files:
        form.add_field("files", io.BytesIO(content), filename=name, content_type=kind)
    return form


async def test_files_of_the_form_go_with_the_answer(hub: Hub) -> None:
    customer, conversation = await begun(hub)
    kate = await agent(hub, "kate")
    page = await shown(hub, f"/customers/{customer}", kate)
    form = form_of(fields(page) | {"text": "Ось чек", "do": "send"}, ("чек.png", "image/png", PNG), ("", "", b""))
    status, place = await post(hub, conversation, kate, form)
    async with hub.store.readers.read() as session:
        waiting = await outbox.due(session, account="bot", now_us=2**62, limit=10)

    assert 'enctype="multipart/form-data"' in page
    assert "of any type" in page
    assert (status, place) == (303, f"/customers/{customer}?conversation={conversation}")
    assert [(one.filename, one.size) for one in waiting[0].payload.attachments] == [("чек.png", len(PNG))]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x\r\nno",
        b"--x\r\n\r\n--x--",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n\xff\r\n--x--",
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--",
    ],
)
async def test_broken_forms_are_refused(hub: Hub, body: bytes) -> None:
    _, conversation = await begun(hub)
    who = hub.admin() | {"Content-Type": "multipart/form-data; boundary=x"}
    async with hub.http.post(f"{hub.url}/conversations/{conversation}/reply", data=body, headers=who) as answer:
        assert answer.status in (400, 422)


async def test_files_beyond_what_there_is_room_for_are_refused(hub: Hub) -> None:
    _, conversation = await begun(hub)
    large = form_of({"text": "x"}, *[(f"{n}.bin", "application/octet-stream", b"x" * 10_000_000) for n in range(2)])

    assert (await post(hub, conversation, hub.admin(), large))[0] == 413


@pytest.mark.slow
async def test_a_form_of_untold_length_is_bounded_too(hub: Hub) -> None:
    _, conversation = await begun(hub)

    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 1_000_000

    who = hub.admin() | {"Content-Type": "multipart/form-data; boundary=x"}
    with contextlib.suppress(aiohttp.ClientError):  # the connection may end before all was sent
        assert (await post(hub, conversation, who, endless()))[0] == 413


async def test_a_draft_is_kept_for_its_author_until_the_answer_is_sent(hub: Hub) -> None:
    customer, conversation = await begun(hub)
    kate, jan = await agent(hub, "kate"), await agent(hub, "jan")
    path = f"/conversations/{conversation}"
    first = fields(await shown(hub, path, kate))
    kept = await post(hub, conversation, kate, first | {"text": "Дивимось <b>", "do": "keep"})
    page = await shown(hub, path, kate)
    of_jan = await shown(hub, path, jan)
    sent = await post(hub, conversation, kate, fields(page) | {"text": "Дивимось"})
    async with hub.http.get(f"{hub.url}/api/v1{path}/draft", headers=kate) as gone:
        assert gone.status == 404
    async with hub.http.put(
        f"{hub.url}/api/v1{path}/draft", json={"text": "too late", "key": fields(page)["key"]}, headers=kate
    ) as late:
        assert late.status == 204

    assert kept == (303, f"{path}#reply")
    assert draft(page) == "Дивимось &lt;b&gt;"
    assert draft(of_jan) == ""
    assert sent == (303, path)
    assert draft(await shown(hub, f"/customers/{customer}", kate)) == ""


async def test_an_answer_that_was_overtaken_is_held_back_once(hub: Hub) -> None:
    customer, conversation = await begun(hub)
    kate, jan = await agent(hub, "kate"), await agent(hub, "jan")
    of_kate, of_jan = [fields(await shown(hub, f"/customers/{customer}", who)) for who in (kate, jan)]
    await post(hub, conversation, kate, of_kate | {"text": "Уже працює"})
    again = await post(hub, conversation, kate, of_kate | {"text": "Уже працює"})
    held = await post(hub, conversation, jan, of_jan | {"text": "Дивимось"})
    page = await shown(hub, held[1].partition("#")[0], jan)
    sent = await post(hub, conversation, jan, fields(page) | {"text": "Дивимось"})
    said = (await get(hub, f"/api/v1/customers/{customer}"))["timeline"]["items"]

    assert again[0] == 303
    assert held == (303, f"/conversations/{conversation}?answered=1#reply")
    assert "Somebody answered while you wrote" in page
    assert "Уже працює" in page
    assert draft(page) == "Дивимось"
    assert sent == (303, f"/conversations/{conversation}")
    assert sorted(one["text"] for one in said if one["direction"] == "out") == ["Дивимось", "Уже працює"]


async def test_a_template_begins_the_answer_in_the_customers_language(hub: Hub) -> None:
    _, conversation = await begun(hub)
    kate = await agent(hub, "kate")
    path = f"/conversations/{conversation}"
    page = await shown(hub, path, kate)
    await post(hub, conversation, kate, fields(page) | {"text": "Так.", "do": "begin", "template": "solved"})
    words = draft(await shown(hub, path, kate))

    assert '<option value="thanks" data-text="Вітаємо' in page
    assert words.startswith("Так.\n\nВітаємо")
    assert "Проблему вирішено" in words
    assert words.endswith("kate")


async def test_colleagues_see_who_writes_at_once_and_at_load(hub: Hub) -> None:
    _, conversation = await begun(hub)
    kate, jan = await agent(hub, "kate"), await agent(hub, "jan")
    path = f"/conversations/{conversation}"
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=jan) as stream:
        await stream.content.readuntil(b"\n\n")
        async with hub.http.post(f"{hub.url}/api/v1{path}/writing", headers=kate) as answer:
            assert answer.status == 200
        frame = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 5)
    of_jan, of_kate = await shown(hub, path, jan), await shown(hub, path, kate)
    hub.clock[0] = BEGAN + FOR

    assert frame.startswith(b"event: conversation.writing\ndata: ")
    assert [one["name"] for one in json.loads(frame.partition(b"data: ")[2])["writers"]] == ["kate"]
    assert "kate is writing an answer since" in of_jan
    assert "is writing an answer since <" not in of_kate
    assert "kate is writing" not in await shown(hub, path, jan)


async def test_who_has_sent_no_longer_writes(hub: Hub) -> None:
    _, conversation = await begun(hub)
    kate, jan = await agent(hub, "kate"), await agent(hub, "jan")
    path = f"/conversations/{conversation}"
    async with hub.http.put(f"{hub.url}/api/v1{path}/draft", json={"text": "Ди"}, headers=kate) as answer:
        assert answer.status == 204
    during = await shown(hub, path, jan)
    await post(hub, conversation, kate, fields(await shown(hub, path, kate)) | {"text": "Дивимось"})

    assert "kate is writing" in during
    assert "kate is writing" not in await shown(hub, path, jan)


def test_presence_is_bounded_and_forgets() -> None:
    clock = [BEGAN]
    presence = Presence(now=lambda: clock[0])
    for number in range(MOST + 5):
        presence.writes(number, "kate")
    clock[0] += timedelta(seconds=20)
    presence.writes(1, "kate")
    clock[0] += timedelta(seconds=20)
    presence.writes(MOST + 9, "jan")

    assert [(one.name, one.since) for one in presence.there(1)] == [("kate", BEGAN)]
    assert presence.there(2) == []
    assert presence.there(MOST + 4) == []
    assert [one.name for one in presence.there(MOST + 9)] == ["jan"]
