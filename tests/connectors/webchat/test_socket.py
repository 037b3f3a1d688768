"""The chat by WebSocket: acknowledged after the commit, told once, bounded, and only for the account's sites."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta

import aiohttp
import msgspec
import pytest

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.errors import HubBusy
from channelhub.sdk.signed_identity import SignedIdentity, sign
from connectors.webchat.config import WebchatConfig
from connectors.webchat.door import OPENINGS_PER_MINUTE
from connectors.webchat.rooms import BROWSER_CONNECTIONS
from connectors.webchat.talk import AT_ONCE, PAGE
from tests.connectors.webchat.chatsite import NOW, SITE, ChatSite, chat_site, message, own_id

ANN = sign(
    SignedIdentity(customer_id="crm-17", exp=int(NOW.timestamp()) + 60, email="ann@example.com"),
    "an example secret of a site",
)


async def test_message_is_acknowledged_after_its_commit_and_kept_once(site: ChatSite) -> None:
    async with site.tab() as page:
        site.refusal = HubBusy("the queue is full", retry_after_s=0.5)
        assert await page.say(message()) == {"type": "refused", "id": own_id(), "why": "later", "retry_ms": 500}
        assert site.stored == {}
        site.refusal = None
        assert (await page.say(message()))["type"] == "ack"
        assert await page.say(message()) == {"type": "ack", "id": own_id(), "at": int(NOW.timestamp() * 1000)}

    [raw] = site.stored.values()
    assert raw.delivery_id == f"message:{own_id()}"
    assert json.loads(raw.body)["text"] == "Де моє замовлення?"
    assert raw.envelope.extra["place"] == page.place
    assert raw.envelope.extra["origin"] == "203.0.113.0/24"


async def test_answer_is_shown_on_every_page_of_its_visitor_and_on_no_other(site: ChatSite) -> None:
    async with site.tab() as first, site.tab(visitor=first.token) as second, site.tab() as stranger:
        await site.answer(first.place, "Вже їде")
        await site.answer(stranger.place, "Інше")
        seen = [(await one.hears())["item"]["text"] for one in (first, second, stranger)]
        await first.say(message())
        told = await second.hears()

    assert seen == ["Вже їде", "Вже їде", "Інше"]
    assert (told["item"]["text"], told["item"]["ours"]) == ("Де моє замовлення?", False)
    assert stranger.place not in (first.place, second.place)


async def test_visitor_who_comes_back_is_shown_what_was_said_meanwhile(site: ChatSite) -> None:
    async with site.tab() as page:
        pass
    for number in range(PAGE + 5):
        site.says(page.place, f"{number}")
    site.says(page.place, "forgotten", age=timedelta(days=181))
    async with site.tab(visitor=page.token) as again:
        earlier = await again.say({"type": "earlier", "before": again.welcome["before"]})

    assert [one["text"] for one in again.welcome["items"]] == [f"{number}" for number in range(5, PAGE + 5)]
    assert [one["text"] for one in earlier["items"]] == [f"{number}" for number in range(5)]
    assert earlier["before"] == ""
    assert again.token == page.token


async def test_token_that_is_too_old_opens_nothing(site: ChatSite) -> None:
    async with site.tab() as page:
        site.says(page.place, "Таємниця")
    site.now += timedelta(days=180)
    async with site.tab(visitor=page.token) as later:
        pass

    assert (later.welcome["items"], later.token == page.token) == ([], False)


async def test_signed_customer_has_one_place_on_every_browser_and_others_have_theirs(site: ChatSite) -> None:
    site.says("c.crm-17", "Лише для Ганни")
    async with (
        site.tab(identity=ANN) as first,
        site.tab(identity=ANN) as second,
        site.tab(identity=f"{ANN}x") as forged,
    ):
        pass
    site.now += timedelta(seconds=61)
    async with site.tab(visitor=first.token, identity=ANN) as expired:
        await expired.say(message())

    assert first.place == second.place == "c.crm-17"
    assert first.token != second.token
    assert [one["text"] for one in second.welcome["items"]] == ["Лише для Ганни"]
    assert (forged.welcome["signed"], forged.welcome["refused"], forged.welcome["items"]) == (
        False,
        "wrong signature",
        [],
    )
    assert (expired.place.startswith("v."), expired.welcome["refused"]) == (True, "expired")
    [raw] = site.stored.values()
    assert raw.envelope.extra["token_refused"] == "expired"


async def test_report_is_stored_once_and_told_to_the_other_pages(site: ChatSite) -> None:
    seen = {"type": "seen", "ids": ["ch.1"], "read": True}
    async with site.tab() as first, site.tab(visitor=first.token) as second:
        await first.socket.send_json(seen)
        assert await second.hears() == seen
        await first.socket.send_json(seen)
        assert await second.hears() == seen

    assert len(site.stored) == 1


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null", ""]
)
async def test_page_of_another_site_is_not_let_in(site: ChatSite, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.session.ws_connect(site.url, origin=origin or None)

    assert refused.value.status == 403
    assert (await site.post({"hello": {}, "frames": [message()]}, origin=origin))[0] == 403
    assert site.stored == {}


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "[]",
        '{"type":"hologram"}',
        '{"type":"message"}',
        '{"type":"ping"}',
        "[" * 5000,
        '{"type":"hello","visitor":7}',
    ],
    ids=range(7),
)
async def test_who_does_not_say_hello_first_is_sent_away(site: ChatSite, said: str) -> None:
    async with site.session.ws_connect(site.url, origin=SITE) as socket:
        await socket.send_str(said)
        closed = await asyncio.wait_for(socket.receive(), 5)

    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1008)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (message("  "), "empty"),
        (message("x" * 5001), "long"),
        ({**message(), "id": "short"}, "id"),
        (message("x", files=[{"content": ""}] * 6), "files"),
        ({"type": "contact", "id": own_id(), "email": "nobody"}, "email"),
    ],
)
async def test_what_is_refused_is_said_and_not_stored(site: ChatSite, frame: dict[str, str], why: str) -> None:
    async with site.tab() as page:
        answer = await page.say(frame)
        assert (answer["type"], answer["why"]) == ("refused", why)
        assert (await page.say({"type": "ping"})) == {"type": "pong"}

    assert site.stored == {}


class TestLimits:
    @pytest.fixture
    def config(self) -> WebchatConfig:
        return WebchatConfig(
            allowed_origins=(SITE,), rate_per_minute=2, network_rate_per_minute=3, account_rate_per_minute=4,
            network_connections=20, max_connections=22,
        )  # fmt: skip

    async def test_messages_of_a_visitor_a_network_and_the_whole_chat_are_bounded(self, site: ChatSite) -> None:
        async def says(number: int) -> str:
            async with site.tab() as page:
                return str((await page.say(message("х", number)))["type"])

        async with site.tab() as page:
            by_one = [(await page.say(message("х", number)))["type"] for number in range(3)]
        by_network = [await says(10), await says(11)]
        site.peer = "198.51.100.1"
        elsewhere = [await says(20), await says(21)]
        site.now += timedelta(minutes=1)

        assert by_one == ["ack", "ack", "refused"]
        assert by_network == ["ack", "refused"]
        assert elsewhere == ["ack", "refused"]
        assert await says(30) == "ack"

    async def test_network_that_opens_too_many_pages_is_refused_before_anything_is_held_for_it(
        self, site: ChatSite
    ) -> None:
        for _ in range(OPENINGS_PER_MINUTE):
            await (await site.session.ws_connect(site.url, origin=SITE)).close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.session.ws_connect(site.url, origin=SITE)

        assert refused.value.status == 429
        site.peer = "198.51.100.1"
        async with site.tab() as elsewhere:
            assert elsewhere.token

    async def test_bytes_of_a_network_are_bounded(self) -> None:
        config = WebchatConfig(allowed_origins=(SITE,), network_bytes_per_minute=10_000)
        async with chat_site(config) as site, site.tab() as page, site.tab() as other:
            large = [(await one.say(message("х" * 2000, number)))["type"] for number, one in enumerate((page, other))]
            site.peer = "198.51.100.1"
            async with site.tab() as elsewhere:
                large.append((await elsewhere.say(message("х" * 2000, 3)))["type"])

        assert large == ["ack", "refused", "ack"]

    async def test_open_pages_of_a_browser_a_network_and_the_whole_chat_are_bounded(self, site: ChatSite) -> None:
        async with site.tab() as first:
            mine = [first, *[await self._open(site, first.token) for _ in range(BROWSER_CONNECTIONS)]]
            assert [one is None for one in mine] == [False] * BROWSER_CONNECTIONS + [True]
            strangers = [await self._open(site, "") for _ in range(20 - BROWSER_CONNECTIONS + 1)]
            assert [one is None for one in strangers][-2:] == [False, True]
            site.peer = "198.51.100.1"
            rest = [await self._open(site, "") for _ in range(3)]
            assert [one is None for one in rest] == [False, False, True]
            await rest[0].close()  # type: ignore[union-attr]
            async with asyncio.timeout(5):
                while await self._open(site, "") is None:
                    await asyncio.sleep(0.01)

    async def _open(self, site: ChatSite, visitor: str) -> aiohttp.ClientWebSocketResponse | None:
        socket = await site.session.ws_connect(site.url, origin=SITE)
        await socket.send_json({"type": "hello", "visitor": visitor})
        first = await asyncio.wait_for(socket.receive(), 5)
        if first.type is aiohttp.WSMsgType.CLOSE:
            assert first.data == 1013
            return None
        return socket


async def test_page_that_does_not_listen_is_closed_and_holds_up_nobody(site: ChatSite) -> None:
    async with site.tab() as page, site.tab() as other:
        [tab] = [tab for tabs in site.connector.rooms._tabs.values() for tab in tabs if tab.visitor.place == page.place]
        for number in range(2000):
            tab.outgoing.put(msgspec.json.encode({"n": number, "pad": "x" * 10_000}))

        assert tab.outgoing.is_closed
        assert tab.outgoing.waiting == []
        assert (await other.say({"type": "ping"})) == {"type": "pong"}


async def test_every_page_is_told_to_come_again_when_the_account_stops(site: ChatSite) -> None:
    async with site.tab() as page:
        site.running.cancel()
        assert await page.hears() == {"closed": 1012}
    async with site.tab() as again:
        assert (await again.say(message()))["why"] == "later"


async def test_typing_is_shown_on_the_pages_of_its_conversation(site: ChatSite) -> None:
    async with site.tab() as page, site.tab() as stranger:
        site.connector.typing(page.place)
        assert await page.hears() == {"type": "typing"}
        assert await stranger.say({"type": "ping"}) == {"type": "pong"}


async def test_flood_on_one_chat_holds_up_no_other() -> None:
    """The hub is slow to commit what one account floods it with; the other account's message doesn't wait behind it."""
    config = WebchatConfig(allowed_origins=(SITE,), rate_per_minute=10_000, network_rate_per_minute=10_000)
    async with chat_site(config) as flooded, chat_site(config) as calm:
        stuck = asyncio.Event()
        under_way = 0

        async def slowly(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
            nonlocal under_way
            under_way += 1
            await stuck.wait()
            return await flooded.deliver(raws, cursor)

        flooded.connector._talk.deliver = slowly
        posts = [
            asyncio.create_task(
                flooded.post({"hello": {"visitor": f"1.{int(NOW.timestamp())}.{n:032}"}, "frames": [message("х", n)]})
            )
            for n in range(100)
        ]
        async with asyncio.timeout(10), calm.tab() as page:
            while under_way < AT_ONCE:
                await asyncio.sleep(0.01)
            assert (await page.say(message()))["type"] == "ack"
        assert under_way == AT_ONCE
        stuck.set()
        answers = await asyncio.gather(*posts)

    assert {status for status, _ in answers} == {200}
    assert len(flooded.stored) == 100
