"""What a post says in words, and the files that it names."""

import re

from channelhub.content import html
from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.mastodon.shapes import Media, Status

_TYPES = {
    "image": ("image/jpeg", "jpg"),
    "gifv": ("video/mp4", "mp4"),
    "video": ("video/mp4", "mp4"),
    "audio": ("audio/mpeg", "mp3"),
}
_UNKNOWN = ("application/octet-stream", "bin")


def text(status: Status, me: str) -> str:
    """The words without the mention of us that they begin with. Links are whole: what clients hide of them is here."""
    said = html.read(status.content).text.strip()
    if not me:
        return said
    return re.sub(rf"\A(?:@{re.escape(me)}(?:@[\w.-]+)?(?![\w@.-])\s*)+", "", said, flags=re.IGNORECASE) or said


def attachments(status: Status, warnings: list[str]) -> tuple[Attachment, ...]:
    """The files by their addresses; one that the instance hasn't fetched by that of its own instance."""
    return tuple(
        _file(media) for media in read_part(status.media_attachments, list[Media], "media_attachments", warnings) or []
    )


def _file(media: Media) -> Attachment:
    content_type, extension = _TYPES.get(media.type, _UNKNOWN)
    address = media.url or media.remote_url or ""
    name = label(address.partition("?")[0].rpartition("/")[2])
    return Attachment(
        filename=name or label(f"{media.type or 'file'}-{media.id}.{extension}"),
        content_type=content_type,
        size=0,
        reference=address,
    )
