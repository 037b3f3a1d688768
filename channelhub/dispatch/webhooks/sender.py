"""Posts what is due until cancelled: every endpoint in a lane of its own.

A post needs no mark before it begins: what a crash cuts off is still queued, and goes out again under the same id.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from channelhub.dispatch.webhooks.lanes import Lanes
from channelhub.dispatch.webhooks.parcels import Due, Parcel, load
from channelhub.dispatch.webhooks.posting import Poster
from channelhub.dispatch.webhooks.settling import Settling
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Attempt, DisabledReason, Endpoint
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.webhooks.outcomes import Outcome
from channelhub.pipeline.webhooks.owners import OwnerMail
from channelhub.rules.webhooks.outcomes import Posted
from channelhub.sdk.contract import Logger
from channelhub.store.opening import Store

LOOK_AGAIN_S = 5.0
OTHERS_S = 0.5  # between two looks because of what others committed
GATHER_S = 0.02  # posts that end within this time are followed by one look
DEFECT = "internal"
OnAttempt = Callable[[str, float, float | None], None]  # (result, seconds it took, seconds since the event)


class WebhookSender:
    """`most` posts are under way at once. `queued` is for this sender alone: it is rung where deliveries were written.

    `written` is rung after every commit of anybody. It is listened to now and then, for what people change, and rung
    when an endpoint was disabled by what it answered.
    """

    def __init__(
        self,
        store: Store,
        *,
        poster: Poster,
        most: int,
        queued: Bell,
        written: Bell,
        now: Callable[[], datetime],
        log: Logger,
        on_attempt: OnAttempt,
        owners: OwnerMail | None = None,
    ) -> None:
        self._store = store
        self._poster = poster
        self._queued = queued
        self._written = written
        self._now = now
        self._log = log
        self._on_attempt = on_attempt
        self._lanes = Lanes(most=most)
        self._posts: set[asyncio.Task[None]] = set()
        self._settling = Settling(store, now=now, log=log, disabled=self._disabled, owners=owners)

    async def run(self) -> None:
        async with self._poster, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._settling.run(), name="webhook outcomes")
            tasks.create_task(self._forward(), name="webhook bell")
            try:
                await self._keep_looking()
            finally:
                for task in self._posts:
                    task.cancel()
                await asyncio.gather(*self._posts, return_exceptions=True)

    async def _keep_looking(self) -> None:
        while True:
            heard = self._queued.rings
            due = await self._look()
            for parcel in due.parcels:
                self._begin(parcel)
            pause_s = LOOK_AGAIN_S
            if due.next_us is not None:
                pause_s = min(pause_s, max(0.0, (due.next_us - to_us(self._now())) / 1_000_000))
            await self._queued.wait(heard, timeout_s=pause_s)
            await asyncio.sleep(GATHER_S)

    async def _look(self) -> Due:
        """What may begin now. What ended while we looked may look queued still: it is left for the next look."""
        under_way = self._lanes.ids
        room = self._lanes.room(now_s=asyncio.get_running_loop().time())
        look = partial(load, room=room, under_way=under_way, now_us=to_us(self._now()))
        return await self._store.readers.look(look)

    def _begin(self, parcel: Parcel) -> None:
        self._lanes.begin(parcel.pulse, parcel.delivery.id, now_s=asyncio.get_running_loop().time())
        task = asyncio.create_task(self._deliver(parcel), name=f"webhook {parcel.delivery.id}")
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            posted = await self._poster.post(parcel)
        except Exception:  # noqa: BLE001 - one post's defect must not stop the others; it is tried again as any failure
            self._log.exception("webhook.defect", webhook_id=parcel.endpoint.id, delivery_id=parcel.delivery.id)
            posted = _defect(parcel, at_us=to_us(self._now()))
        await self._settling.settle(Outcome(delivery=parcel.delivery, posted=posted))
        self._lanes.end(parcel.endpoint.id, parcel.delivery.id)
        self._queued.ring()
        self._tell(parcel, posted)

    def _tell(self, parcel: Parcel, posted: Posted) -> None:
        attempt = posted.attempt
        is_first = posted.is_taken and attempt.number == 1
        lag_s = (to_us(self._now()) - parcel.message.at_us) / 1_000_000 if is_first else None
        self._on_attempt(attempt.error or "delivered", attempt.took_ms / 1000, lag_s)
        if attempt.error:
            self._log.info(
                "webhook.not_taken", webhook_id=parcel.endpoint.id, delivery_id=parcel.delivery.id,
                attempt=attempt.number, error=attempt.error, status=attempt.status,
            )  # fmt: skip

    def _disabled(self, endpoint: Endpoint) -> None:
        reason: DisabledReason = endpoint.disabled_reason
        self._log.warning("webhook.disabled", webhook_id=endpoint.id, reason=str(reason), error=endpoint.error)
        self._written.ring()

    async def _forward(self) -> None:
        """What others commit wakes us, too, but not with each of many messages."""
        heard = self._written.rings
        while True:
            heard = await self._written.wait(heard)
            self._queued.ring()
            await asyncio.sleep(OTHERS_S)


def _defect(parcel: Parcel, *, at_us: int) -> Posted:
    attempt = Attempt(
        number=parcel.delivery.attempts + 1, at_us=at_us, took_ms=0, headers=(), status=None, answer="", error=DEFECT
    )
    return Posted(attempt=attempt)
