"""A mail's HTML as it may stand in a frame: nothing of it is fetched from anywhere, and nothing runs.

It was cleaned when the mail was read (`content.html`); it is cleaned again here, by the rules of today.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import nh3

from channelhub.content.html import is_too_big

MAX_CHARS: Final = 500_000
#: Of the pictures of one mail, each as often as it is shown.
MAX_EMBEDDED_BYTES: Final = 6 * 1024 * 1024
_NO_IMAGE: Final = ("", b"")
_LINKS: Final = ("http://", "https://", "mailto:", "tel:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The body of the frame, and how many pictures were left out: they lie elsewhere, or are too large."""

    body: str
    images_left_out: int


def cited_parts(markup: str) -> list[str]:
    """The Content-IDs that its pictures name, in their order, each once (RFC 2392)."""
    found: dict[str, None] = {}

    def look(tag: str, name: str, value: str) -> str:
        if tag == "img" and name == "src" and value[:4].lower() == "cid:":
            found.setdefault(content_id(value[4:]))
        return value

    if not _is_refused(markup):
        nh3.clean(markup, attribute_filter=look, url_schemes=nh3.ALLOWED_URL_SCHEMES | {"cid"})
    return list(found)


def framed(markup: str, images: Mapping[str, tuple[str, bytes]]) -> Frame | None:
    """What to put into the frame; None where the markup is too big to be cleaned again in bounded time.

    `images` are pictures that came along, by Content-ID, as (media type, content). Links open in a tab of their own;
    those of unusual schemes and those within our own site lead nowhere.
    """
    if _is_refused(markup):
        return None
    left_out, room = 0, MAX_EMBEDDED_BYTES

    def keep(tag: str, name: str, value: str) -> str | None:
        nonlocal left_out, room
        if tag == "img" and name == "src":
            kind, content = images.get(content_id(value[4:]), _NO_IMAGE) if value[:4].lower() == "cid:" else _NO_IMAGE
            if not content or len(content) > room:
                left_out += 1
                return None
            room -= len(content)
            return f"data:{kind};base64,{b64encode(content).decode('ascii')}"
        if name in ("href", "cite"):
            return value if name == "href" and value.lower().startswith(_LINKS) else None
        return value

    body = nh3.clean(
        markup,
        attribute_filter=keep,
        url_schemes=nh3.ALLOWED_URL_SCHEMES | {"cid", "data"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Frame(body=body, images_left_out=left_out)


def content_id(name: str) -> str:
    """A Content-ID as it is compared: without brackets, in lower case."""
    return name.strip().strip("<>").lower()


def _is_refused(markup: str) -> bool:
    return len(markup) > MAX_CHARS or is_too_big(markup)
