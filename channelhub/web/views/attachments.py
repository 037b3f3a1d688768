"""Files as the API shows them: those of a message, and those that were only named."""

from collections.abc import Mapping, Sequence

import msgspec

from channelhub.domain.inbound import Attachment
from channelhub.domain.media import MediaReason, MediaState
from channelhub.store.media import MediaItem, MediaStatus

_NEVER_QUEUED = MediaStatus(
    state=MediaState.REFUSED, reason=MediaReason.OFF, detail="it came before files were fetched: try it again"
)


class AttachmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A file. `url` is null where it isn't here: the channel named it only, and `status` says what became of it."""

    n: int
    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    url: str | None
    status: str  # stored; else pending, refused, failed
    reason: str  # why it isn't here, in a word: too-large, expired, …; while pending: of the last try
    detail: str  # the same in a sentence for an operator


class NamedFileView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that its message only named. `size` is in bytes as the message said, 0 where it didn't."""

    message_id: str
    n: int
    account: str
    filename: str
    content_type: str
    size: int
    status: str  # pending, refused, failed, stored
    reason: str  # a word; while pending: of the last try
    detail: str
    tries: int


class NamedFilePage(msgspec.Struct, frozen=True, kw_only=True):
    """In the order of their messages. `next` is what to pass as `after`; null at the end."""

    items: list[NamedFileView]
    next: str | None


def attachment_views(
    message_id: int, attachments: Sequence[Attachment], media: Mapping[int, MediaStatus]
) -> list[AttachmentView]:
    """The files in their order, each with what became of fetching it."""
    return [_attachment(message_id, n, attached, media.get(n, _NEVER_QUEUED)) for n, attached in enumerate(attachments)]


def named_file(one: MediaItem) -> NamedFileView:
    return NamedFileView(
        message_id=str(one.message_id),
        n=one.n,
        account=one.account,
        filename=one.file.filename,
        content_type=one.file.content_type,
        size=one.file.size,
        status=str(one.state),
        reason=str(one.reason),
        detail=one.detail,
        tries=one.tries,
    )


def page(found: list[MediaItem], *, limit: int) -> NamedFilePage:
    last = f"{found[-1].message_id}.{found[-1].n}" if len(found) == limit else None
    return NamedFilePage(items=[named_file(one) for one in found], next=last)


def _attachment(message_id: int, n: int, one: Attachment, status: MediaStatus) -> AttachmentView:
    return AttachmentView(
        n=n,
        filename=one.filename,
        content_type=one.content_type,
        size=one.size,
        sha256=one.sha256,
        inline=one.is_inline,
        url=f"/api/v1/messages/{message_id}/attachments/{n}" if one.sha256 else None,
        status=str(MediaState.STORED if one.sha256 else status.state),
        reason="" if one.sha256 else str(status.reason),
        detail="" if one.sha256 else status.detail,
    )
