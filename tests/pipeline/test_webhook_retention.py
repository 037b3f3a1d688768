"""Deliveries are forgotten when they are old and nobody waits for them; bodies when nothing names them."""

from datetime import timedelta
from pathlib import Path

import structlog

from channelhub.domain.webhooks import Endpoint
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.webhooks.messages import trial_of
from channelhub.pipeline.webhooks.retention import WebhookRetention
from channelhub.store import webhook_deliveries
from channelhub.store.database import Session
from channelhub.store.webhook_deliveries import NewDelivery
from tests.pipeline.workshop import BEGAN, Workshop, workshop

KEPT_DAYS = 14.0


async def deliver(shop: Workshop, webhook_id: int, *, minute: int, error: str = "") -> None:
    """A delivery with its body, made some minutes after the tests' first moment."""
    at_us = int((BEGAN + timedelta(minutes=minute)).timestamp() * 1_000_000)
    message = trial_of(webhook_id, at_us=at_us)
    new = NewDelivery(webhook_id=webhook_id, message_key=message.key, event_type=message.type, error=error)

    async def write(session: Session) -> None:
        await webhook_deliveries.add(session, [message], [new], at_us=at_us)

    await shop.store.writer.batch(write)


async def count(shop: Workshop, table: str) -> int:
    return int((await shop.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"])


async def test_only_what_is_old_and_ended_goes_a_few_at_a_time(tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        webhook_id, _ = await commands.make(shop.acting, "admin:test", Endpoint(id=0, url="https://a.example/"))
        for minute in range(450):
            await deliver(shop, webhook_id, minute=minute, error="" if minute % 10 == 0 else "status")
        shop.clock = BEGAN + timedelta(days=KEPT_DAYS, minutes=400)
        sweep = WebhookRetention(
            shop.store, keep_days=lambda: KEPT_DAYS, now=lambda: shop.clock, log=structlog.get_logger()
        )
        rounds = 1
        while await sweep.step():
            rounds += 1
        left = await shop.rows("SELECT state, count(*) AS n FROM webhook_deliveries GROUP BY state ORDER BY state")

        assert [(row["state"], row["n"]) for row in left] == [("failed", 45), ("queued", 45)]
        assert await count(shop, "webhook_messages") == 90
        assert rounds > 1

        await commands.disable(shop.acting, "admin:test", webhook_id)
        shop.clock += timedelta(days=KEPT_DAYS)
        while await sweep.step():
            pass
        assert (await count(shop, "webhook_deliveries"), await count(shop, "webhook_messages")) == (0, 0)


async def test_a_removed_endpoint_goes_with_its_deliveries_and_its_number_is_not_given_again(tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        ids = [
            (await commands.make(shop.acting, "admin:test", Endpoint(id=0, url="https://a.example/")))[0]
            for _ in range(2)
        ]
        for webhook_id in ids:
            await deliver(shop, webhook_id, minute=1)
            await commands.remove(shop.acting, "admin:test", webhook_id)
        shop.clock = BEGAN + timedelta(days=KEPT_DAYS + 1)
        sweep = WebhookRetention(
            shop.store, keep_days=lambda: KEPT_DAYS, now=lambda: shop.clock, log=structlog.get_logger()
        )
        await sweep.step()
        await sweep.step()
        made, _ = await commands.make(shop.acting, "admin:test", Endpoint(id=0, url="https://a.example/"))

        assert [row["id"] for row in await shop.rows("SELECT id FROM webhooks ORDER BY id")] == [ids[1], made]
        assert made > max(ids)
        assert await count(shop, "webhook_secrets") == 1
