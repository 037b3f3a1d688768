"""Who sent a form sees how the request stands, by a signed link and nothing else."""

from datetime import timedelta
from html import unescape

import pytest

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.times import to_us
from channelhub.rules.following import Followed, write
from channelhub.store import messages
from channelhub.web.pages.following import TRIES_PER_MINUTE
from tests.web.conftest import BEGAN, BOOK, Hub
from tests.web.flow import receive

TEXT = "Доброго дня, не приходить чек <b>за замовлення</b>"


def link(message_id: str, *, days: int = 30) -> str:
    since_s = to_us(BEGAN) // 1_000_000
    followed = Followed(
        inbox_id=int(message_id) // MESSAGES_PER_DELIVERY, since_s=since_s, until_s=since_s + days * 86_400
    )
    return f"/status/{write(followed, secret=BOOK.secret)}"


async def look(hub: Hub, path: str, language: str = "uk") -> tuple[int, str]:
    async with hub.http.get(hub.url + path, headers={"Accept-Language": language}) as answer:
        return answer.status, await answer.text()


async def test_the_page_shows_number_state_and_what_was_said_and_nothing_else(hub: Hub) -> None:
    message_id = await receive(hub, TEXT, subject="Чек", email="hanna@example.com")
    status, page = await look(hub, f"{link(message_id)}?sent=1")

    assert status == 200
    assert "<h1>Дякуємо</h1>" in page
    assert "<strong>1</strong>" in page
    assert "нове" in page
    assert "не приходить чек &lt;b&gt;за замовлення&lt;/b&gt;" in page
    assert "Чек" in page
    assert "hanna" not in page
    assert "refresh" not in page


async def test_the_page_is_for_no_search_engine_cache_or_other_site(hub: Hub) -> None:
    message_id = await receive(hub, TEXT)
    async with hub.http.get(hub.url + link(message_id)) as answer:
        page = await answer.text()
        headers = answer.headers

    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_another_request_of_the_same_customer_is_not_shown(hub: Hub) -> None:
    first = await receive(hub, "Не приходить чек", conversation="one")
    await receive(hub, "Інша особиста справа", conversation="two")

    assert "Інша особиста справа" not in (await look(hub, link(first)))[1]


async def test_a_request_that_waits_is_looked_at_again_by_itself_for_a_while(hub: Hub) -> None:
    body = {
        "account": "shop",
        "external_id": "w",
        "text": TEXT,
        "sender": {"identities": [{"kind": "email", "value": "a@b.c"}]},
    }
    async with hub.http.post(f"{hub.url}/api/v1/messages", json=body, headers=hub.admin()) as answer:
        waiting = link((await answer.json())["id"])
    status, page = await look(hub, f"{waiting}?sent=1")
    hub.clock[0] = BEGAN + timedelta(minutes=3)
    later_status, later = await look(hub, waiting)

    assert (status, later_status) == (200, 200)
    assert 'http-equiv="refresh" content="3"' in page
    assert "refresh" not in later
    assert "Ваше повідомлення в нас." in later


async def test_a_link_to_what_is_no_longer_kept_says_so(hub: Hub) -> None:
    status, page = await look(hub, link(str(7 * MESSAGES_PER_DELIVERY)))

    assert status == 410
    assert "вже не зберігається" in page
    assert "refresh" not in page


async def test_who_only_typed_an_address_learns_nothing_of_its_older_request(hub: Hub) -> None:
    """The second message joins the incident of the first, because it is of the same problem and address."""
    first = await receive(hub, TEXT, account="kiosk", conversation="one", order_id="20418")
    second = await receive(hub, TEXT, account="kiosk", conversation="two", order_id="20418")
    owner = await receive(hub, TEXT, account="shop", conversation="three", order_id="20418")
    pages = {name: (await look(hub, link(name)))[1] for name in (first, second, owner)}
    async with hub.store.readers.read() as session:
        found = await messages.get_many(session, map(int, pages))

    assert len({one.incident_id for one in found.values()}) == 1
    assert ["<strong>1</strong>" in page for page in pages.values()] == [True, False, True]
    assert "Ваше повідомлення в нас." in pages[second]


async def test_what_messengers_add_to_an_address_does_no_harm(hub: Hub) -> None:
    message_id = await receive(hub, TEXT)

    assert (await look(hub, f"{link(message_id)}?fbclid=x&utm_source=viber&sent=what"))[0] == 200


async def test_a_link_ends(hub: Hub) -> None:
    message_id = await receive(hub, TEXT)
    hub.clock[0] = BEGAN + timedelta(days=30, seconds=-1)
    before = await look(hub, link(message_id))
    hub.clock[0] = BEGAN + timedelta(days=30)
    after = await look(hub, link(message_id))

    assert (before[0], after[0]) == (200, 410)
    assert "не приходить чек" not in unescape(after[1])


async def test_a_link_that_is_not_ours_shows_nothing_and_guessing_is_bounded(hub: Hub) -> None:
    message_id = await receive(hub, TEXT)
    wrong = link(message_id)[:-3] + "AAA"
    statuses = [(await look(hub, wrong))[0] for _ in range(TRIES_PER_MINUTE + 1)]

    assert statuses == [404] * TRIES_PER_MINUTE + [429]
    assert (await look(hub, link(message_id)))[0] == 200


@pytest.mark.parametrize(("language", "words"), [("uk", "Ви написали"), ("ru", "Вы написали"), ("en", "You wrote")])
async def test_the_page_speaks_the_readers_language(hub: Hub, language: str, words: str) -> None:
    message_id = await receive(hub, TEXT)

    assert words in (await look(hub, link(message_id), language))[1]
    assert words in (await look(hub, f"{link(message_id)}?lang={language}", "de"))[1]
