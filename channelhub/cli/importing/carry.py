"""Carries mails from a mailbox to who takes them: several at once, in flat memory, one bad mail never the end."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from channelhub.cli.importing.kept import Kept
from channelhub.cli.importing.takers import Refused, Take

AT_ONCE = 16  # so that one commit to disk serves many
MAX_HELD_BYTES = 48 * 1024 * 1024
FAILURES_KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A mail that could not be brought in."""

    where: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What became of the mails. `failures` are the first of the bad ones."""

    imported: int = 0
    duplicates: int = 0
    left_out: int = 0
    bad: int = 0
    failures: list[Bad] = field(default_factory=list)

    def add_bad(self, found: Bad) -> None:
        self.bad += 1
        if len(self.failures) < FAILURES_KEPT:
            self.failures.append(found)


async def carry(
    mails: Iterable[Kept], take: Take, *, moved: Callable[[int], None], told: Callable[[Bad], None]
) -> Tally:
    """Bring every mail in. `moved` hears of bytes of the mailbox that are done, `told` of each bad mail.

    Raises what `take` raises beside Refused, when all that was under way has ended.
    """
    tally = Tally()
    under_way: dict[asyncio.Task[bool], Kept] = {}

    def refuse(kept: Kept, reason: str) -> None:
        bad = Bad(where=kept.where, reason=reason)
        tally.add_bad(bad)
        told(bad)

    async def settle(most: int, most_bytes: int) -> None:
        """Wait until at most so many, and so much, is under way."""
        while under_way and (len(under_way) > most or sum(len(one.body) for one in under_way.values()) > most_bytes):
            ended, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                kept = under_way.pop(task)
                moved(kept.size)
                try:
                    is_duplicate = task.result()
                except Refused as exc:
                    refuse(kept, str(exc))
                    continue
                tally.duplicates += is_duplicate
                tally.imported += not is_duplicate

    try:
        for kept in mails:
            if kept.fault or kept.is_left_out:
                moved(kept.size)
                tally.left_out += kept.is_left_out
                if kept.fault:
                    refuse(kept, kept.fault)
                continue
            await settle(AT_ONCE - 1, MAX_HELD_BYTES)
            under_way[asyncio.create_task(_one(take, kept.body))] = kept
        await settle(0, 0)
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    return tally


async def _one(take: Take, body: bytes) -> bool:
    return await take(body)
