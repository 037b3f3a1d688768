"""What Slack told nobody while we were away: found in its history, and kept.

Slack repeats an event for six minutes. A mark says until when everything is known to be stored; it moves on while we
receive, and what is younger than it is read from the history after a longer absence.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.raw import RawMessage
from channelhub.sdk.absence import unread_note
from channelhub.sdk.contract import Completeness, Context, Cursor, Deliver
from channelhub.sdk.errors import NotCommitted, Rejected, Unavailable
from connectors.slack import history
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig, places_of
from connectors.slack.delivery import Ourselves, from_history
from connectors.slack.history import Channel, Reading
from connectors.slack.moments import stamp_of
from connectors.slack.writer import takes

SCOPE: Final = "heard"
PERIOD_S: Final = 60.0
REPEATED_FOR: Final = timedelta(minutes=5)  # by Slack itself: a shorter absence loses nothing
OVERLAP: Final = timedelta(minutes=10)  # what was being repeated when the mark was set


class Gap:
    """Of one account."""

    def __init__(
        self, client: SlackClient, config: SlackConfig, context: Context, *, period_s: float = PERIOD_S
    ) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._period_s = period_s
        self._is_behind = False
        self._done: set[str] = set()  # channels whose history is read, of an absence that is being made good
        self._readings: dict[str, Reading] = {}  # of channels that are being read
        self._listed = 0

    def miss(self) -> None:
        """Something could not be stored just now."""
        self._is_behind = True

    async def watch(self, deliver: Deliver, us: Ourselves) -> None:
        """Until cancelled: make good what was missed, then move the mark on each minute. Raises AuthFailed."""
        mark = await self._context.cursor(SCOPE)
        if mark is not None and self._context.now() - _time(mark) > REPEATED_FOR:
            self.miss()
        while True:
            began, wait_s = self._context.now(), self._period_s
            try:
                if self._is_behind and mark is not None and self._config.backfill_hours:
                    await self._catch_up(deliver, us, _time(mark), began)
                following = stamp_of(began)
                await deliver([], Cursor(scope=SCOPE, value=following, expected=mark))
                mark = following
            except (Unavailable, Rejected, NotCommitted) as exc:
                self._context.log.warning("slack.history_not_read", reason=type(exc).__name__)
                if self._is_behind:
                    note = f"Slack's history since {mark or 'the start'} is not read yet: {exc}"
                    self._context.compared(Completeness(listed=self._listed, missing=0, note=note))
                wait_s = getattr(exc, "retry_after_s", None) or self._period_s
            await asyncio.sleep(wait_s)

    async def _catch_up(self, deliver: Deliver, us: Ourselves, since: datetime, now: datetime) -> None:
        """Read each channel's history since then; what was read stays read if it is interrupted."""
        oldest = max(since - OVERLAP, now - timedelta(hours=self._config.backfill_hours))
        for channel in await history.channels(self._client):
            if channel.id in self._done:
                continue
            begun = Reading(channel=channel.id, stamp=stamp_of(oldest))
            async for page in history.pages(self._client, self._readings.setdefault(channel.id, begun)):
                await self._keep(deliver, [raw for one in page if (raw := self._raw(one, channel, us)) is not None])
            self._done.add(channel.id)
            del self._readings[channel.id]
        note = unread_note(since, oldest, hours=self._config.backfill_hours)
        self._context.compared(Completeness(listed=self._listed, missing=0, note=note, level=NoteLevel.INFO))
        self._context.log.info("slack.history_read", channels=len(self._done), messages=self._listed)
        self._done.clear()
        self._listed, self._is_behind = 0, False

    def _raw(self, message: msgspec.Raw, channel: Channel, us: Ourselves) -> RawMessage | None:
        """What an event would have brought; nothing of what is said where customers aren't."""
        is_ours = takes(places_of(self._config), channel.id, channel.kind)
        if not is_ours and f"<@{us.user_id}".encode() not in bytes(message):
            return None
        return from_history(
            message,
            account=self._context.account,
            channel=channel.id,
            kind=channel.kind,
            us=us,
            now=self._context.now(),
        )

    async def _keep(self, deliver: Deliver, raws: Sequence[RawMessage]) -> None:
        held = await self._context.held([raw.delivery_id for raw in raws])
        missing = [raw for raw in raws if raw.delivery_id not in held]
        self._listed += len(raws)
        if missing:
            self._context.compared(Completeness(listed=self._listed, missing=len(missing)))
            await deliver(missing)


def _time(mark: str) -> datetime:
    return datetime.fromtimestamp(float(mark), UTC)
