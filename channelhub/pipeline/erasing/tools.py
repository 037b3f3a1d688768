"""What every step of an erasure is given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from channelhub.rules.erasing import Item, Renaming, Step, Theirs
from channelhub.store import erasures
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.store.opening import Store

Renames = Callable[[Renaming], Awaitable[None]]


class NotYet(Exception):
    """The step can't go on now; the text says why. It is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """`rename` has outage detection call things otherwise, in memory and on disk. Files of databases up to
    `rewritten_bytes` are written anew at the end: while that goes on, nothing else is written."""

    store: Store
    state_dir: Path
    now: Callable[[], datetime]
    rename: Renames
    rewritten_bytes: int

    async def save(self, after: Erasure, rows: Callable[[Session], Awaitable[None]] | None = None) -> Erasure:
        """Write a piece of a step together with how far it has come."""

        async def write(session: Session) -> None:
            if rows is not None:
                await rows(session)
            await erasures.save(session, after)

        await self.store.writer.batch(write)
        return after

    async def people(self, erasure: Erasure) -> list[int]:
        async with self.store.readers.read() as session:
            return await erasures.items(session, erasure.id, Item.IDENTITY)

    async def theirs(self, erasure: Erasure) -> Theirs:
        """By which ids rows of others name what goes."""
        async with self.store.readers.read() as session:
            kinds = (Item.IDENTITY, Item.MESSAGE, Item.DELIVERY, Item.RELATED)
            people, messages, deliveries, related = [
                frozenset(map(str, await erasures.items(session, erasure.id, kind))) for kind in kinds
            ]
        return Theirs(people=people, messages=messages, deliveries=deliveries, related=related)


def further(erasure: Erasure, page: Sequence[object], *, limit: int, place: int) -> Erasure:
    """A walk has come to `place`; with a page that isn't full it is over."""
    return replace(erasure, place=place) if len(page) == limit else onward(erasure)


def onward(erasure: Erasure) -> Erasure:
    """The step is done."""
    return replace(erasure, step=erasure.step.following, place=0)


def back_to(erasure: Erasure, step: Step) -> Erasure:
    return replace(erasure, step=step, place=0, collected_until=0)


def counted(erasure: Erasure, **added: int) -> Erasure:
    """With so many more in the receipt."""
    counts = {**erasure.counts}
    for name, number in added.items():
        counts[name] = counts.get(name, 0) + number
    return replace(erasure, counts=counts)
