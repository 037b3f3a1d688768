"""The stage that reads messages for the card: habits, promises of ours, what customers told, journey events.

Its queue is a table, written in the commit of the message. What is learned is written in the commit that takes the
message off it, and belongs to the message: whatever is read twice is the same. A long history is read the newest
first, beside everything else.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.pace import Pace
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules.incident import SPAM_SCORE
from channelhub.rules.promises import Made, promises
from channelhub.rules.told import Told, of_fields, of_text
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import facts, learning, message_texts, messages
from channelhub.store.database import Session
from channelhub.store.facts import JourneyPlace, Learned
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.opening import Store

BATCH = 64
RETRY_S = 10.0
REST = 2.0  # times what the batch took, while there is more to read
_ORDER_NAMES = ("order_id", "order", "order_number")


class Learning:
    """Runs until cancelled. `written` rings when messages were committed."""

    def __init__(self, store: Store, *, book: Callable[[], Rulebook], written: Bell, log: Logger) -> None:
        self._store = store
        self._book = book
        self._written = written
        self._log = log
        self._pace = Pace(store.writer.intake_per_s)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            heard, began_s = self._written.rings, loop.time()
            try:
                read = await self.step()
            except NotCommitted as exc:
                self._log.warning("learning.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if read < BATCH:
                await self._written.wait(heard)
                continue
            took_s = loop.time() - began_s
            await self._pace.turn(worked_s=took_s)
            await asyncio.sleep(took_s * REST)

    async def step(self, *, batch: int = BATCH) -> int:
        """Read the next at most `batch` messages and write what they hold, in one transaction; how many they were."""
        async with self._store.readers.read() as session:
            waiting = await learning.waiting(session, limit=batch)
            stored = await messages.get_many(session, waiting)
            versions = await message_texts.of_messages(session, stored)
        if not waiting:
            return 0
        newest = {message_id: found[0] for message_id, found in versions.items()}
        learned = await asyncio.to_thread(learn, stored.values(), newest, self._book())
        touched = {one.identity_id for one in stored.values()}

        async def write(session: Session) -> None:
            await facts.replace(session, waiting, learned)
            await learning.learn_habits(session, touched)
            await learning.done(session, waiting.items())

        await self._store.writer.batch(write)
        return len(waiting)


def learn(stored: Iterable[Message], newest: Mapping[int, Version], book: Rulebook) -> Learned:
    """What messages hold. Machines promise and tell nothing, and what its sender took back counts no more."""
    made: list[Made] = []
    told: list[Told] = []
    journeys: list[JourneyPlace] = []
    for one in stored:
        version = newest.get(one.id)
        if version is None or one.deleted_us is not None:
            continue
        if one.type == "journey":
            journeys.append(_journey(one))
        elif one.type == "message" and not one.automatic.is_any:
            if one.direction == "out":
                made += _promised(one, version, book)
            elif one.spam_score < SPAM_SCORE:
                told += _told(one, version, book)
    return Learned(promises=made, told=told, journeys=journeys)


def _promised(one: Message, version: Version, book: Rulebook) -> list[Made]:
    at = from_us(one.at_us).astimezone(book.zone)
    return [
        Made(
            message_id=one.id,
            identity_id=one.identity_id,
            at_us=one.at_us,
            words=found.words,
            due_us=to_us(found.deadline.at) if found.deadline else None,
            is_day=found.deadline is not None and found.deadline.is_day,
        )
        for found in promises(_own_words(version), at=at)
    ]


def _told(one: Message, version: Version, book: Rulebook) -> list[Told]:
    found = of_fields(one.extra, one.order_id, default_region=book.default_region)
    found += of_text(f"{version.subject}\n{_own_words(version)}", default_region=book.default_region)
    return [
        Told(
            fact=fact,
            message_id=one.id,
            identity_id=one.identity_id,
            at_us=one.at_us,
            is_verified=one.evidence.is_verified,
        )
        for fact in found
    ]


def _journey(one: Message) -> JourneyPlace:
    order_id = next((one.extra[name] for name in _ORDER_NAMES if one.extra.get(name)), one.order_id)
    return JourneyPlace(message_id=one.id, identity_id=one.identity_id, at_us=one.at_us, order_id=order_id[:100])


def _own_words(version: Version) -> str:
    return version.text if version.reply_text is None else version.reply_text
