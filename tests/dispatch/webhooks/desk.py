"""A hub's webhook half: the stage, the sender, a receiver and a clock that a test moves."""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import structlog

from channelhub.dispatch.webhooks.parcels import Due
from channelhub.dispatch.webhooks.posting import Poster
from channelhub.dispatch.webhooks.sender import WebhookSender
from channelhub.domain.events.accounts import ConnectorDown
from channelhub.domain.events.notices import NoticeApproved
from channelhub.domain.events.payload import Payload
from channelhub.domain.notices import NoticeKind
from channelhub.domain.webhooks import Attempt, Endpoint, WebhookDelivery
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.webhooks.owners import OwnerMail
from channelhub.pipeline.webhooks.queueing import WebhookStage
from channelhub.store import events, webhook_deliveries, webhooks
from channelhub.store.events import NewEvent
from tests.pipeline.workshop import Workshop, words
from tests.servers.endpoints import Endpoints
from tests.servers.receivers import until

LOCAL = (ipaddress.ip_network("127.0.0.0/8"),)
NEWEST = (1 << 63) - 1
log = structlog.get_logger()


def notice(number: int) -> NoticeApproved:
    """A payload that is told apart from others by its number."""
    return NoticeApproved(
        notice_id=str(number), outage_id="1", kind=NoticeKind.NOTICE, languages=["uk"], approver="admin:Їжак"
    )


def down(account: str) -> ConnectorDown:
    return ConnectorDown(account=account, kind="imap", state="down", detail="it doesn't answer")


class _Watched(WebhookSender):
    """Counts its looks, so that a test knows when it could have posted."""

    looks = 0

    async def _look(self) -> Due:
        due = await super()._look()
        self.looks += 1
        return due


class WebhookDesk:
    """What tests of webhooks share. Deliveries and endpoints are read from the tables."""

    def __init__(self, shop: Workshop, server: Endpoints, *, deadline_s: float = 5.0) -> None:
        self.shop = shop
        self.server = server
        self.bell, self.queued = Bell(), Bell()
        self.networks: tuple[Any, ...] = LOCAL
        self.deadline_s = deadline_s
        self.most = 64
        self.attempts: Counter[str] = Counter()
        self.owners: OwnerMail | None = None
        self._sender: _Watched | None = None

    @property
    def acting(self) -> Acting:
        return Acting(
            store=self.shop.store, book=lambda: self.shop.book, now=lambda: self.shop.clock, written=self.bell
        )

    async def endpoint(self, name: str, **wanted: Any) -> int:
        """Make one whose posts the receiver takes as `name`; its id."""
        url = wanted.pop("url", f"{self.server.url}/{name}")
        made, key = await commands.make(self.acting, "admin:test", Endpoint(id=0, url=url, **wanted))
        self.server.secrets[name] = key.reveal()
        return made

    async def happen(
        self, *payloads: Payload, account: str = "", at: datetime | None = None, is_replayed: bool = False
    ) -> None:
        """Commit events and ring."""
        new = [
            NewEvent(at=at or self.shop.clock, account=account, data=one, is_replayed=is_replayed) for one in payloads
        ]
        await self.shop.store.writer.batch(lambda session: events.append(session, new))
        self.bell.ring()

    async def take_message(self, sender: str, *, segment: str) -> None:
        """A message of a customer of a class comes in."""
        said = words(f"m-{sender}", f"email:{sender}", extra={"segment": segment})
        await self.shop.take("mail", said)
        self.bell.ring()

    def stage(self) -> WebhookStage:
        """The half that writes deliveries."""
        return WebhookStage(
            self.shop.store, changed=self.bell, queued=self.queued, now=lambda: self.shop.clock, log=log
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Both halves at work; leaving kills them where they are."""
        poster = Poster(networks=self.networks, ports=(443,), now=lambda: self.shop.clock, deadline_s=self.deadline_s)
        self._sender = sender = _Watched(
            self.shop.store, poster=poster, most=self.most, queued=self.queued, written=self.bell,
            now=lambda: self.shop.clock, log=log, on_attempt=self._count, owners=self.owners,
        )  # fmt: skip
        tasks = [asyncio.create_task(self.stage().run()), asyncio.create_task(sender.run())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    def _count(self, result: str, _took_s: float, _lag_s: float | None) -> None:
        self.attempts[result] += 1

    async def looked(self, *, times: int = 3) -> None:
        """Wait until the sender has looked so often from now on: what it may post has begun."""
        assert self._sender is not None
        wanted = self._sender.looks + times
        await until(lambda: self._sender is not None and self._sender.looks >= wanted)

    def pass_time(self, **more: float) -> None:
        """Move the clock and have everyone look again."""
        self.shop.clock += timedelta(**more)
        self.bell.ring()

    async def found(self, webhook_id: int) -> Endpoint:
        async with self.shop.store.readers.read() as session:
            known = await webhooks.get(session, webhook_id)
        assert known is not None
        return known

    async def deliveries(self, webhook_id: int) -> list[WebhookDelivery]:
        """In the order they were made."""
        async with self.shop.store.readers.read() as session:
            return (await webhook_deliveries.page(session, webhook_id, state=None, before=NEWEST, limit=10_000))[::-1]

    async def log_of(self, delivery_id: int) -> list[Attempt]:
        async with self.shop.store.readers.read() as session:
            return (await webhook_deliveries.attempts(session, delivery_id, before=NEWEST, limit=100))[::-1]

    async def until_states(self, webhook_id: int, *states: str) -> list[WebhookDelivery]:
        """Wait until an endpoint's deliveries, in their order, have these states."""
        found: list[WebhookDelivery] = []

        async def have() -> bool:
            nonlocal found
            found = await self.deliveries(webhook_id)
            return [str(one.state) for one in found] == list(states)

        try:
            await until(have)
        except TimeoutError:
            raise AssertionError(f"wanted {states}, have {[(str(o.state), o.error) for o in found]}") from None
        return found

    async def until_tried(self, webhook_id: int, tries: int) -> WebhookDelivery:
        """Wait until an endpoint's first delivery was tried so often."""

        async def have() -> bool:
            found = await self.deliveries(webhook_id)
            return bool(found) and found[0].attempts >= tries

        await until(have)
        return (await self.deliveries(webhook_id))[0]
