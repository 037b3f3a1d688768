"""From a room's events to what is stored: with the writer's name, and what only the homeserver can say beside it."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec

from channelhub.domain.raw import RawMessage
from connectors.matrix.client import AnswerTooLong, MatrixClient, Refused
from connectors.matrix.delivery import EDITS, FOREIGN, NAME, PEER, REACTED, Origin, peek_at, to_raw
from connectors.matrix.seen import Seen
from connectors.matrix.shapes import Content, Membership, Peek, Relation, read


class _Members(msgspec.Struct, frozen=True):
    joined: dict[str, msgspec.Raw] = {}


class Gathering:
    """Makes deliveries of events, oldest first, as one user sees them."""

    def __init__(self, client: MatrixClient, account: str, me: str) -> None:
        self._client = client
        self._account = account
        self._me = me
        self._seen = Seen()

    async def gather(
        self, room: str, events: Sequence[msgspec.Raw], state: Sequence[msgspec.Raw], now: datetime
    ) -> list[RawMessage]:
        """Raises Unavailable and AuthFailed where the homeserver must be asked and can't be."""
        names = _names(state)
        origin = Origin(account=self._account, me=self._me, room=room)
        found = []
        for event in events:
            peek = peek_at(event)
            content = read(peek.content, Content) or Content()
            relation = read(content.relates_to, Relation) or Relation()
            self._note(room, peek, relation)
            told = {
                NAME: names.get(peek.sender, ""),
                PEER: await self._peer(room) if peek.sender == self._me else "",
                EDITS: await self._edits(room, peek, relation),
                REACTED: self._taken_away(peek, event, content),
            }
            found.append(to_raw(bytes(event), peek, origin, now, **told))
        return found

    def _note(self, room: str, peek: Peek, relation: Relation) -> None:
        self._seen.writers[peek.event_id] = peek.sender
        if peek.type == "m.reaction" and relation.key:
            self._seen.reactions[peek.event_id] = f"{relation.event_id} {relation.key[:64]}"
        elif peek.sender != self._me and peek.type != "m.room.redaction":
            self._seen.customers[room] = peek.sender

    async def _peer(self, room: str) -> str:
        """Whom we speak to in a room: who last wrote there, else its only other member; empty where nobody can tell."""
        known = self._seen.customers.get(room)
        if known is not None:
            return known
        try:
            members = await self._client.get(f"rooms/{quote(room, safe='')}/joined_members", _Members)
        except (Refused, AnswerTooLong):
            return ""
        others = [member for member in members.joined if member != self._me]
        if len(others) != 1:
            return ""
        self._seen.customers[room] = others[0]
        return others[0]

    async def _edits(self, room: str, peek: Peek, relation: Relation) -> str:
        """FOREIGN where a message is changed by somebody who didn't write it, or nobody can say who did."""
        if relation.rel_type != "m.replace" or peek.type != "m.room.message":
            return ""
        writer = self._seen.writers.get(relation.event_id)
        if writer is None:
            path = f"rooms/{quote(room, safe='')}/event/{quote(relation.event_id, safe='')}"
            try:
                writer = peek_at(await self._client.get(path, msgspec.Raw)).sender
            except (Refused, AnswerTooLong):
                return FOREIGN
            self._seen.writers[relation.event_id] = writer
        return "" if writer == peek.sender else FOREIGN

    def _taken_away(self, peek: Peek, event: msgspec.Raw, content: Content) -> str:
        if peek.type != "m.room.redaction":
            return ""
        name = read(content.redacts, str) or (read(event, _Redaction) or _Redaction()).redacts
        return self._seen.reactions.get(name) or ""


class _Redaction(msgspec.Struct, frozen=True):
    redacts: str = ""


def _names(state: Sequence[msgspec.Raw]) -> dict[str, str]:
    """What members call themselves in the room."""
    found = {}
    for event in state:
        peek = peek_at(event)
        if peek.type == "m.room.member" and peek.state_key:
            found[peek.state_key] = (read(peek.content, Membership) or Membership()).displayname or ""
    return found
