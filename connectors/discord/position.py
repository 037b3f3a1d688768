"""Where we are in Discord's stream of events: a session and a number in it, kept with the messages before it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver

SCOPE: Final = "session"
MARK_S: Final = 60.0  # how often the mark moves while nothing is said


class Position(msgspec.Struct, frozen=True, omit_defaults=True):
    """`heard_ms` is when all before was known to be stored, `missed_ms` since when something may be missing (0:
    nothing), both in milliseconds since 1970. Without a session a new one has to be begun."""

    session_id: str = ""
    url: str = ""
    seq: int = 0
    heard_ms: int = 0
    missed_ms: int = 0

    @property
    def missed_since(self) -> datetime | None:
        return datetime.fromtimestamp(self.missed_ms / 1000, UTC) if self.missed_ms else None


class Keeper:
    """Of one account. What it holds may be ahead of what is stored by events that were not worth storing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stored: str | None = None
        self._lock = asyncio.Lock()
        self.position = Position()

    async def load(self) -> None:
        """Go on where the account stopped; what this object knows already is newer."""
        stored = await self._context.cursor(SCOPE)
        if stored != self._stored:
            self._stored, self.position = stored, _read(stored)

    def passed(self, seq: int) -> None:
        """An event that isn't kept: it need not be sent again."""
        self.position = msgspec.structs.replace(self.position, seq=max(seq, self.position.seq))

    async def keep(self, deliver: Deliver, raws: Sequence[RawMessage], *, seq: int | None = None) -> None:
        """Store messages and the place after them together. Raises NotCommitted: then we are where we were."""
        async with self._lock:
            reached = max(seq or 0, self.position.seq)
            now_ms = _ms(self._context.now())
            await self._save(deliver, raws, msgspec.structs.replace(self.position, heard_ms=now_ms, seq=reached))

    async def begin(self, deliver: Deliver, *, session_id: str, url: str, seq: int) -> None:
        """A new session. What was said since the last one ended, no session tells any more."""
        async with self._lock:
            now_ms = _ms(self._context.now())
            missed_ms = self.position.missed_ms or self.position.heard_ms
            begun = Position(session_id=session_id, url=url, seq=seq, heard_ms=now_ms, missed_ms=missed_ms)
            self.position = begun  # also if it can't be stored now: it is the session that we are in
            await self._save(deliver, [], begun)

    async def found(self, deliver: Deliver) -> None:
        """What was missed is stored."""
        async with self._lock:
            await self._save(deliver, [], msgspec.structs.replace(self.position, missed_ms=0))

    def lose_session(self) -> None:
        """Discord doesn't know the session any more."""
        self.position = msgspec.structs.replace(self.position, session_id="", url="", seq=0)

    @property
    def is_mark_due(self) -> bool:
        return _ms(self._context.now()) - self.position.heard_ms >= MARK_S * 1000

    async def _save(self, deliver: Deliver, raws: Sequence[RawMessage], position: Position) -> None:
        value = msgspec.json.encode(position).decode()
        await deliver(raws, Cursor(scope=SCOPE, value=value, expected=self._stored))
        self._stored, self.position = value, position


def _read(stored: str | None) -> Position:
    try:
        return msgspec.json.decode(stored, type=Position) if stored else Position()
    except msgspec.MsgspecError:
        return Position()


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
