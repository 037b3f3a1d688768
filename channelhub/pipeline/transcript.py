"""An account's conversations as its customers may read them, from the tables."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import from_us, to_us
from channelhub.rules import identity, tokens
from channelhub.sdk.transcript import Said, SaidFile
from channelhub.store import conversations, outbox, transcripts
from channelhub.store.blobs import BlobMissing
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.outbox import OutboxItem
from channelhub.store.transcripts import KeptFile, Line

MOST_AT_ONCE = 200
#: What a channel was not given, or refused: nobody was told so.
_UNTOLD = frozenset({OutboxState.QUEUED, OutboxState.WITHDRAWN, OutboxState.FAILED})


class StoredTranscript:
    """See channelhub.sdk.transcript. `secret` is the hub's, which signed the ids of our messages."""

    def __init__(self, store: Store, *, account: str, secret: bytes) -> None:
        self._store = store
        self._account = account
        self._secret = secret

    async def page(self, key: str, *, since: datetime, before: str = "", limit: int = 50) -> Sequence[Said]:
        """The newest messages before a place, the oldest first; an unreadable place is that of the newest."""
        async with self._store.readers.read() as session:
            conversation_id = await self._conversation(session, key)
            if conversation_id is None:
                return ()
            lines = await transcripts.page(
                session,
                conversation_id,
                since_us=to_us(since),
                before=_read_place(before),
                limit=min(limit, MOST_AT_ONCE),
            )
            kept = await transcripts.files(session, [one.id for one in lines])
            sent = await outbox.of_messages(session, [one.id for one in lines if one.is_ours])
        return [_said(one, sent.get(one.id), kept.get(one.id, ())) for one in reversed(lines)]

    async def file(self, key: str, said_id: str, number: int, *, since: datetime) -> SaidFile | None:
        """One file with its content. None as well where its bytes are gone or damaged."""
        async with self._store.readers.read() as session:
            message_id = await self._message(session, key, said_id, since_us=to_us(since))
            if message_id is None:
                return None
            kept = (await transcripts.files(session, [message_id])).get(message_id, ())
        if not 0 <= number < len(kept) or not kept[number].sha256:
            return None
        try:
            content = await asyncio.to_thread(self._store.blobs.get, kept[number].sha256)
        except BlobMissing:
            return None
        return replace(_file(kept[number]), content=content)

    async def _message(self, session: Session, key: str, said_id: str, *, since_us: int) -> int | None:
        """The message of a conversation that an id names: ours by what we signed, the customer's by its own."""
        conversation_id = await self._conversation(session, key)
        if conversation_id is None:
            return None
        token = tokens.read(said_id, secret=self._secret)
        if token is None:
            return await transcripts.named(session, conversation_id, said_id, since_us=since_us)
        sent = await outbox.of_message(session, token.message_id)
        is_told = sent is not None and sent.conversation_id == conversation_id and sent.state not in _UNTOLD
        return token.message_id if is_told else None

    async def _conversation(self, session: Session, key: str) -> int | None:
        own_id = identity.digest_id("conversation", self._account, key)
        known = conversations.present(await conversations.get_many(session, [own_id]), own_id)
        return None if known is None else known.id


def _said(line: Line, sent: OutboxItem | None, kept: Sequence[KeptFile]) -> Said:
    return Said(
        id=line.external_id if sent is None else sent.payload.reply_token,
        place=f"{line.at_us}.{line.id}",
        is_ours=line.is_ours,
        text=line.text,
        at=from_us(line.at_us),
        is_automatic=line.is_automatic,
        state=None if sent is None else sent.state,
        files=tuple(map(_file, kept)),
    )


def _file(kept: KeptFile) -> SaidFile:
    return SaidFile(filename=kept.filename, content_type=kept.content_type, size=kept.size)


def _read_place(text: str) -> tuple[int, int]:
    at, dot, own = text.partition(".")
    is_place = dot and at.isascii() and at.isdigit() and own.isascii() and own.isdigit() and len(text) <= 40
    return (min(int(at), 1 << 62), min(int(own), 1 << 62)) if is_place else transcripts.NEWEST
