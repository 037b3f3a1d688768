"""Who looked at which customer: noted beside the answer, written in groups a second later.

What is noted waits in memory, bounded; a look that finds no room, or isn't written when the hub stops, is counted as
lost. An answer never waits for it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from channelhub.domain.times import to_us
from channelhub.pipeline import card as cards
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import audit, conversations, messages
from channelhub.store.audit import Looks
from channelhub.store.database import Session
from channelhub.store.opening import Store

TOGETHER_US: Final = 600_000_000  # looks of one person at one customer within these are one line
MOST_WAITING: Final = 10_000  # different looks
GATHER_S: Final = 1.0
RETRY_S: Final = 10.0


class Seen(StrEnum):
    """What of a customer was seen."""

    CARD = "card"  # with their timeline
    MESSAGE = "message"
    RAW = "raw"  # a message as it came
    ATTACHMENT = "attachment"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody saw something: of a customer by any id they had, of a message's writer, of whose conversation or address
    it is."""

    actor: str
    seen: Seen
    customer_id: int = 0
    message_id: int = 0
    conversation_id: int = 0
    address: str = ""


class LookBook:
    """Note looks with `note`; `run` writes them until cancelled, `close` what is left. `on_lost` hears how many looks
    were not written."""

    def __init__(
        self,
        store: Store,
        *,
        default_region: Callable[[], str],
        now: Callable[[], datetime],
        on_lost: Callable[[int], None],
        log: Logger,
    ) -> None:
        self._store = store
        self._default_region = default_region
        self._now = now
        self._on_lost = on_lost
        self._log = log
        self._waiting: Counter[tuple[int, Look]] = Counter()
        self._has_some = asyncio.Event()

    def note(self, look: Look) -> None:
        """Somebody saw something just now."""
        at_us = to_us(self._now())
        self._put((at_us - at_us % TOGETHER_US, look), 1)

    async def run(self) -> None:
        while True:
            await self._has_some.wait()
            await asyncio.sleep(GATHER_S)
            try:
                await self.write()
            except NotCommitted as exc:
                self._log.warning("looks.wait", reason=str(exc))
                await asyncio.sleep(RETRY_S)

    async def write(self) -> None:
        """Write what was noted. Raises NotCommitted; then it still waits."""
        taken, self._waiting = self._waiting, Counter()
        self._has_some.clear()
        try:
            async with self._store.readers.read() as session:
                found = await self._resolved(session, taken)
            if found:
                await self._store.writer.batch(lambda session: audit.add_looks(session, found))
        except BaseException:
            for key, count in taken.items():
                self._put(key, count)
            raise

    async def close(self) -> None:
        """Write the rest, or count it as lost."""
        try:
            await self.write()
        except NotCommitted as exc:
            self._log.warning("looks.lost", looks=self._waiting.total(), reason=str(exc))
            self._on_lost(self._waiting.total())

    def _put(self, key: tuple[int, Look], count: int) -> None:
        if key not in self._waiting and len(self._waiting) >= MOST_WAITING:
            self._on_lost(count)
            return
        self._waiting[key] += count
        self._has_some.set()

    async def _resolved(self, session: Session, taken: Counter[tuple[int, Look]]) -> list[Looks]:
        """By who looked, at which customer as they are now, and when. What is gone meanwhile was nobody's."""
        grouped: dict[tuple[str, int, int], Counter[str]] = {}
        for (looked_us, look), count in taken.items():
            customer_id = await self._customer(session, look)
            if customer_id is not None:
                grouped.setdefault((look.actor, customer_id, looked_us), Counter())[look.seen] += count
        return [
            Looks(actor=actor, customer_id=customer_id, looked_us=looked_us, counts=counts)
            for (actor, customer_id, looked_us), counts in grouped.items()
        ]

    async def _customer(self, session: Session, look: Look) -> int | None:
        if look.message_id:
            message = await messages.get(session, look.message_id)
            return None if message is None else await cards.present_customer(session, message.identity_id)
        if look.conversation_id:
            here = (await conversations.get_many(session, [look.conversation_id])).get(look.conversation_id)
            return None if here is None else await cards.present_customer(session, here.identity_id)
        if look.address:
            return await cards.lookup(session, look.address, default_region=self._default_region())
        return await cards.present_customer(session, look.customer_id)
