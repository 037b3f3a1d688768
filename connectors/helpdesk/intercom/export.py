"""Intercom's search: conversations in the order of their changes, then each one whole.

What the search says lags behind what a conversation says, so the place moves only to changes that are old enough for
the search to have them, and only as long as it keeps to the order that was asked for; else at the end of a pass.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

import msgspec

from channelhub.sdk.contract import Context
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.following import Conversation, Listed, Page, Place
from connectors.helpdesk.intercom.delivery import listed
from connectors.helpdesk.intercom.shapes import Conversation as Talk
from connectors.helpdesk.intercom.shapes import Found, Me, Part, SearchPage
from connectors.helpdesk.intercom.telling import listed_parts, outline
from connectors.helpdesk.said import moment_s

CONVERSATIONS: Final = 100  # in a page; Intercom gives at most 150
SETTLED_S: Final = 120  # what changed longer ago the search knows of
REMEMBERED: Final = 10_000  # conversations that were read whole since they changed
BATCH: Final = 100  # parts that are stored at once


class Filter(msgspec.Struct, frozen=True):
    value: int
    field: str = "updated_at"
    operator: str = ">"


class Sort(msgspec.Struct, frozen=True):
    field: str = "updated_at"
    order: str = "ascending"


class Pagination(msgspec.Struct, frozen=True, omit_defaults=True):
    per_page: int
    starting_after: str = ""


class Search(msgspec.Struct, frozen=True):
    """The question of POST /conversations/search."""

    query: Filter
    pagination: Pagination
    sort: Sort = Sort()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """A search that is under way: what it asked for, where its next page begins, the latest settled change that
    it told, whether it told them in order, the place that was given for it."""

    asked_s: int
    cursor: str = ""
    told_s: int = 0
    is_ordered: bool = True
    following: str = ""


class Export:
    """One workspace's conversations."""

    def __init__(self, client: HelpDeskClient, context: Context, *, trust: str) -> None:
        self._client = client
        self._context = context
        self._trust = trust
        self._pass: _Pass | None = None
        self._read_whole: OrderedDict[str, float] = OrderedDict()  # conversation → its change that was read

    async def page(self, place: Place) -> Page[Found]:
        floor_s = int(place.at) if place.at.isdigit() else place.since_s
        before, self._pass = self._pass, None  # a cursor that fails isn't asked again: the search begins anew
        if before is None or before.following != place.at:
            before = _Pass(asked_s=floor_s)
        question = Search(
            query=Filter(value=before.asked_s - 1),
            pagination=Pagination(per_page=CONVERSATIONS, starting_after=before.cursor),
        )
        found = await self._client.post("/conversations/search", SearchPage, question)
        after = self._after(before, found, floor_s)
        if after.cursor:
            self._pass = after
        return Page(
            conversations=[
                Conversation(id=str(one.id), line=one, changed_at=moment_s(one.updated_at))
                for one in found.conversations
                if self._read_whole.get(str(one.id)) != (one.updated_at or 0)
            ],
            following=after.following,
            is_end=not after.cursor,
        )

    async def messages(self, conversation: Conversation[Found], since: datetime) -> AsyncIterator[list[Listed]]:
        asked_s = self._context.now().timestamp()
        talk = await self._client.get(f"/conversations/{quote(conversation.id, safe='')}", Talk)
        self._tell_of_missing(talk)
        kept = outline(talk)
        lines = [
            self._listed(raw, part, kept)
            for raw, part in listed_parts(talk)
            if part is None or (moment_s(part.created_at) or since) >= since
        ]
        for start in range(0, len(lines), BATCH):
            yield lines[start : start + BATCH]
        self._remember(conversation, asked_s)

    async def who(self) -> str:
        """Whose credentials they are. Raises AuthFailed for nobody's."""
        me = await self._client.get("/me", Me)
        if me.id is None:
            raise AuthFailed("Intercom takes the token for nobody's: see that it is that of your app")
        return f"as {me.name or me.id}" + (f" in {me.app.name}" if me.app and me.app.name else "")

    def _after(self, before: _Pass, found: SearchPage, floor_s: int) -> _Pass:
        """The pass behind this page; without a cursor, its end."""
        cursor = (found.pages and found.pages.next and found.pages.next.starting_after) or ""
        if cursor and cursor == before.cursor:
            raise Unavailable("Intercom's list says that it goes on, and not where")
        settled_s = self._context.now().timestamp() - SETTLED_S
        settled = [int(at) for one in found.conversations if (at := one.updated_at or 0) <= settled_s]
        told = [before.told_s, *settled]
        is_ordered = before.is_ordered and told == sorted(told)
        return _Pass(
            asked_s=before.asked_s,
            cursor=cursor,
            told_s=max(told),
            is_ordered=is_ordered,
            following=str(max(floor_s, *told) if is_ordered or not cursor else floor_s),
        )

    def _listed(self, raw: msgspec.Raw, part: Part | None, kept: Talk) -> Listed:
        stored = listed(raw, part, kept, account=self._context.account, trust=self._trust)
        return Listed(raw=stored, posted_id=stored.delivery_id)

    def _tell_of_missing(self, talk: Talk) -> None:
        """Intercom gives a conversation's latest 500 parts, and counts all of them. Told when it is first read."""
        if str(talk.id) in self._read_whole:
            return
        parts = talk.conversation_parts
        missing = (parts.total_count or 0) - len(parts.conversation_parts) if parts else 0
        if missing > 0:
            self._context.log.warning("helpdesk.parts_out_of_reach", conversation=str(talk.id), count=missing)

    def _remember(self, conversation: Conversation[Found], asked_s: float) -> None:
        """Called when all that was read is stored. What changed just now may change again in the same second."""
        changed_s = conversation.line.updated_at or 0
        if changed_s > asked_s - SETTLED_S:
            return
        self._read_whole[conversation.id] = changed_s
        self._read_whole.move_to_end(conversation.id)
        if len(self._read_whole) > REMEMBERED:
            self._read_whole.popitem(last=False)
