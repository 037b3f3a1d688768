"""Carries mails from a mailbox to who takes them: several at once, in flat memory, one bad mail never the end."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from channelhub.cli.importing.kept import Kept
from channelhub.cli.importing.takers import Refused, Taker
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable

AT_ONCE = 16  # so that one commit to disk serves many
MAX_HELD_BYTES = 48 * 1024 * 1024
CHUNK = 200  # mails looked up together
CHUNK_BYTES = 8 * 1024 * 1024
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


class Carrier:
    """Brings mails in. `read` makes a delivery of a mail's bytes; `moved` hears of bytes of the mailbox that are
    done, `told` of each bad mail."""

    def __init__(
        self,
        taker: Taker,
        *,
        read: Callable[[bytes], RawMessage],
        moved: Callable[[int], None],
        told: Callable[[Bad], None],
    ) -> None:
        self._taker = taker
        self._read = read
        self._moved = moved
        self._told = told
        self._tally = Tally()
        self._under_way: dict[asyncio.Task[bool], Kept] = {}

    async def carry(self, mails: Iterable[Kept]) -> Tally:
        """Bring every mail in. Raises what the taker raises beside Refused, when nothing is under way any more."""
        try:
            for chunk in _chunks(mails):
                await self._carry_chunk(chunk)
            await self._settle(0, 0)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
        return self._tally

    async def _carry_chunk(self, chunk: list[Kept]) -> None:
        """What is there already is passed over without being sent."""
        read = [(kept, raw) for kept in chunk if (raw := self._raw(kept)) is not None]
        held = await self._taker.held([raw.delivery_id for _, raw in read])
        for kept, raw in read:
            if raw.delivery_id in held:
                self._tally.duplicates += 1
                self._moved(kept.size)
                continue
            await self._settle(AT_ONCE - 1, MAX_HELD_BYTES)
            self._under_way[asyncio.create_task(self._taker.take(raw))] = kept

    def _raw(self, kept: Kept) -> RawMessage | None:
        """The delivery of a mail that is wanted and can be one."""
        fault = kept.fault
        if not fault and not kept.is_left_out:
            try:
                return self._read(kept.body)
            except Unparseable as exc:
                fault = str(exc)
        self._moved(kept.size)
        if fault:
            self._refuse(kept, fault)
        else:
            self._tally.left_out += 1
        return None

    async def _settle(self, most: int, most_bytes: int) -> None:
        """Wait until at most so many, and so much, is under way."""
        while len(self._under_way) > most or sum(len(one.body) for one in self._under_way.values()) > most_bytes:
            ended, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                kept = self._under_way.pop(task)
                self._moved(kept.size)
                try:
                    is_duplicate = task.result()
                except Refused as exc:
                    self._refuse(kept, str(exc))
                    continue
                self._tally.duplicates += is_duplicate
                self._tally.imported += not is_duplicate

    def _refuse(self, kept: Kept, reason: str) -> None:
        bad = Bad(where=kept.where, reason=reason)
        self._tally.bad += 1
        if len(self._tally.failures) < FAILURES_KEPT:
            self._tally.failures.append(bad)
        self._told(bad)


def _chunks(mails: Iterable[Kept]) -> Iterator[list[Kept]]:
    chunk: list[Kept] = []
    held_bytes = 0
    for kept in mails:
        chunk.append(kept)
        held_bytes += len(kept.body)
        if len(chunk) == CHUNK or held_bytes > CHUNK_BYTES:
            yield chunk
            chunk, held_bytes = [], 0
    if chunk:
        yield chunk
