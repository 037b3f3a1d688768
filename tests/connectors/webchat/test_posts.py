"""The chat of a browser without WebSocket: frames by post, what was not confirmed comes again."""

import asyncio

import pytest

from channelhub.sdk.errors import HubBusy
from channelhub.sdk.transcript import SaidFile
from connectors.webchat import posts
from connectors.webchat.config import WebchatConfig
from tests.connectors.webchat.chatsite import SITE, ChatSite, chat_site, message, own_id


async def opened(site: ChatSite) -> tuple[str, dict[str, object]]:
    """The session of a page that said hello, and its welcome."""
    status, answer = await site.post({"hello": {}, "waits": True})
    assert status == 200
    [welcome] = answer["frames"]
    return answer["session"], welcome


async def test_frames_come_again_until_they_are_confirmed(site: ChatSite) -> None:
    session, welcome = await opened(site)
    place = str(welcome["place"])
    await site.answer(place, "перше")
    _, lost = await site.post({"session": session, "got": 1})
    await site.answer(place, "друге")
    _, again = await site.post({"session": session, "got": 1})
    _, rest = await site.post({"session": session, "got": 3})

    assert [one["item"]["text"] for one in lost["frames"]] == ["перше"]
    assert [one["item"]["text"] for one in again["frames"]] == ["перше", "друге"]
    assert (again["last"], rest["frames"]) == (3, [])


async def test_post_that_waits_is_answered_when_there_is_something_to_tell(site: ChatSite) -> None:
    session, welcome = await opened(site)
    waiting = asyncio.create_task(site.post({"session": session, "got": 1, "waits": True}))
    status, told = await site.post({"session": session, "got": 1, "frames": [message()]})
    _, heard = await waiting
    waiting = asyncio.create_task(site.post({"session": session, "got": 2, "waits": True}))
    await site.answer(str(welcome["place"]), "Вже їде")

    assert (status, [one["type"] for one in told["frames"]]) == (200, ["ack"])
    assert [one["type"] for one in heard["frames"]] == ["ack"]
    assert [one["item"]["text"] for one in (await waiting)[1]["frames"]] == ["Вже їде"]


async def test_nothing_is_acknowledged_that_is_not_stored(site: ChatSite) -> None:
    session, _ = await opened(site)
    site.refusal = HubBusy("the queue is full", retry_after_s=3)
    assert (await site.post({"session": session, "got": 1, "frames": [message()]}))[0] == 503
    site.refusal = None
    _, answer = await site.post({"session": session, "got": 1, "frames": [message()]})

    assert [one["id"] for one in answer["frames"]] == [own_id()]


async def test_session_that_nobody_asked_for_long_is_over(site: ChatSite, monkeypatch: pytest.MonkeyPatch) -> None:
    session, _ = await opened(site)
    assert (await site.post({"session": session, "got": 1}))[0] == 200
    monkeypatch.setattr(posts, "FORGOTTEN_S", -1.0)

    assert (await site.post({"session": session, "got": 1}))[0] == 410
    assert (await site.post({"session": "made up"}))[0] == 410
    assert site.connector.rooms._open == 0


async def test_session_belongs_to_the_site_that_opened_it() -> None:
    async with chat_site(WebchatConfig(allowed_origins=(SITE, "https://other.example"))) as site:
        session, _ = await opened(site)

        assert (await site.post({"session": session}, origin="https://other.example"))[0] == 410


async def test_message_with_files_is_handed_over_in_one_post(site: ChatSite) -> None:
    async with site.tab() as page:
        file = {"name": "чек.jpg", "type": "image/jpeg", "content": "/9g="}
        body = {"hello": {"visitor": page.token}, "frames": [message("", files=[file])]}
        status, answer = await site.post(body)
        told = await page.hears()
        assert site.connector.rooms._open == 1  # the post opened no page

    assert (status, [one["type"] for one in answer["frames"]]) == (200, ["ack"])
    assert told["item"]["files"] == [{"name": "чек.jpg", "size": 2}]
    assert [raw.envelope.extra["place"] for raw in site.stored.values()] == [page.place]


async def test_file_is_given_to_its_own_conversation_as_a_download(site: ChatSite) -> None:
    async with site.tab() as page, site.tab() as stranger:
        kept = SaidFile(filename="a\r\nb.html", content_type="text/html", size=3, content=b"<b>")
        said = site.says(page.place, "Ось", files=(kept,))
    wanted = {"hello": {"visitor": page.token}, "id": said.id, "number": 0}
    async with site.session.post(f"{site.url}/file", json=wanted, headers={"Origin": SITE}) as answer:
        assert (answer.status, await answer.read()) == (200, b"<b>")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%0D%0Ab.html"
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
    for wrong in ({"number": 1}, {"id": "ch.9"}, {"hello": {"visitor": stranger.token}}):
        assert (await site.post(wanted | wrong, path="/file"))[0] == 404
    assert (await site.post(wanted | {"hello": {}}, path="/file"))[0] == 410


@pytest.mark.parametrize(
    "body",
    [{}, [], {"hello": {}, "frames": [{"type": "hello"}], "waits": True}, {"hello": {}, "waits": True, "frames": [1]}],
    ids=range(4),
)
async def test_what_is_no_post_of_a_page_is_refused(site: ChatSite, body: object) -> None:
    assert (await site.post(body))[0] == 400
    assert site.stored == {}
