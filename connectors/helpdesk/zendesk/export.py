"""Zendesk's list: tickets in the order of their changes (incremental export by cursor), then each one's comments.

Zendesk allows ten pages of the export in a minute and says by Retry-After when more may be asked
(developer.zendesk.com, incremental exports).
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from channelhub.sdk.contract import Context
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.following import Conversation, Listed, Page, Place
from connectors.helpdesk.odd import odd, parked
from connectors.helpdesk.said import TRUST, moment
from connectors.helpdesk.zendesk.delivery import LISTED, listed, posted_id
from connectors.helpdesk.zendesk.shapes import Comment, CommentPage, Id, Line, Ticket, TicketPage, User, WhoAmI

TICKETS: Final = 100  # in a page: what a crash has asked for again
COMMENTS: Final = 100
MOST_PAGES: Final = 100  # of one ticket's comments; Zendesk itself stops at 5000 of them
LAG_S: Final = 61  # the export leaves out the last minute and refuses to begin in it
_STAFF: Final = ("agent", "admin")


_Known = tuple[Ticket, dict[str, User]]  # a ticket, and the people that the list tells beside it


class Export:
    """One account's tickets."""

    def __init__(self, client: HelpDeskClient, context: Context, *, trust: str) -> None:
        self._client = client
        self._context = context
        self._trust = trust

    async def page(self, place: Place) -> Page[_Known]:
        begin_s = min(place.since_s, int(self._context.now().timestamp()) - LAG_S)
        where = ("cursor", place.at) if place.at else ("start_time", str(begin_s))
        asked = (where, ("per_page", str(TICKETS)), ("include", "users"), ("exclude_deleted", "true"))
        found = await self._client.get("/api/v2/incremental/tickets/cursor.json", TicketPage, asked)
        following = found.after_cursor or place.at
        if not found.end_of_stream and following == place.at:
            raise Unavailable("Zendesk's list says that it goes on, and not where")
        people = _people(found.users)
        return Page(
            conversations=[
                Conversation(id=str(one.id), line=(one, people), changed_at=moment(one.updated_at))
                for one in found.tickets
                if one.status != "deleted"
            ],
            following=following,
            is_end=found.end_of_stream,
        )

    async def messages(self, conversation: Conversation[_Known], since: datetime) -> AsyncIterator[list[Listed]]:
        ticket, people = conversation.line
        after = ""
        for _ in range(MOST_PAGES):
            asked = [("page[size]", str(COMMENTS)), ("include", "users")] + ([("page[after]", after)] if after else [])
            found = await self._client.get(f"/api/v2/tickets/{conversation.id}/comments.json", CommentPage, asked)
            known = people | _people(found.users)
            yield [one for raw in found.comments if (one := self._listed(ticket, raw, known, since)) is not None]
            after = found.meta.after_cursor or ""
            if not found.meta.has_more or not after:
                return

    async def who(self) -> str:
        """Whose credentials they are. Raises AuthFailed for nobody's and for a customer's."""
        user = (await self._client.get("/api/v2/users/me.json", WhoAmI)).user
        if user.id is None or user.role not in _STAFF:
            raise AuthFailed("Zendesk takes the credentials for no agent's: email and api_token have to be an agent's")
        return f"as {user.name or user.id}"

    def _listed(self, ticket: Ticket, raw: msgspec.Raw, people: dict[str, User], since: datetime) -> Listed | None:
        """None for what was said before. A comment that isn't in the documented shape is parked."""
        try:
            comment = msgspec.json.decode(raw, type=Comment)
        except UNREADABLE:
            return self._parked(ticket, raw, since)
        at = moment(comment.created_at)
        if at is not None and at < since:
            return None
        line = Line(ticket=ticket, comment=raw, users=_of(people, comment.author_id, ticket.requester_id))
        return Listed(
            raw=listed(comment, line, account=self._context.account, trust=self._trust),
            posted_id=posted_id(comment.id),
            has_more=bool(comment.attachments),
        )

    def _parked(self, ticket: Ticket, raw: msgspec.Raw, since: datetime) -> Listed | None:
        one = odd(raw)
        if one.at is not None and one.at < since:
            return None
        line = msgspec.json.encode(Line(ticket=ticket, comment=raw, users=[]))
        marks = {TRUST: self._trust, LISTED: "yes"}
        return parked(one, line, prefix="listed:", account=self._context.account, marks=marks)


def _people(users: list[msgspec.Raw]) -> dict[str, User]:
    """By their ids. Who can't be read is as one whom the list doesn't tell of."""
    found = {}
    for raw in users:
        with suppress(*UNREADABLE):
            user = msgspec.json.decode(raw, type=User)
            found[str(user.id)] = user
    return found


def _of(people: dict[str, User], *ids: Id | None) -> list[User]:
    return [people[name] for name in dict.fromkeys(map(str, ids)) if name in people]
