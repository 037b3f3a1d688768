"""Attached files of a reading go into the blob folder before a row names them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from channelhub.domain.inbound import Attachment, Content, EditedMessage, Inbound, NewMessage
from channelhub.pipeline.wire import Reading


def has_files(reading: Reading) -> bool:
    """Whether any of its messages has attachments."""
    return any(content.attachments for content in map(_content, reading.items) if content)


def names_files(attachments: Sequence[Attachment]) -> bool:
    """Whether some were named only, without their bytes."""
    return any(one.reference and not one.sha256 for one in attachments)


def _content(item: Inbound) -> Content | None:
    message = item.message if isinstance(item, EditedMessage) else item
    return message.content if isinstance(message, NewMessage) else None


def stored_files(item: Inbound, put: Callable[[bytes], str]) -> Inbound:
    """The item with its files' bytes handed to `put`, which gives the name they are found by."""
    if isinstance(item, EditedMessage):
        message = stored_files(item.message, put)
        assert isinstance(message, NewMessage)
        return replace(item, message=message)
    if not isinstance(item, NewMessage):
        return item
    attachments = tuple(_stored_file(one, put) for one in item.content.attachments)
    return replace(item, content=replace(item.content, attachments=attachments))


def _stored_file(attachment: Attachment, put: Callable[[bytes], str]) -> Attachment:
    if attachment.content is None:
        return attachment
    return replace(attachment, sha256=put(attachment.content), content=None)
