"""Direct conversations: who is in them, and which messages the hub itself sent."""

import asyncio
from typing import TypeVar

import msgspec

from connectors.bluesky.client import Refused
from connectors.bluesky.session import CHAT, Session
from connectors.bluesky.shapes import Author

V = TypeVar("V")
MOST_KEPT = 10_000


class _Convo(msgspec.Struct, frozen=True):
    members: list[Author] = []


class _Found(msgspec.Struct, frozen=True):
    convo: _Convo = _Convo()


class Conversations:
    """What is known of one account's direct conversations.

    `sending` is held while a message is on its way: the log may tell of it before the answer to us does.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._others: dict[str, Author] = {}
        self._sent: dict[str, None] = {}
        self.sending = asyncio.Lock()

    async def members(self, convo_id: str) -> list[Author]:
        """Raises Unavailable, AuthFailed and Refused."""
        params = [("convoId", convo_id)]
        return (await self._session.query("chat.bsky.convo.getConvo", _Found, params, headers=CHAT)).convo.members

    async def other(self, convo_id: str, me: str) -> Author | None:
        """Whom we speak to. Raises Unavailable and AuthFailed; None where nobody can tell."""
        if convo_id not in self._others:
            try:
                others = [one for one in await self.members(convo_id) if one.did != me]
            except Refused:
                others = []
            if not others:
                return None
            _keep(self._others, convo_id, others[0])
        return self._others[convo_id]

    def note_sent(self, convo_id: str, *, message_id: str = "", text: str = "") -> None:
        """The hub sent this; where the answer was lost, only the words are known."""
        _keep(self._sent, _mark(convo_id, message_id, text), None)

    def is_sent(self, convo_id: str, *, message_id: str, text: str) -> bool:
        return _mark(convo_id, message_id, "") in self._sent or _mark(convo_id, "", text) in self._sent


def _mark(convo_id: str, message_id: str, text: str) -> str:
    return f"{convo_id}\0{message_id}\0{text}"


def _keep(kept: dict[str, V], key: str, value: V) -> None:
    kept[key] = value
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
