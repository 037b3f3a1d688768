"""What a part says in words, and the files that it names."""

import html as entities
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

from channelhub.content import html
from channelhub.content.filenames import label
from channelhub.content.markup import Tag, tokens
from channelhub.domain.inbound import Attachment
from channelhub.sdk.media import HTTPS_PORT, MediaHost
from connectors.helpdesk.intercom.shapes import Id, Part, PartId

#: Where Intercom keeps files (its help page on content security policies), in every region.
HOSTS: Final = tuple(
    MediaHost(name=name)
    for name in (
        "downloads.intercomcdn.com",
        "downloads.intercomcdn.eu",
        "downloads.au.intercomcdn.com",
        "uploads.intercomcdn.com",
        "uploads.intercomcdn.eu",
        "uploads.au.intercomcdn.com",
        "uploads.intercomusercontent.com",
        "gifs.intercomcdn.com",
        "video-messages.intercomcdn.com",
        ".intercom-attachments.eu",
        ".au.intercom-attachments.com",
        *(f".intercom-attachments-{number}.com" for number in range(1, 10)),
    )
)
MAX_FILES: Final = 50  # of one part
_MAX_SIZE: Final = 2**53
_TYPES: Final = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}


def text(markup: str | None) -> str:
    """The words of Intercom's HTML."""
    return html.read(markup or "").text.strip()


def files(part: Part, conversation_id: Id) -> tuple[Attachment, ...]:
    """Attached files, and the pictures among the words that lie at Intercom: those elsewhere are of letterheads.

    An address is signed and lives for a while. `#conversation/part/number` after it says how to ask for a fresh one.
    """
    found = [_attached(part, number) for number in range(len(part.attachments or ()))]
    found += [_picture(address) for address in _pictures(part.body or "")]
    return tuple(
        _named(file, conversation_id, part.id, number)
        for number, file in enumerate(found[:MAX_FILES])
        if file.reference
    )


def _attached(part: Part, number: int) -> Attachment:
    file = (part.attachments or ())[number]
    return Attachment(
        filename=label(file.name or "") or f"file-{number + 1}",
        content_type=(file.content_type or "application/octet-stream")[:100],
        size=min(max(0, file.filesize or 0), _MAX_SIZE),
        reference=urldefrag(file.url or "").url if _is_address(file.url or "") else "",
    )


def _picture(address: str) -> Attachment:
    name = label(unquote(urlsplit(address).path.rpartition("/")[2]))
    return Attachment(
        filename=name or "picture",
        content_type=_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream"),
        size=0,
        is_inline=True,
        reference=urldefrag(address).url,
    )


def _pictures(markup: str) -> list[str]:
    sources = (
        entities.unescape(dict(token.attributes).get("src", ""))
        for token in tokens(markup[: html.MAX_CHARS])
        if isinstance(token, Tag) and token.name == "img" and not token.is_end
    )
    return [address for address in sources if _is_intercom(address)]


def _is_intercom(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port or HTTPS_PORT
    except ValueError:
        return False
    return any(one.covers(scheme=parts.scheme, host=host, port=port) for one in HOSTS)


def _is_address(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _named(file: Attachment, conversation_id: Id, part_id: PartId, number: int) -> Attachment:
    return replace(file, reference=f"{file.reference}#{conversation_id}/{part_id}/{number}")
