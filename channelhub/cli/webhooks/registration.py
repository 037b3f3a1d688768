"""A temporary endpoint at a hub: made for as long as somebody listens, and removed again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from channelhub.client.blocking import HubClient
from channelhub.client.shapes import NewWebhook

DESCRIPTION = "channelhub webhooks listen"
MOST = 1000


@asynccontextmanager
async def registered(hub: HubClient, url: str, event_types: Sequence[str]) -> AsyncIterator[str]:
    """An endpoint at the hub that is posted to `url`; its secret. What an earlier run left there is removed first.

    Ends the command where the hub refuses.
    """
    for one in (await asyncio.to_thread(hub.webhooks.page, limit=MOST))["items"]:
        if (one["description"], one["url"]) == (DESCRIPTION, url):
            await asyncio.to_thread(hub.webhooks.remove, one["id"])
    wanted: NewWebhook = {"url": url, "description": DESCRIPTION, "event_types": list(event_types)}
    made = await asyncio.to_thread(hub.webhooks.create, wanted)
    try:
        yield made["secret"]
    finally:
        await asyncio.to_thread(hub.webhooks.remove, made["webhook"]["id"])
