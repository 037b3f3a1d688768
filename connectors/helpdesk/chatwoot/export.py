"""Chatwoot's list: conversations by their last activity, the latest first, then each one's messages, backwards.

A pass goes from the top down to where the pass before began. A conversation that moves to the top meanwhile is met by
the next pass, so none is missed however the pages shift.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from channelhub.sdk.contract import Context
from channelhub.sdk.errors import AuthFailed
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.chatwoot.delivery import ACTIVITY, LISTED, listed, moment_of, name_of
from connectors.helpdesk.chatwoot.shapes import Conversation as Talk
from connectors.helpdesk.chatwoot.shapes import ConversationPage, Line, Message, MessagePage, Profile
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.following import Conversation, Listed, Page, Place
from connectors.helpdesk.odd import Odd, odd, parked
from connectors.helpdesk.said import TRUST

OVERLAP_S: Final = 60  # what was under way in its database while we read
MOST_PAGES: Final = 5000  # of one conversation's messages, 20 each
REMEMBERED: Final = 10_000  # conversations that were read whole, so that only what is new of them is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """Down to `floor_s`, at `page`; `top_s` is the latest activity when it began."""

    floor_s: int
    top_s: int
    page: int


class Export:
    """One account's conversations."""

    def __init__(self, client: HelpDeskClient, context: Context, *, account_id: int, trust: str) -> None:
        self._client = client
        self._context = context
        self._account_id = account_id
        self._root = f"/api/v1/accounts/{account_id}/conversations"
        self._trust = trust
        self._read_whole: OrderedDict[int, int] = OrderedDict()  # conversation → the latest message then

    async def page(self, place: Place) -> Page[Talk]:
        now = _pass_of(place)
        asked = (
            ("status", "all"),
            ("assignee_type", "all"),
            ("sort_by", "last_activity_at_desc"),
            ("page", str(now.page)),
        )
        found = (await self._client.get(self._root, ConversationPage, asked)).data.payload
        recent = [one for one in found if _active_s(one) >= now.floor_s]
        top_s = max((_active_s(one) for one in recent), default=now.floor_s) if now.page == 1 else now.top_s
        is_end = len(recent) < len(found) or not found
        after = (
            _Pass(floor_s=max(now.floor_s, top_s - OVERLAP_S), top_s=0, page=1)
            if is_end
            else _Pass(floor_s=now.floor_s, top_s=top_s, page=now.page + 1)
        )
        return Page(
            conversations=[
                Conversation(id=str(one.id), line=one, changed_at=moment_of(_active_s(one))) for one in recent
            ],
            following=f"{after.floor_s}:{after.top_s}:{after.page}",
            is_end=is_end,
        )

    async def messages(self, conversation: Conversation[Talk], since: datetime) -> AsyncIterator[list[Listed]]:
        talk, latest = conversation.line, 0
        known = self._read_whole.get(talk.id, 0)
        before: list[tuple[str, str]] = []
        for _ in range(MOST_PAGES):
            path = f"{self._root}/{conversation.id}/messages"
            found = [(raw, _read(raw)) for raw in (await self._client.get(path, MessagePage, before)).payload]
            numbers = [number for _, one in found if (number := _number(one)) is not None]
            recent = [(raw, one) for raw, one in found if _is_recent(one, known, since)]
            yield [self._listed(talk, raw, one) for raw, one in recent if isinstance(one, Odd) or one.kind != ACTIVITY]
            latest = max([latest, *numbers])
            if len(recent) < len(found) or not numbers:
                break
            before = [("before", str(min(numbers)))]
        self._remember(talk.id, max(latest, known))

    async def who(self) -> str:
        """Whose credentials they are. Raises AuthFailed where they are of another account."""
        profile = await self._client.get("/api/v1/profile", Profile)
        if self._account_id not in [one.id for one in profile.accounts]:
            raise AuthFailed(f"the token's agent is in no account {self._account_id}: is account_id right?")
        return f"as {profile.name or 'an agent without a name'}"

    def _remember(self, talk_id: int, latest: int) -> None:
        """Called when all that was read is stored."""
        self._read_whole[talk_id] = latest
        self._read_whole.move_to_end(talk_id)
        if len(self._read_whole) > REMEMBERED:
            self._read_whole.popitem(last=False)

    def _listed(self, talk: Talk, raw: msgspec.Raw, message: Message | Odd) -> Listed:
        line = Line(message=raw, conversation=talk)
        if isinstance(message, Odd):
            marks = {TRUST: self._trust, LISTED: "yes"}
            return parked(
                message, msgspec.json.encode(line), prefix="message:", account=self._context.account, marks=marks
            )
        stored = listed(message, line, account=self._context.account, trust=self._trust)
        return Listed(raw=stored, posted_id=name_of(message))


def _pass_of(place: Place) -> _Pass:
    try:
        floor_s, top_s, page = (int(part) for part in place.at.split(":"))
    except ValueError:
        return _Pass(floor_s=place.since_s, top_s=0, page=1)
    return _Pass(floor_s=floor_s, top_s=top_s, page=page)


def _read(raw: msgspec.Raw) -> Message | Odd:
    try:
        return msgspec.json.decode(raw, type=Message)
    except UNREADABLE:
        return odd(raw)


def _number(one: Message | Odd) -> int | None:
    """None where an odd one doesn't tell it."""
    if isinstance(one, Message):
        return one.id
    return int(one.name) if one.name.isascii() and one.name.isdigit() and len(one.name) < 19 else None


def _is_recent(one: Message | Odd, known: int, since: datetime) -> bool:
    number = _number(one)
    at = one.at if isinstance(one, Odd) else moment_of(one.created_at)
    return (number is None or number > known) and (at or since) >= since


def _active_s(talk: Talk) -> int:
    """Its last activity, seconds UTC."""
    return int(talk.last_activity_at or 0)
