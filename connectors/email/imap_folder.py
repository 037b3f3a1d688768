"""One folder: takes in what is new, in order, with the cursor in the same commit; and compares what is listed with
what is held."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from connectors.email.imap_after import AfterCommit
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_faults import LinkLost, Refused
from connectors.email.imap_line import Line
from connectors.email.imap_link import FolderView, Link, Listed, Mail
from connectors.email.imap_place import FolderName, Place, Start
from connectors.email.imap_since import read_since

#: UIDs in one command: servers need not take lines much longer than 8,000 bytes (RFC 7162 §4).
BATCH = 200
#: Mails fetched and committed together, bytes; one larger mail comes alone.
GROUP_BYTES = 4 * 1024 * 1024
#: Mail that lay in the mailbox this long before we took it comes from a gap of ours.
GAP = timedelta(hours=1)
#: A mail that broke the connection so often, asked for alone, is left out and shown as a gap.
ATTEMPTS = 3
_MAX_LEFT_OUT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Of the mails that the server lists and that belong to us: which are not held."""

    listed: int
    missing: "array[int]"


class Folder:
    """Reads one folder over whatever line is given. Keeps its place in the hub's cursors, nothing else that matters."""

    def __init__(self, name: str, config: ImapConfig, context: Context, deliver: Deliver) -> None:
        self.name = name
        self._config = config
        self._context = context
        self._deliver = deliver
        self._named = FolderName.of(name, host=config.host, username=config.username)
        self._after = AfterCommit(config)
        self._breaks = 0  # how often in a row the connection broke while the same mails were fetched
        self._broke_at = 0
        self._left_out: set[int] = set()  # UIDs
        self._stored: str | None = None  # the cursor as it is in the hub

    async def read(self, line: Line) -> None:
        """Take in everything new. Raises LinkLost and Refused; NotCommitted leaves the rest on the server."""
        view = await line.ask(Link.open, self.name)
        start = await self._start(view)
        stored = await self._context.cursor(self._named.scope)
        place = self._place(stored, start)
        while uids := await line.ask(Link.news, start, place.uid):
            for batch in _batches(uids):
                place = await self._take(line, batch, place, start)

    async def compare(self, line: Line) -> Compared:
        """What the server lists up to our place and the hub doesn't hold; mails left over there are moved on."""
        view = await line.ask(Link.open, self.name)
        start = await self._start(view)
        place = self._place(await self._context.cursor(self._named.scope), start)
        missing = array("I")
        listed = 0
        for batch in _batches(await line.ask(Link.uids, start, 0)):
            uids = [uid for uid in batch if uid <= place.uid]
            ids = {self._delivery_id(uid, start): uid for uid in uids}
            held = await self._context.held(list(ids)) if ids else frozenset()
            lacking = [uid for delivery_id, uid in ids.items() if delivery_id not in held]
            listed += len(uids)
            missing.extend(lacking)
            await self._after.tidy(line, sorted(set(uids) - set(lacking)))
        return Compared(listed=listed, missing=missing)

    async def repair(self, line: Line, missing: Sequence[int]) -> int:
        """Fetch what `compare` found missing, as backfill; how many the server still doesn't give."""
        view = await line.ask(Link.open, self.name)
        start = await self._start(view)
        difficult = [uid for uid in missing if uid in self._left_out]  # last: one of them may break the connection
        self._left_out.clear()
        for batch in (*_batches([uid for uid in missing if uid not in difficult]), *_batches(difficult)):
            for group in _groups(await line.ask(Link.describe, batch), one_by_one=self._breaks > 0):
                await self._commit(line, await self._fetch(line, group), start, cursor=None, is_repair=True)
        return len(self._left_out)

    async def _start(self, view: FolderView) -> Start:
        """Where reading began. Written before anything is read: under a new UIDVALIDITY it begins again at the same
        day, and what is already on the timeline is recognised by its content.
        """
        stored = await self._context.cursor(self._named.start_scope)
        before = Start.read(stored) if stored else None
        since = read_since(self._config.since)
        if before is None:
            wanted = Start(
                uidvalidity=view.uidvalidity,
                floor=view.highest_uid,
                day=since.first_day(self._context.now().date()),
            )
        else:
            is_same = before.uidvalidity == view.uidvalidity
            wanted = Start(
                uidvalidity=view.uidvalidity,
                floor=before.floor if is_same else view.highest_uid,
                day=since.day if since.extends(before.day) else before.day,
            )
            if not is_same:
                self._left_out.clear()
                self._context.log.warning("imap.uidvalidity_changed", folder=self.name)
        if wanted != before:
            await self._deliver([], Cursor(scope=self._named.start_scope, value=wanted.text, expected=stored))
        return wanted

    def _place(self, stored: str | None, start: Start) -> Place:
        place = Place.read(stored) if stored else None
        self._stored = stored
        if place is None or place.uidvalidity != start.uidvalidity:
            return Place(uidvalidity=start.uidvalidity, uid=0)
        return place

    async def _take(self, line: Line, uids: Sequence[int], place: Place, start: Start) -> Place:
        """One batch; its mails are committed in groups, each with the cursor after it."""
        wanted = [uid for uid in uids if uid not in self._left_out]
        for group in _groups(await line.ask(Link.describe, wanted), one_by_one=self._breaks > 0):
            after = Place(uidvalidity=start.uidvalidity, uid=group[-1].uid)
            mails = await self._fetch(line, group)
            await self._commit(line, mails, start, cursor=after, is_repair=False)
            place = after
        last = Place(uidvalidity=start.uidvalidity, uid=uids[-1])
        if place.uid < last.uid:  # the last ones were expunged before we came
            await self._move_cursor([], last)
        return last

    async def _fetch(self, line: Line, group: Sequence[Listed]) -> list[Mail]:
        """The mails of a group that are still there. One that the server can't give is left out, and shows as a gap."""
        is_partial = group[0].size > self._config.max_message_bytes or self._breaks > 0
        try:
            mails = await line.ask(Link.fetch, group, is_partial=is_partial)
        except Refused:
            if len(group) == 1:
                self._leave_out(group[0])
                return []
            return [mail for one in group for mail in await self._fetch(line, [one])]
        except LinkLost:
            self._breaks = self._breaks + 1 if self._broke_at == group[0].uid else 1
            self._broke_at = group[0].uid
            if len(group) == 1 and self._breaks >= ATTEMPTS:
                self._leave_out(group[0])
            raise
        self._breaks = 0
        return mails

    async def _commit(
        self, line: Line, mails: Sequence[Mail], start: Start, *, cursor: Place | None, is_repair: bool
    ) -> None:
        raws = [self._raw(mail, start, is_repair=is_repair) for mail in mails]
        if cursor is not None:
            await self._move_cursor(raws, cursor)
        elif raws:
            await self._deliver(raws)
        await self._after.act(line, [mail.listed.uid for mail in mails])

    async def _move_cursor(self, raws: Sequence[RawMessage], place: Place) -> None:
        await self._deliver(raws, Cursor(scope=self._named.scope, value=place.text, expected=self._stored))
        self._stored = place.text

    def _raw(self, mail: Mail, start: Start, *, is_repair: bool) -> RawMessage:
        listed = mail.listed
        is_old = listed.arrived_at is not None and self._context.now() - listed.arrived_at > GAP
        extra = {"folder": self.name}
        if len(mail.body) < listed.size and len(mail.body) >= self._config.max_message_bytes:
            extra["cut_from_bytes"] = str(listed.size)
        return RawMessage(
            account=self._context.account,
            delivery_id=self._delivery_id(listed.uid, start),
            body=mail.body,
            content_type="message/rfc822",
            envelope=Envelope(message_id=mail.message_id, extra=extra),
            channel_time=listed.arrived_at,
            is_backfill=is_repair or is_old or listed.uid <= start.floor,
        )

    def _delivery_id(self, uid: int, start: Start) -> str:
        return self._named.delivery_id(Place(uidvalidity=start.uidvalidity, uid=uid))

    def _leave_out(self, mail: Listed) -> None:
        self._context.log.warning("imap.message_left_out", folder=self.name, uid=mail.uid, size=mail.size)
        if len(self._left_out) < _MAX_LEFT_OUT:
            self._left_out.add(mail.uid)


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(uids), BATCH):
        yield uids[first : first + BATCH]


def _groups(mails: Sequence[Listed], *, one_by_one: bool = False) -> Iterator[list[Listed]]:
    """Neighbours that are fetched together: up to GROUP_BYTES, or one larger mail alone."""
    group: list[Listed] = []
    size = 0
    for mail in mails:
        if group and (one_by_one or size + mail.size > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(mail)
        size += mail.size
    if group:
        yield group
