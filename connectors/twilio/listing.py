"""What a post didn't bring: Twilio posts a message once, so its list is compared with what the hub holds."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import MAX_HELD_ASKED, Completeness, Context, Cursor, Deliver
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.twilio.client import TwilioClient, Unclear
from connectors.twilio.config import is_service
from connectors.twilio.delivery import MAX_ID_CHARS, Line, listed
from connectors.twilio.send import Config
from connectors.twilio.shapes import MediaPage, Message, Page

SCOPE: Final = "listed"  # the cursor: until when the list was compared
OVERLAP: Final = timedelta(minutes=10)  # again each time: messages may be listed late
SETTLED: Final = timedelta(minutes=1)  # a younger message's post may be under way
MOST_PAGES: Final = 50
PAGE_SIZE: Final = 1000
_AT_ONCE: Final = 50  # raw messages in one commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A customer's message in the list. `name` is its sid; of one without, the digest of its bytes."""

    name: str
    at: datetime | None
    raw: msgspec.Raw
    files: int = 0


class Comparison:
    """Compares one number's incoming messages."""

    def __init__(self, client: TwilioClient, config: Config, context: Context) -> None:
        self._client = client
        self._config = config
        self._context = context
        self._started_at: datetime | None = None  # the first time of all there is no cursor: nothing is before it

    async def run(self, deliver: Deliver) -> None:
        """Compare once, deliver what is missing, and move the cursor; it begins with the second time.

        Raises Unavailable, AuthFailed and NotCommitted; then the next time begins where this one did.
        """
        before = await self._context.cursor(SCOPE)
        now = self._context.now()
        is_first = self._started_at is None and before is None
        self._started_at = self._started_at or now
        since = (_moment(before) or self._started_at) - OVERLAP
        until = now - SETTLED
        try:
            entries, is_whole = await self._entries(since, until)
            missing = await self._missing(entries)
            note = "" if is_whole else f"more than {MOST_PAGES * PAGE_SIZE} messages: older ones were not compared"
            self._context.compared(Completeness(listed=len(entries), missing=len(missing), note=note))
            if missing:
                self._context.log.warning("twilio.gap", listed=len(entries), missing=len(missing))
                for start in range(0, len(missing), _AT_ONCE):
                    await deliver([await self._raw(entry) for entry in missing[start : start + _AT_ONCE]])
                self._context.compared(Completeness(listed=len(entries), missing=0, note=note))
        except (Unclear, Rejected) as exc:
            raise Unavailable(str(exc)) from exc
        if not is_first and (before is None or until.isoformat() > before):
            await deliver([], Cursor(scope=SCOPE, value=until.isoformat(), expected=before))

    async def _entries(self, since: datetime, until: datetime) -> tuple[list[Entry], bool]:
        """Customers' messages between two moments, oldest first, and whether these are all."""
        query = {"DateSent>": since.date().isoformat(), "PageSize": str(PAGE_SIZE)}
        if not is_service(self._config.sender):
            query["To"] = self._config.address
        page = await self._client.get("/Messages.json", Page, query)
        found: list[Entry] = []
        for _ in range(MOST_PAGES):
            found += [entry for raw in page.messages if (entry := self._entry(raw, since, until))]
            if not page.next_page_uri:
                return found[::-1], True
            if not page.next_page_uri.startswith(f"{self._client.root}/Messages.json?"):
                raise Unclear("the list's next page is none of this account's")
            page = await self._client.get(page.next_page_uri, Page)
        return found[::-1], False

    def _entry(self, raw: msgspec.Raw, since: datetime, until: datetime) -> Entry | None:
        """None for what isn't a customer's message to this number in that time. What isn't in the documented shape is
        taken, and parked, unless the rest of it says that it is no such message."""
        try:
            message, is_odd = msgspec.json.decode(raw, type=Message), False
        except UNREADABLE:
            message, is_odd = _what_is_told(raw), True
        at, sender = message.created_at, self._config.sender
        told = message.messaging_service_sid if is_service(sender) else message.to
        wanted = sender if is_service(sender) else self._config.address
        if not _may_be(message.direction, "inbound", is_odd=is_odd) or not _may_be(told, wanted, is_odd=is_odd):
            return None
        if at is not None and not since <= at <= until:
            return None
        is_named = 0 < len(message.sid) <= MAX_ID_CHARS and message.sid.isascii() and message.sid.isalnum()
        name = message.sid if is_named else hashlib.sha256(raw).hexdigest()
        return Entry(name=name, at=at, raw=raw, files=message.files)

    async def _missing(self, entries: Sequence[Entry]) -> list[Entry]:
        missing: list[Entry] = []
        for start in range(0, len(entries), MAX_HELD_ASKED):
            asked = entries[start : start + MAX_HELD_ASKED]
            held = await self._context.held([entry.name for entry in asked])
            missing += [entry for entry in asked if entry.name not in held]
        return missing

    async def _raw(self, entry: Entry) -> RawMessage:
        media: tuple[msgspec.Raw, ...] = ()
        if entry.files:
            with suppress(Rejected):  # the files are gone, the words are not
                media = (await self._client.get(f"/Messages/{entry.name}/Media.json", MediaPage)).media_list
        line = Line(message=entry.raw, media=media)
        return listed(entry.name, line, account=self._context.account, at=entry.at)


def _what_is_told(raw: msgspec.Raw) -> Message:
    """Of a message in another shape the parts that are text; the others as if they weren't there."""
    try:
        parts = msgspec.json.decode(raw, type=dict[str, Any])
    except UNREADABLE:
        parts = {}
    told = {name: value for name, value in parts.items() if isinstance(value, str)}
    return Message(
        sid=told.get("sid", ""),
        direction=told.get("direction", ""),
        to=told.get("to"),
        messaging_service_sid=told.get("messaging_service_sid"),
        date_created=told.get("date_created"),
    )


def _may_be(told: str | None, wanted: str, *, is_odd: bool) -> bool:
    return told == wanted or (is_odd and not told)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
