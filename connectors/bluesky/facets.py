"""Links and mentions in texts: by offsets into the text's UTF-8 bytes, both ways."""

import re
from collections.abc import Sequence
from typing import Any

from connectors.bluesky.shapes import Facet

_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]}»]")


def whole(text: str, facets: Sequence[Facet], me: str) -> str:
    """The text with links in full, where clients shorten them, and without the mention of us that it begins with."""
    data, out, at = text.encode("utf-8", "replace"), [], 0
    for facet in sorted(facets, key=lambda one: one.index.byte_start):
        start, end = facet.index.byte_start, facet.index.byte_end
        if not at <= start < end <= len(data):
            continue  # beyond the text, or over another: nobody could say what is meant
        link = next((one.uri for one in facet.features if one.type.endswith("#link") and one.uri), "")
        is_us = bool(me) and any(one.did == me for one in facet.features)
        if is_us and not data[:start].strip():
            at = end
        elif link:
            out += [data[at:start], link.encode("utf-8", "replace")]
            at = end
    return b"".join([*out, data[at:]]).decode("utf-8", "replace").strip() or text


def of_links(text: str) -> list[dict[str, Any]]:
    """What makes the links of a text links."""
    found = []
    for match in _LINK.finditer(text):
        start = len(text[: match.start()].encode("utf-8", "replace"))
        index = {"byteStart": start, "byteEnd": start + len(match[0].encode("utf-8", "replace"))}
        found.append({"index": index, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": match[0]}]})
    return found
