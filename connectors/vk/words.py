"""What a message says in words."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from channelhub.sdk.json_parts import read_part
from connectors.vk.attached import Found
from connectors.vk.shapes import Geo, Message, Quoted

MAX_DEPTH: Final = 4  # of messages that forward messages
_MENTION: Final = re.compile(r"\[(?:id|club|public|event)\d{1,20}\|([^\]\n]{1,200})\]")
_ESCAPED: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))


def plain(text: str) -> str:
    """A text of VK as its reader sees it: some versions escape it, mentions carry the name beside the id."""
    for written, meant in _ESCAPED:
        text = text.replace(written, meant)
    return _MENTION.sub(r"\1", text)


def said(message: Message, found: Found) -> str:
    """The words, with what stands for attachments, places and forwarded messages; empty where files are all."""
    found.take(message.attachments)
    lines = [plain(message.text), *found.lines]
    geo = read_part(message.geo, Geo, "geo", found.warnings)
    if geo is not None:
        title = geo.place.title if geo.place else ""
        lines += [title, f"📍 {geo.coordinates.latitude:.6f}, {geo.coordinates.longitude:.6f}"]
    return "\n".join(line for line in (*lines, *_forwarded(message.fwd_messages, found, 1)) if line)


def _forwarded(raw: msgspec.Raw, found: Found, depth: int) -> Iterator[str]:
    """Each line of forwarded messages behind as many `>` as messages hold it."""
    if depth > MAX_DEPTH:
        return
    for one in read_part(raw, list[msgspec.Raw], "fwd_messages", found.warnings) or ():
        quoted = read_part(one, Quoted, "fwd_messages", found.warnings)
        if quoted is None:
            continue
        before = len(found.lines)
        found.take(quoted.attachments)
        for line in (*plain(quoted.text).splitlines(), *found.lines[before:]):
            yield f"{'>' * depth} {line}"
        yield from _forwarded(quoted.fwd_messages, found, depth + 1)
