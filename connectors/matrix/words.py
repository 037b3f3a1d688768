"""What a message says in words, and the files that it names."""

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.matrix.shapes import Content, Info, Relation

#: Types of messages with a file: its type where none is told, and the extension where it has no name.
_FILES = {
    "m.image": ("image/jpeg", "jpg"),
    "m.video": ("video/mp4", "mp4"),
    "m.audio": ("audio/ogg", "ogg"),
    "m.file": ("application/octet-stream", "bin"),
    "m.sticker": ("image/png", "png"),
}
WORDS = frozenset({"m.text", "m.notice", "m.emote", "m.location"})
KINDS = WORDS | _FILES.keys()
_MAX_SIZE = 2**53


def text(content: Content, relation: Relation, warnings: list[str]) -> str:
    """The words, or what stands for them; empty where a file is all there is."""
    match content.msgtype:
        case "m.location":
            point = read_part(content.geo_uri, str, "geo_uri", warnings) or ""
            place = point.removeprefix("geo:").partition(";")[0]
            return "\n".join(filter(None, (content.body, f"📍 {place}" if place else "")))
        case "m.emote":
            return f"* {content.body}"
        case "m.sticker":
            return f"[sticker: {content.body}]" if content.body else "[sticker]"
        case kind if kind in _FILES:
            name = read_part(content.filename, str, "filename", warnings)
            return content.body if name and name != content.body else ""
    return _unquoted(content.body) if relation.in_reply_to else content.body


def attachments(content: Content, warnings: list[str]) -> tuple[Attachment, ...]:
    """The file by its mxc address. `size` is what the sender's client said."""
    if content.msgtype not in _FILES:
        return ()
    content_type, extension = _FILES[content.msgtype]
    info = read_part(content.info, Info, "info", warnings) or Info()
    name = read_part(content.filename, str, "filename", []) or ("" if content.msgtype == "m.sticker" else content.body)
    address = read_part(content.url, str, "url", warnings) or ""
    if not address:
        warnings.append("the file is encrypted: the hub can't read it" if bytes(content.file) else "a file without url")
    return (
        Attachment(
            filename=label(name) or f"{content.msgtype.removeprefix('m.')}.{extension}",
            content_type=info.mimetype or content_type,
            size=info.size if 0 < info.size < _MAX_SIZE else 0,
            reference=address,
        ),
    )


def _unquoted(body: str) -> str:
    """Without the lines that old clients put before an answer (spec.matrix.org, Fallbacks for rich replies)."""
    if not body.startswith("> "):
        return body
    lines = body.split("\n")
    said = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[said:]).lstrip("\n") or body
