"""Puts a bot's updates through the real processing, without parser children."""

from typing import Any

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.pipeline.process import Delivered, process
from channelhub.store.inbox import Delivery
from connectors.telegram.parse import parse
from tests.connectors.telegram.vectors import BOT_ID
from tests.web.conftest import BEGAN, BOOK, Hub


async def receive_updates(hub: Hub, *updates: bytes) -> list[str]:
    """Updates come, each in its own delivery, in one batch; the ids of their messages."""
    batch = []
    for body in updates:
        raw = RawMessage(
            account="bot", delivery_id=f"{hash(body)}", body=body, envelope=Envelope(extra={"bot": BOT_ID})
        )
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


async def page(hub: Hub, path: str) -> str:
    async with hub.http.get(f"{hub.url}{path}", headers=hub.admin() | {"Accept-Language": "en"}) as answer:
        assert answer.status == 200
        return await answer.text()
