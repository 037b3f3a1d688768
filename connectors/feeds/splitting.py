"""A feed's bytes as its items', each as it stands in the feed. Pure, linear, and blind to what the items say.

The text is looked at as Latin-1, in which every byte is a character: what marks items is ASCII in all charsets that
feeds are in but UTF-16, which is made UTF-8 first.
"""

import codecs
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import msgspec

from channelhub.content import dates
from channelhub.sdk.json_parts import UNREADABLE
from connectors.feeds.elements import Element, children, root, words

MAX_ITEMS = 1000
MAX_TAGS = 100_000
MAX_ITEM_BYTES = 256 * 1024
XML, JSON = "application/xml", "application/feed+json"
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_ITEMS = frozenset({"item", "entry", "at:deleted-entry", "deleted-entry"})
_SAID = ("title", "description", "content:encoded", "summary", "content", "im:rating")
_NAMED = ("guid", "id", "link")
_DATED = ("published", "pubDate", "dc:date", "issued", "updated", "modified")


class NotAFeed(ValueError):
    """The bytes are no feed that we know: a page, something else, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`key` names it in its feed, `says` is a digest of its words; `at` is when, as its writer has it."""

    key: str
    says: str
    body: bytes
    at: datetime | None = None
    is_gone: bool = False  # the feed says that it was deleted (RFC 6721)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed taken apart. `content_type` is that of each item's body; `ttl_s` how long it asks to be left alone."""

    items: tuple[Item, ...]
    content_type: str
    ttl_s: float = 0.0


class _JsonFeed(msgspec.Struct):
    items: list[msgspec.Raw]


class _JsonItem(msgspec.Struct):
    id: str | int | float = ""
    url: str = ""
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None


def split(body: bytes, charset: str = "") -> Feed:
    """`charset` is what the server says, believed where the feed says nothing. Raises NotAFeed."""
    if body.lstrip()[:1] == b"{":
        return _split_json(body)
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            body, charset = body[2:].decode(codec, "replace").encode(), "utf-8"
            return _split_xml(body, charset)
    body = body.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARED.match(body)
    return _split_xml(body, declared[1].decode() if declared else charset or "utf-8")


def _split_xml(body: bytes, charset: str) -> Feed:
    if body.count(b"<") > MAX_TAGS:
        raise NotAFeed(f"a document of more than {MAX_TAGS} tags")
    text = body.decode("latin-1")
    top = root(text)
    if top is None or top.name.lower() not in ("rss", "feed", "rdf"):
        raise NotAFeed(f"the document begins with <{top.name[:40]}>" if top else "no XML and no JSON")
    ttl_s = 0.0
    found: list[Item] = []
    pieces = [top]
    if top.name.lower() == "rss":
        inside = children(text, top.inner_start, top.inner_end)
        pieces = list(islice((one for one in inside if one.name == "channel"), 1))
    for piece in pieces:
        inner_end = piece.inner_end if piece.inner_end > piece.inner_start else len(text)
        for element in children(text, piece.inner_start, inner_end):
            is_whole = element.end > element.inner_start or text.endswith("/>", 0, element.end)
            if element.name in _ITEMS and is_whole and len(found) < MAX_ITEMS:
                found.append(_item(text, element))
            elif element.name == "ttl" and words(text, element).isdigit():
                ttl_s = 60.0 * int(words(text, element)[:6])
    return Feed(items=tuple(found), content_type=f"{XML}; charset={charset}", ttl_s=ttl_s)


def _item(text: str, element: Element) -> Item:
    body = text[element.start : element.end].encode("latin-1")[:MAX_ITEM_BYTES]
    if element.name.endswith("deleted-entry"):
        ref = element.attributes.get("ref", "")
        return Item(key=key_of(ref or body.decode("latin-1")), says="gone", body=body, is_gone=True)
    fields: dict[str, str] = {}
    for child in children(text, element.inner_start, element.inner_end):
        value = words(text, child) or (child.attributes.get("href", "") if child.name == "link" else "")
        fields.setdefault(child.name, value)
    named = next((fields[name] for name in _NAMED if fields.get(name)), "")
    said = "\0".join(fields.get(name, "") for name in _SAID)
    at = next((fields[name] for name in _DATED if fields.get(name)), "")
    return Item(key=key_of(named or said), says=_digest(said), body=body, at=moment(at))


def _split_json(body: bytes) -> Feed:
    try:
        feed = msgspec.json.decode(body, type=_JsonFeed)
    except UNREADABLE as exc:
        raise NotAFeed("JSON, and no JSON Feed") from exc
    found = []
    for raw in feed.items[:MAX_ITEMS]:
        try:
            item = msgspec.json.decode(raw, type=_JsonItem)
        except UNREADABLE:
            found.append(Item(key=_digest(bytes(raw).decode("latin-1"))[:32], says="", body=bytes(raw)))
            continue
        said = "\0".join(filter(None, (item.title, item.content_html, item.content_text, item.summary)))
        key = key_of(str(item.id) or item.url or said)
        found.append(Item(key=key, says=_digest(said), body=bytes(raw), at=moment(item.date_published or "")))
    return Feed(items=tuple(found), content_type=JSON)


def key_of(name: str) -> str:
    """What an item is called by, of whatever length its name is."""
    return hashlib.sha256(name.strip().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest(said: str) -> str:
    """White space says nothing: programs set the same words anew."""
    return hashlib.sha256(" ".join(said.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def moment(text: str) -> datetime | None:
    """When that is, in whatever form feeds write it (RFC 3339, RFC 822 and worse); None for anything else."""
    text = text.strip()[:100]
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return dates.read(text.encode("utf-8", "replace"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
