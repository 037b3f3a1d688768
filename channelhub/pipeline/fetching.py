"""What became of a file that its message only named is written down, and told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from channelhub.domain.events.attachments import AttachmentData, AttachmentFailed, AttachmentStored
from channelhub.domain.media import MediaReason, MediaState
from channelhub.domain.times import to_us
from channelhub.store import events, media, messages, people
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.media import MediaItem


async def is_moot(session: Session, item: MediaItem) -> bool:
    """Whether a file need not be written any more: a replay may have put another in its place meanwhile."""
    fresh = await media.get(session, item.message_id, item.n)
    return fresh is None or fresh.state is not MediaState.PENDING or fresh.file.reference != item.file.reference


async def stored(session: Session, item: MediaItem, *, sha256: str, size: int, now: datetime) -> None:
    """The file is on disk: its message has it from this commit on."""
    await media.store(session, item, sha256=sha256, size=size, at_us=to_us(now))
    await _tell(session, item, now, lambda about: AttachmentStored(**about, sha256=sha256, size=size))


async def given_up(
    session: Session, item: MediaItem, *, state: MediaState, reason: MediaReason, detail: str, tries: int, now: datetime
) -> None:
    """The file is refused, or can't be had."""
    await media.settle(session, item, state=state, reason=reason, detail=detail, tries=tries, at_us=to_us(now))
    await _tell(session, item, now, lambda about: AttachmentFailed(**about, status=state, reason=reason))


async def _tell(
    session: Session, item: MediaItem, now: datetime, payload: Callable[[dict[str, Any]], AttachmentData]
) -> None:
    message = await messages.get(session, item.message_id)
    assert message is not None, "a message's files go with it"
    owner = (await people.identities(session, [message.identity_id])).get(message.identity_id)
    about = {
        "message_id": str(message.id),
        "n": item.n,
        "customer_id": str(owner.customer_id if owner else message.identity_id),
        "conversation_id": None if message.conversation_id is None else str(message.conversation_id),
        "account": message.account,
        "channel": message.channel,
    }
    told = NewEvent(at=now, account=message.account, identity_id=message.identity_id, data=payload(about))
    await events.append(session, [told])
