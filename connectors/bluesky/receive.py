"""Mentions from the list of notifications, direct messages from the log of conversations.

The list is read from its newest end until it meets what the hub holds: it is in an order that writers have a say in, so
no place in it could be kept. The log has one, which moves in the transaction of its messages.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import Unavailable
from connectors.bluesky.client import Refused
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.conversations import Conversations
from connectors.bluesky.delivery import BY_HUB, ME, NAME, PEER, Peek, What, moment, name_of, to_raw
from connectors.bluesky.session import CHAT, Session
from connectors.bluesky.shapes import Listed, Logs, Message, read

PAGE = 100
MAX_PAGES = 50  # back into the list
CHUNK = 200  # deliveries of one commit
MAX_DAYS = 20_000
#: Told of nobody's words to us.
_NOISE = frozenset(
    {"follow", "starterpack-joined", "verified", "unverified", "subscribed-post", "contact-match", "like-via-repost",
     "repost-via-repost"}
)  # fmt: skip
_QUIET_LOGS = frozenset(
    {"logBeginConvo", "logAcceptConvo", "logLeaveConvo", "logMuteConvo", "logUnmuteConvo", "logReadMessage",
     "logReadConvo"}
)  # fmt: skip


class Receiver:
    """One account's list and log."""

    def __init__(self, session: Session, config: BlueskyConfig, context: Context, known: Conversations) -> None:
        self._session = session
        self._config = config
        self._context = context
        self._conversations = known
        self._latest: frozenset[str] = frozenset()  # the top of the list as it was taken last

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed, Unavailable and NotCommitted."""
        try:
            me, _ = await self._session.who()
            begun = await self._begin(deliver, me)
            while True:
                await self._read_list(deliver, me, begun)
                if self._config.direct_messages:
                    await self._read_log(deliver, me)
                await asyncio.sleep(self._config.poll_s)
        except Refused as exc:
            raise Unavailable(f"the server doesn't tell what is new: {exc}") from exc

    async def _begin(self, deliver: Deliver, me: str) -> datetime:
        """Since when mentions are ours to take."""
        scope = f"begun:{me}"
        begun = moment(await self._context.cursor(scope) or "")
        if begun is None:
            begun = self._context.now() - timedelta(days=min(self._config.history_days, MAX_DAYS))
            await deliver([], Cursor(scope=scope, value=begun.isoformat()))
        return begun

    async def _read_list(self, deliver: Deliver, me: str, begun: datetime) -> None:
        fresh: list[msgspec.Raw] = []
        top: frozenset[str] | None = None
        cursor = ""
        for _ in range(MAX_PAGES):
            listed = await self._page(cursor)
            names = [name_of(one) for one in listed.notifications]
            top = frozenset(names) if top is None else top
            wanted = [one for one in listed.notifications if _is_wanted(one, begun)]
            held = await self._context.held([name_of(one) for one in wanted]) if wanted else frozenset()
            found = [one for one in wanted if name_of(one) not in held]
            fresh += found
            is_old = all(_is_before(one, begun) for one in listed.notifications)
            is_met = bool(self._latest.intersection(names)) or (bool(wanted) and not found)
            cursor = listed.cursor
            if is_old or is_met or not cursor:
                break
        else:
            self._context.log.warning("bluesky.gap_left", pages=MAX_PAGES)
        raws = [self._raw(What.NOTIFICATION, one, {ME: me}) for one in reversed(fresh)]
        for start in range(0, len(raws), CHUNK):
            await deliver(raws[start : start + CHUNK])
        self._latest = top or frozenset()

    async def _page(self, cursor: str) -> Listed:
        params = [("limit", str(PAGE)), *([("cursor", cursor)] if cursor else [])]
        return await self._session.query("app.bsky.notification.listNotifications", Listed, params)

    async def _read_log(self, deliver: Deliver, me: str) -> None:
        """What happened since the place in the log; at the first start only where it ends."""
        scope = f"log:{me}"
        place = await self._context.cursor(scope)
        while True:
            params = [("cursor", place)] if place else []
            answer = await self._session.query("chat.bsky.convo.getLog", Logs, params, headers=CHAT)
            raws = await self._happened(answer.logs, me) if place else []
            if answer.cursor and answer.cursor != place:
                await deliver(raws, Cursor(scope=scope, value=answer.cursor, expected=place))
            elif raws:
                await deliver(raws)
            if place is None or not answer.logs or answer.cursor in ("", place):
                return
            place = answer.cursor

    async def _happened(self, logs: Sequence[msgspec.Raw], me: str) -> list[RawMessage]:
        async with self._conversations.sending:
            pass  # what the log tells may be a message whose answer is still on its way to us
        found = []
        for log in logs:
            peek = read(log, Peek) or Peek()
            if peek.type.rpartition("#")[2] in _QUIET_LOGS:
                continue
            found.append(self._raw(What.LOG, log, await self._beside(peek, me)))
        return found

    async def _beside(self, peek: Peek, me: str) -> dict[str, str]:
        told = {ME: me}
        message = read(peek.message, Message)
        if message is None or not peek.type.endswith("#logCreateMessage"):
            return told
        other = await self._conversations.other(peek.convo_id, me)
        if other is not None:
            told |= {PEER: other.did, NAME: other.display_name or other.handle}
        is_ours = message.sender.did == me
        if is_ours and self._conversations.is_sent(peek.convo_id, message_id=message.id, text=message.text):
            told[BY_HUB] = "yes"
        return told

    def _raw(self, what: What, body: bytes, told: dict[str, str]) -> RawMessage:
        return to_raw(self._context.account, what, bytes(body), self._context.now(), **told)


def _is_wanted(notification: msgspec.Raw, begun: datetime) -> bool:
    """Whether it is kept: what can't be read is, and parked."""
    return (read(notification, Peek) or Peek()).reason not in _NOISE and not _is_before(notification, begun)


def _is_before(notification: msgspec.Raw, begun: datetime) -> bool:
    at = moment((read(notification, Peek) or Peek()).indexed_at)
    return at is not None and at < begun
