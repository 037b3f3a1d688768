"""One folder: takes in what is new, in order, with the cursor in the same commit; and compares what is listed with
what is held."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from connectors.email.authenticity import Authenticity
from connectors.email.forwarders import noted
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
#: A mail that broke the connection so often, asked for alone, is left out: it shows as a gap, and others go on.
ATTEMPTS = 3
_MAX_LEFT_OUT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Of the mails that the server lists and that belong to us: which are not held."""

    listed: int
    missing: "array[int]"


class Folder:
    """Reads one folder over whatever line is given. Its place is in the hub's cursors; here it only remembers which
    mails the server couldn't give.
    """

    def __init__(
        self, name: str, config: ImapConfig, context: Context, deliver: Deliver, authenticity: Authenticity
    ) -> None:
        self.name = name
        self._config = config
        self._context = context
        self._deliver = deliver
        self._authenticity = authenticity
        self._named = FolderName.of(name, host=config.host, username=config.username)
        self._after = AfterCommit(config)
        self._careful_until = 0  # a UID: the connection broke when mails up to it were asked for together
        self._failed: Counter[int] = Counter()  # UIDs that broke it alone, and how often
        self._left_out: set[int] = set()  # UIDs
        self._stored: str | None = None  # the cursor as it is in the hub

    async def read(self, line: Line) -> None:
        """Take in everything new. Raises LinkLost and Refused; NotCommitted leaves the rest on the server."""
        view = await line.ask(Link.open, self.name)
        start = await self._start(view)
        stored = await self._context.cursor(self._named.scope)
        place = self._place(stored, start)
        while uids := await line.ask(Link.news, start, place.uid):
            for batch in self._batches(uids):
                place = await self._take(line, batch, place, start)

    async def compare(self, line: Line) -> Compared:
        """What the server lists up to our place and the hub doesn't hold; mails left over there are moved on."""
        view = await line.ask(Link.open, self.name)
        start = await self._start(view)
        place = self._place(await self._context.cursor(self._named.scope), start)
        missing = array("I")
        listed = 0
        listing = await line.ask(Link.uids, start, 0)
        for first in range(0, len(listing), BATCH):
            batch = listing[first : first + BATCH]
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
        for batch in (*self._batches([uid for uid in missing if uid not in self._left_out]), *zip(difficult)):
            for group in _groups(await self._describe(line, batch)):
                await self._commit(line, await self._fetch(line, group), start, cursor=None, is_repair=True)
        return len(self._left_out.intersection(missing))

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
                self._forget_difficulties()
                self._context.log.warning("imap.uidvalidity_changed", folder=self.name)
        if wanted != before:
            await self._deliver([], Cursor(scope=self._named.start_scope, value=wanted.text, expected=stored))
        return wanted

    def _forget_difficulties(self) -> None:
        """Under another UIDVALIDITY the numbers mean other mails."""
        self._careful_until = 0
        self._failed.clear()
        self._left_out.clear()

    def _place(self, stored: str | None, start: Start) -> Place:
        place = Place.read(stored) if stored else None
        self._stored = stored
        if place is None or place.uidvalidity != start.uidvalidity:
            return Place(uidvalidity=start.uidvalidity, uid=0)
        return place

    async def _take(self, line: Line, uids: Sequence[int], place: Place, start: Start) -> Place:
        """One batch; its mails are committed in groups, each with the cursor after it."""
        for group in _groups(await self._describe(line, [uid for uid in uids if uid not in self._left_out])):
            after = Place(uidvalidity=start.uidvalidity, uid=group[-1].uid)
            mails = await self._fetch(line, group)
            await self._commit(line, mails, start, cursor=after, is_repair=False)
            place = after
        last = Place(uidvalidity=start.uidvalidity, uid=uids[-1])
        if place.uid < last.uid:  # the last ones were expunged before we came
            await self._move_cursor([], last)
        return last

    def _batches(self, uids: Sequence[int]) -> Iterator[Sequence[int]]:
        """Mails that are asked for together; each alone where the connection broke before."""
        first = 0
        while first < len(uids):
            count = 1 if uids[first] <= self._careful_until else BATCH
            yield uids[first : first + count]
            first += count

    async def _describe(self, line: Line, uids: Sequence[int]) -> list[Listed]:
        with self._remembering(uids):
            return await line.ask(Link.describe, uids) if uids else []

    async def _fetch(self, line: Line, group: Sequence[Listed]) -> list[Mail]:
        """The mails of a group that are still there."""
        uids = [mail.uid for mail in group]
        is_partial = group[0].size > self._config.max_message_bytes or uids[0] <= self._careful_until
        with self._remembering(uids):
            mails = await line.ask(Link.fetch, group, is_partial=is_partial)
        for uid in uids:
            self._failed.pop(uid, None)
            self._left_out.discard(uid)
        return mails

    @contextmanager
    def _remembering(self, uids: Sequence[int]) -> Iterator[None]:
        """A server may hang up over one damaged mail, each time: find out which, and leave it out."""
        try:
            yield
        except (LinkLost, Refused):
            if len(uids) > 1:
                self._careful_until = max(self._careful_until, uids[-1])
            elif len(self._failed) < _MAX_LEFT_OUT:
                [uid] = uids
                self._failed[uid] += 1
                if self._failed[uid] == ATTEMPTS:
                    self._context.log.warning("imap.message_left_out", folder=self.name, uid=uid)
                    self._left_out.add(uid)
            raise

    async def _commit(
        self, line: Line, mails: Sequence[Mail], start: Start, *, cursor: Place | None, is_repair: bool
    ) -> None:
        raws = [await self._assessed(self._raw(mail, start, is_repair=is_repair)) for mail in mails]
        if cursor is not None:
            await self._move_cursor(raws, cursor)
        elif raws:
            await self._deliver(raws)
        await self._after.act(line, [mail.listed.uid for mail in mails])

    async def _move_cursor(self, raws: Sequence[RawMessage], place: Place) -> None:
        await self._deliver(raws, Cursor(scope=self._named.scope, value=place.text, expected=self._stored))
        self._stored = place.text

    async def _assessed(self, raw: RawMessage) -> RawMessage:
        """With what is known of its sender. Old and cut mail isn't checked here: its keys are gone, or its end is."""
        is_whole = "cut_from_bytes" not in raw.envelope.extra
        envelope = await self._authenticity.assess(
            raw.body, raw.envelope, is_from_ours=True, may_check=is_whole and not raw.is_backfill
        )
        return replace(raw, envelope=envelope)

    def _raw(self, mail: Mail, start: Start, *, is_repair: bool) -> RawMessage:
        listed = mail.listed
        is_old = listed.arrived_at is not None and self._context.now() - listed.arrived_at > GAP
        extra = {"folder": self.name, **noted(self._config.forwarders)}
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


def _groups(mails: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Neighbours that are fetched together: up to GROUP_BYTES, or one larger mail alone."""
    group: list[Listed] = []
    size = 0
    for mail in mails:
        if group and size + mail.size > GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(mail)
        size += mail.size
    if group:
        yield group
