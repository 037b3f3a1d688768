"""Customers who answer a notice with nothing but "stop" get no further ones, and hear that once.

Events are read in the order of their commits. How far is kept in memory and, with every opt-out and from time to time,
in the database: reading some of them again changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from channelhub.domain.notices import OptOutMeans
from channelhub.domain.times import to_us
from channelhub.pipeline.confirming import confirm
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules.notices import optout
from channelhub.store import conversations, events, hub, message_texts, messages, notices, optouts, recipients
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.events import Event
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.opening import Store

PAGE = 200
KEPT_EVERY = 2000  # events after which the place is written down
CUSTOMER = "customer"


class DecliningWords:
    """Looks through what customers write."""

    def __init__(self, store: Store, *, book: Callable[[], Rulebook], now: Callable[[], datetime]) -> None:
        self._store = store
        self._book = book
        self._now = now
        self._read: int | None = None
        self._kept = 0

    async def read_on(self) -> bool:
        """Read a page of events; whether there may be more."""
        if self._read is None:
            await self._begin()
        assert self._read is not None
        async with self._store.readers.read() as session:
            page = await events.since(session, after=self._read, limit=PAGE)
            declined = await _declined(session, page)
        read = page[-1].id if page else self._read
        if declined or read - self._kept >= KEPT_EVERY:
            await self._write(declined, read)
        self._read = read  # not before it is written: what wasn't committed is read again
        return len(page) == PAGE

    async def _begin(self) -> None:
        async with self._store.readers.read() as session:
            kept = await notices.checkpoint(session)
            newest = await events.newest_id(session)
        if kept is None:
            await self._write([], newest)
        self._read = self._kept = newest if kept is None else kept

    async def _write(self, declined: list[tuple[Message, int]], read: int) -> None:
        book, now_us, next_id = self._book(), to_us(self._now()), self._store.writer.take_id

        async def write(session: Session) -> None:
            for said, at_us in declined:
                if await _opt_out(session, said.identity_id, at_us):
                    await confirm(session, book, said, now_us=now_us, next_id=next_id)
            await notices.move_checkpoint(session, read)

        await self._store.writer.batch(write)
        self._kept = read


async def _opt_out(session: Session, identity_id: int, at_us: int) -> bool:
    """Write it down; whether they took notices until now, and take none any more."""
    was_declining = await optouts.declining(session, [identity_id])
    await optouts.save(session, identity_id, means=OptOutMeans.WORD, actor=CUSTOMER, at_us=at_us)
    await hub.record(
        session, at_us=at_us, actor=CUSTOMER, action="notices.decline", target=str(identity_id),
        detail={"means": str(OptOutMeans.WORD)},
    )  # fmt: skip
    return not was_declining and bool(await optouts.declining(session, [identity_id]))


async def _declined(session: Session, page: list[Event]) -> list[tuple[Message, int]]:
    """Messages that decline, in answer to a notice, with the microseconds of when they came."""
    received = {
        int(one.data["message_id"]): one
        for one in page
        if one.type == "message.received" and not one.is_replayed and one.data.get("direction") == "in"
    }
    told = await recipients.notified(session, [one.identity_id for one in received.values() if one.identity_id])
    if not told:
        return []
    known = {identity_id for identity_id, _ in told}
    ids = [message_id for message_id, one in received.items() if one.identity_id in known]
    found = [one for one in (await messages.get_many(session, ids)).values() if one.conversation_id]
    texts = await message_texts.of_messages(session, ids)
    threads = await conversations.get_many(
        session, [*(place for _, place in told), *(one.conversation_id or 0 for one in found)]
    )
    places = {(identity_id, _present(threads, place)) for identity_id, place in told}
    return [
        (one, to_us(received[one.id].at))
        for one in found
        if (one.identity_id, _present(threads, one.conversation_id or 0)) in places
        and optout.declines(_words(texts.get(one.id, [])))
    ]


def _present(threads: Mapping[int, Conversation], conversation_id: int) -> int:
    here = conversations.present(threads, conversation_id)
    return conversation_id if here is None else here.id


def _words(versions: Sequence[Version]) -> str:
    """What the customer wrote themselves, in the newest version."""
    if not versions:
        return ""
    newest = versions[0]
    return newest.text if newest.reply_text is None else newest.reply_text
