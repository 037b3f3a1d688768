"""An album is one entry of the card, and each of its messages shows all of it."""

from typing import Any

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.pipeline.process import Delivered, process
from channelhub.store.inbox import Delivery
from connectors.telegram.parse import parse
from tests.connectors.telegram import vectors as v
from tests.web.conftest import BEGAN, BOOK, Hub


async def receive_album(hub: Hub, *captions: str | None) -> list[str]:
    """Pictures of one album come, each in its own delivery; the ids of their messages."""
    batch = []
    for number, caption in enumerate(captions):
        message = v.message(
            message_id=10 + number, caption=caption, media_group_id="1", photo=[v.file(f"picture{number}")]
        )
        body = v.wire(number, message=message)
        raw = RawMessage(account="bot", delivery_id=f"{number}", body=body, envelope=Envelope(extra={"bot": v.BOT_ID}))
        delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="bot", received_at=BEGAN)
        (receipt,) = await hub.store.writer.deliver(delivery)
        items = tuple(parse(raw))
        batch.append(
            Delivered(inbox_id=receipt.inbox_id, raw=raw, received_at=BEGAN, items=items, features=(None,) * len(items))
        )
    writer = hub.store.writer
    await writer.batch(lambda session: process(session, batch, BOOK, next_id=writer.take_id))
    return [str(one.inbox_id * 1024) for one in batch]


async def get(hub: Hub, path: str) -> Any:
    async with hub.http.get(f"{hub.url}{path}", headers=hub.admin()) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_card_shows_one_entry_under_the_message_with_words(hub: Hub) -> None:
    ids = await receive_album(hub, None, "Зламалось", None)
    card = await get(hub, "/api/v1/customers/lookup?identity=telegram:418820331")

    (entry,) = card["timeline"]["items"]
    assert (entry["id"], entry["text"], entry["attachments"]) == (ids[1], "Зламалось", 3)
    assert entry["flags"] == ["album"]


async def test_each_message_of_it_lists_all_with_their_files(hub: Hub) -> None:
    ids = await receive_album(hub, None, "Зламалось")
    for message_id in ids:
        message = await get(hub, f"/api/v1/messages/{message_id}")

        assert [(part["message_id"], part["text"]) for part in message["album"]] == [
            (ids[0], ""),
            (ids[1], "Зламалось"),
        ]
        assert [len(part["attachments"]) for part in message["album"]] == [1, 1]


async def test_message_by_itself_has_no_album(hub: Hub) -> None:
    (only,) = await receive_album(hub, "Зламалось")

    assert (await get(hub, f"/api/v1/messages/{only}"))["album"] == []


async def test_page_of_a_message_leads_to_the_others(hub: Hub) -> None:
    first, second = await receive_album(hub, None, "Зламалось")
    async with hub.http.get(f"{hub.url}/messages/{second}?lang=en", headers=hub.admin()) as answer:
        page = await answer.text()

    assert f'href="/messages/{first}"' in page
    assert "photo-u-picture0.jpg" in page
