"""Mentions and own posts from their lists, as soon as the stream tells of one; edits and deletions from the stream.

The lists are what is believed: the stream forgets what it told while nobody listened. After each opening of it, edits
of the latest mentions are looked for.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.tasks import first_end_of
from connectors.mastodon.client import MastodonClient, Refused
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.delivery import BY_HUB, ME, PEER, ROOT, SPOKEN, What, names_of, peek_at, to_raw
from connectors.mastodon.lists import NOTIFICATIONS, Listing, beginning, newest, own_posts, pages_after, place_behind
from connectors.mastodon.people import Lookups, Me
from connectors.mastodon.shapes import Account, Peek, read
from connectors.mastodon.stream import OPENED, Stream, Told

_MOST_AT_ONCE = 100  # events of the stream that are looked at together


class Receiver:
    """One account's lists and stream."""

    def __init__(self, client: MastodonClient, config: MastodonConfig, context: Context, me: Me) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._me = me
        self._lookups = Lookups(client)
        self.stream = Stream(client, context.log)
        self._heard: list[Told] = []  # of the stream, and not yet taken

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed, Unavailable and NotCommitted."""
        try:
            await first_end_of(self.stream.keep(), self._receive(deliver))
        except Refused as exc:
            raise Unavailable(f"the instance doesn't tell what is new: {exc}") from exc

    async def _receive(self, deliver: Deliver) -> None:
        while True:
            await self._look(deliver)
            await self._hear(deliver)

    async def _look(self, deliver: Deliver) -> None:
        """Everything that the lists have since the last time."""
        await self._read(deliver, What.NOTIFICATION, NOTIFICATIONS)
        await self._read(deliver, What.OWN, own_posts(self._me.account.id))

    async def _read(self, deliver: Deliver, what: What, listing: Listing) -> None:
        """A list to its end; the place in it moves with each page."""
        scope = f"{what}:{self._me.account.id}"
        place = await self._context.cursor(scope)
        if place is None:
            days = self._config.history_days
            floor = self._context.now() - timedelta(days=days if days < 20_000 else 20_000)
            place = await beginning(self._client, listing, floor)
            await deliver([], Cursor(scope=scope, value=place))
        async for page in pages_after(self._client, listing, place):
            raws = [raw for one in page if (raw := await self._raw(what, one)) is not None]
            following = place_behind(page, place)
            moved = Cursor(scope=scope, value=following, expected=place) if following != place else None
            await deliver(raws, moved)
            place = following

    async def _raw(self, what: What, body: bytes) -> RawMessage | None:
        """A delivery with what is known beside it; None for own posts that answer nobody. What isn't in the
        documented shape is kept as it is, and parked."""
        now, told = self._context.now(), {ME: self._me.account.username}
        if read(body, Peek) is None:
            return to_raw(self._context.account, what, bytes(body), now, **told)
        peek = peek_at(body)
        status = peek_at(peek.status) if what is What.NOTIFICATION else peek
        if what is What.OWN:
            answered = peek.in_reply_to_account_id
            if not answered or answered == self._me.account.id:
                return None
            told[PEER] = await self._lookups.key(answered)
            told[BY_HUB] = "yes" if self._lookups.is_by(peek, self._me) else ""
        if what is not What.NOTIFICATION or peek.type in SPOKEN:
            told[ROOT] = await self._lookups.root(status) if status.id else ""
        return to_raw(self._context.account, what, bytes(body), now, **told)

    async def _hear(self, deliver: Deliver) -> None:
        """Wait for something to look for, and take what only the stream tells."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._config.poll_s):
                while not self._heard:
                    self._note(await self.stream.told.get())
                    while self.stream.told.qsize() and len(self._heard) < _MOST_AT_ONCE:
                        self._note(self.stream.told.get_nowait())
        raws: list[RawMessage] = []
        for one in self._heard:
            raws += await self._changed(one)
        if raws:
            await deliver(raws)
        self._heard.clear()

    def _note(self, told: Told) -> None:
        if self._is_news(told):
            self._heard.append(told)

    def _is_news(self, told: Told) -> bool:
        """Whether anything follows from it: others' posts on the timeline of the account are none of our business."""
        if told.event != "update":
            return told.event in (OPENED, "notification", "status.update", "delete")
        author = read(peek_at(told.data).account, Account)
        return author is not None and author.id == self._me.account.id

    async def _changed(self, told: Told) -> Sequence[RawMessage]:
        """The edit or deletion of a post that we hold."""
        match told.event:
            case "status.update":
                return await self._edits([msgspec.Raw(told.data)])
            case "delete" if told.data.isdigit() and await self._is_held(told.data[:64].decode("ascii")):
                return [to_raw(self._context.account, What.DELETE, told.data, self._context.now())]
            case "opened":
                page = await newest(self._client, NOTIFICATIONS)
                return await self._edits([peek_at(one).status for one in page if peek_at(one).type in SPOKEN])
        return ()

    async def _edits(self, statuses: Sequence[msgspec.Raw]) -> list[RawMessage]:
        found = []
        for status in statuses:
            peek = peek_at(status)
            if peek.edited_at and peek.id and await self._is_held(peek.id) and not await self._was_read(peek):
                found.append(await self._edit(status, peek))
        return found

    async def _edit(self, status: msgspec.Raw, peek: Peek) -> RawMessage:
        told = {ME: self._me.account.username, ROOT: await self._lookups.root(peek)}
        return to_raw(self._context.account, What.EDIT, bytes(status), self._context.now(), **told)

    async def _is_held(self, status_id: str) -> bool:
        return bool(await self._context.held(names_of(status_id)))

    async def _was_read(self, peek: Peek) -> bool:
        return bool(await self._context.held([f"edit:{peek.id}:{peek.edited_at}"]))
