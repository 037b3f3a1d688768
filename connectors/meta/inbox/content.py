"""What a message of the platform says and carries."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from connectors.meta.inbox.shapes import File

#: The type where the platform says none, and the extension of the name that such a file gets.
_TYPES = {
    "image": ("image/jpeg", "jpg"),
    "video": ("video/mp4", "mp4"),
    "audio": ("audio/mp4", "m4a"),
    "file": ("application/octet-stream", "bin"),
    "story_mention": ("application/octet-stream", "bin"),
}


def words(text: str, attached: Sequence[File], *, is_unsupported: bool) -> str:
    """The text, and a line for each attachment that is no file: a place, a link, a shared post."""
    lines = [text, *(_line(one) for one in attached)]
    said = "\n".join(line for line in lines if line)
    return said or ("[unsupported]" if is_unsupported else "")


def files(attached: Sequence[File]) -> tuple[Attachment, ...]:
    """The files, each as a reference: the address, which Meta takes back after a while."""
    found = []
    for number, one in enumerate(attached, start=1):
        url = one.payload.url if one.payload else ""
        if one.type not in _TYPES or not url:
            continue
        content_type, extension = _TYPES[one.type]
        last = label(urlsplit(url).path.rpartition("/")[2]) if one.type == "file" else ""
        name = last if "." in last else f"{one.type}-{number}.{extension}"
        found.append(Attachment(filename=name, content_type=content_type, size=0, reference=url))
    return tuple(found)


def _line(one: File) -> str:
    payload = one.payload
    if payload and payload.coordinates:
        at = payload.coordinates
        return f"📍 {at.lat:.6f}, {at.long:.6f}"
    if one.type == "like_heart":
        return "❤"
    if one.type == "story_mention":
        return "[story mention]"
    if one.type in _TYPES:
        return ""
    title = one.title or (payload.title if payload else "")
    address = one.url or (payload.url if payload else "")
    return " ".join(filter(None, (f"[{one.type or 'attachment'}]", title, address)))
