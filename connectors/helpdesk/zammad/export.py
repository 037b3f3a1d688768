"""Zammad's list: tickets by the time of their last change, the oldest first, then each one's articles.

It is asked of Zammad's database by a condition, not of its search index, which an installation may lack and which lags
behind (docs/adr/0056-a-zammad-is-asked-by-a-condition.md). A page begins with the moment at which the one before ended,
so it repeats tickets rather than passing over any.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from channelhub.sdk.contract import Context
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.client import HelpDeskClient, Refused, TooLong
from connectors.helpdesk.following import Conversation, Listed, Page, Place
from connectors.helpdesk.odd import Odd, odd, parked
from connectors.helpdesk.said import TRUST, moment
from connectors.helpdesk.zammad.delivery import is_of_zammad, listed, moment_of, name_of
from connectors.helpdesk.zammad.shapes import Entry, Known, Line, Ticket, User

TICKETS: Final = 100  # of a page
OVERLAP_MS: Final = 300_000  # what was under way in Zammad's database while we read
ARTICLES: Final = 200  # stored in one go
REMEMBERED: Final = 10_000  # tickets that were read as they stand now
MEND: Final = "make an access token with ticket.agent in the profile of an agent who may read every group"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """From `floor_ms` on. `page` is above 1 where more tickets changed in that millisecond than a page holds, `last`
    then the ticket that the page before ended with."""

    floor_ms: int
    page: int = 1
    last: int = 0


class Export:
    """One account's tickets."""

    def __init__(self, client: HelpDeskClient, context: Context, *, trust: str) -> None:
        self._client = client
        self._context = context
        self._trust = trust
        self._read: OrderedDict[int, tuple[str, int]] = OrderedDict()  # ticket → its change, its latest article then
        self._people: dict[int, User] = {}  # of the page that is being taken

    async def page(self, place: Place) -> Page[Entry]:
        self._people.clear()
        at = _at(place)
        found = await self._tickets(at)
        if at.page > 1:  # it moved up if one before it changed: then the page before is taken once more
            page_before = replace(at, page=at.page - 1)
            before = await self._tickets(page_before)
            if [one.id for one in before[-1:]] != [at.last]:
                at, found = page_before, before
        is_end = len(found) < TICKETS
        after = self._behind(at, found, is_end=is_end)
        return Page(
            conversations=[Conversation(id=str(one.id), line=one, changed_at=moment(one.updated_at)) for one in found],
            following=f"{after.floor_ms}:{after.page}:{after.last}",
            is_end=is_end,
        )

    async def messages(self, conversation: Conversation[Entry], since: datetime) -> AsyncIterator[list[Listed]]:
        entry = conversation.line
        change, latest = self._read.get(entry.id, ("", 0))
        if change == entry.updated_at:
            return
        async for articles in self._articles(entry, latest):
            found = [(raw, _known(raw)) for raw in articles]
            latest = max([latest, *(known.id for _, known in found if isinstance(known, Known))])
            recent = [(raw, known) for raw, known in found if _is_taken(known, since)]
            for first in range(0, len(recent), ARTICLES):
                yield [await self._listed(entry, raw, known) for raw, known in recent[first : first + ARTICLES]]
        self._remember(entry, latest)

    async def who(self) -> str:
        """Whose token it is. Raises AuthFailed for nobody's and for a customer's."""
        try:
            user = await self._client.get("/api/v1/users/me", User, (("expand", "true"),))
        except Refused as exc:
            if exc.status == 403:
                raise AuthFailed(f"{exc}: {MEND}, and see that Zammad's settings allow tokens") from exc
            raise
        if user.is_customer:
            raise AuthFailed(f"the token is a customer's: {MEND}")
        return f"as {user.name or user.id}"

    async def _tickets(self, at: _At) -> list[Entry]:
        asked = (
            ("condition[ticket.updated_at][operator]", "after (absolute)"),  # or at that moment
            ("condition[ticket.updated_at][value]", _text(at.floor_ms)),
            ("sort_by", "updated_at,id"),
            ("order_by", "asc,asc"),
            ("expand", "true"),
            ("per_page", str(TICKETS)),
            ("page", str(at.page)),
        )
        found = await self._client.get("/api/v1/tickets/search", list[Entry], asked)
        changed = [at.floor_ms, *(_changed_ms(one) for one in found)]
        if changed != sorted(changed):
            raise Unavailable("Zammad's list keeps not to its condition or its order: is its version supported?")
        return found

    async def _articles(self, entry: Entry, latest: int) -> AsyncIterator[Sequence[msgspec.Raw]]:
        """All of a ticket, at once; one by one, and only the new ones, where that is more than an answer may be."""
        try:
            yield await self._client.get(f"/api/v1/ticket_articles/by_ticket/{entry.id}", list[msgspec.Raw])
        except TooLong:
            if not entry.article_ids:
                raise
            for number in sorted(one for one in entry.article_ids if one > latest):
                yield [await self._client.get(f"/api/v1/ticket_articles/{number}", msgspec.Raw)]

    async def _listed(self, entry: Entry, raw: msgspec.Raw, known: Known | Odd) -> Listed:
        ticket = Ticket(id=entry.id, title=entry.title, customer_id=entry.customer_id)
        if isinstance(known, Odd):
            body, marks = msgspec.json.encode(Line(ticket=ticket, article=raw)), {TRUST: self._trust}
            return parked(known, body, prefix="article:", account=self._context.account, marks=marks)
        ids = (known.origin_by_id, known.created_by_id, entry.customer_id)
        users = [await self._person(one) for one in dict.fromkeys(ids) if isinstance(one, int)]
        line = Line(ticket=ticket, article=raw, users=users)
        stored = listed(known, line, account=self._context.account, trust=self._trust)
        return Listed(raw=stored, posted_id=name_of(known))

    async def _person(self, number: int) -> User:
        """By the id alone where Zammad doesn't tell of them any more."""
        if number not in self._people:
            try:
                user = await self._client.get(f"/api/v1/users/{number}", User, (("expand", "true"),))
            except Refused:
                user = User()
            self._people[number] = msgspec.structs.replace(user, id=number)
        return self._people[number]

    def _behind(self, at: _At, found: Sequence[Entry], *, is_end: bool) -> _At:
        """Where the list goes on. At its end a little before the latest change, as long as that is fresh: what is
        stored a moment later may be said to have changed a moment before."""
        if not found:
            return _At(floor_ms=at.floor_ms)
        latest_ms = _changed_ms(found[-1])
        if is_end:
            is_fresh = (self._context.now() - _EPOCH) // _MS < latest_ms + OVERLAP_MS
            return _At(floor_ms=latest_ms - OVERLAP_MS if is_fresh else latest_ms)
        if latest_ms == at.floor_ms:
            return _At(floor_ms=at.floor_ms, page=at.page + 1, last=found[-1].id)
        return _At(floor_ms=latest_ms)

    def _remember(self, entry: Entry, latest: int) -> None:
        """Called when all that was read is stored."""
        self._read[entry.id] = (entry.updated_at, latest)
        self._read.move_to_end(entry.id)
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)


def _is_taken(known: Known | Odd, since: datetime) -> bool:
    if isinstance(known, Odd):
        return known.at is None or known.at >= since
    at = moment_of(known)
    return not is_of_zammad(known) and (at is None or at >= since)


def _known(raw: msgspec.Raw) -> Known | Odd:
    try:
        return msgspec.json.decode(raw, type=Known)
    except UNREADABLE:
        return odd(raw)


def _changed_ms(entry: Entry) -> int:
    at = moment(entry.updated_at)
    if at is None:
        raise Unavailable(f"the time of ticket {entry.id} is not in the documented shape")
    return (at - _EPOCH) // _MS


def _at(place: Place) -> _At:
    try:
        floor_ms, page, last = (int(part) for part in place.at.split(":"))
    except ValueError:
        return _At(floor_ms=place.since_s * 1000)
    return _At(floor_ms=floor_ms, page=page, last=last)


def _text(at_ms: int) -> str:
    """As Zammad writes times: 2026-01-15T10:00:00.000Z."""
    return (_EPOCH + at_ms * _MS).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03}Z"
