"""Puts posted messages through the real processing, without parser children: for tests of what is shown."""

import json
from typing import Any

import structlog

from channelhub.pipeline.bell import Bell
from channelhub.pipeline.files import stored_files
from channelhub.pipeline.learning import Learning
from channelhub.pipeline.process import Delivered, process
from channelhub.store import inbox
from connectors.api.parse import parse
from tests.web.conftest import BOOK, Hub


async def receive(hub: Hub, text: str, *, email: str = "hanna@example.com", **more: Any) -> str:
    """Post a message and process it; its id."""
    number = hub.store.writer.commits
    body = {
        "account": "shop",
        "external_id": f"m-{number}",
        "text": text,
        "sender": {"name": "Ганна", "identities": [{"kind": "email", "value": email}]},
    }
    headers = hub.admin() | {"Content-Type": "application/json"}
    async with hub.http.post(f"{hub.url}/api/v1/messages", data=json.dumps(body | more), headers=headers) as answer:
        accepted = await answer.json()
    assert answer.status == 202, accepted
    await work(hub)
    return str(accepted["id"])


async def learn(hub: Hub) -> None:
    """Let the card learn from every message that is stored."""
    stage = Learning(hub.store, book=hub.parts.acting.book, written=Bell(), log=structlog.get_logger())
    while await stage.step():
        pass


async def work(hub: Hub) -> None:
    """Process everything that is pending."""
    async with hub.store.readers.read() as session:
        waiting = await inbox.get_many(session, await inbox.oldest_pending(session, limit=1000))
    batch = []
    for one in waiting:
        items = tuple(stored_files(item, hub.store.blobs.put) for item in parse(one.raw))
        batch.append(
            Delivered(
                inbox_id=one.id, raw=one.raw, received_at=one.received_at, items=items, features=(None,) * len(items)
            )
        )
    writer = hub.store.writer
    await writer.batch(lambda session: process(session, batch, BOOK, next_id=writer.take_id))
    hub.committed()
