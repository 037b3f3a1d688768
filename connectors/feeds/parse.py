"""From a stored item to what it says. Pure: the same bytes give the same values, whenever and wherever."""

import html as entities
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from channelhub.content import charset, html
from channelhub.content.filenames import label
from channelhub.domain.inbound import (
    Attachment,
    Content,
    DeletedMessage,
    EditedMessage,
    Inbound,
    NewMessage,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.feeds.elements import Element, children, root, words
from connectors.feeds.splitting import key_of, moment

KIND = "feed"
KEY, REVISION, LANGUAGE, GONE = "key", "revision", "language", "gone"  # of the envelope
MAX_NAME_CHARS = 256
MAX_FILES = 20
_MAX_SIZE = 2**53
_FIELDS = {
    "content": "markup",
    "content:encoded": "markup",
    "dc:creator": "author",
    "dc:date": "published",
    "dc:language": "language",
    "im:rating": "rating",
    "issued": "published",
    "pubDate": "published",
    "published": "published",
}
_MARKED = frozenset({"markup"})


@dataclass(slots=True, kw_only=True)
class _Item:
    """What an item has, whichever format it is in. `markup` is HTML."""

    title: str = ""
    markup: str = ""
    plain: str = ""
    link: str = ""
    author: str = ""
    author_uri: str = ""
    author_email: str = ""
    published: str = ""
    language: str = ""
    answers: str = ""
    rating: str = ""
    files: list[Attachment] = field(default_factory=list)


class _JsonAuthor(msgspec.Struct):
    name: str | None = None
    url: str | None = None


class _JsonFile(msgspec.Struct):
    url: str
    mime_type: str = ""
    size_in_bytes: int | float = 0


class _JsonItem(msgspec.Struct):
    url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    language: str | None = None
    author: _JsonAuthor | None = None  # of version 1.0
    authors: list[_JsonAuthor] = []
    attachments: list[_JsonFile] = []


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one item says. One without words is an Unknown; what is no item raises Unparseable."""
    extra = raw.envelope.extra
    key = extra.get(KEY) or key_of(raw.delivery_id)
    if extra.get(GONE):
        return [DeletedMessage(external_id=key, at=raw.channel_time)]
    item = _read_json(raw.body) if raw.body.lstrip()[:1] == b"{" else _read_xml(raw)
    message = _message(item, key, extra)
    if not message.content.text and not message.content.subject and not message.content.attachments:
        return [Unknown(external_id=key, shape="item without words", sender=message.sender, sent_at=message.sent_at)]
    revision = extra.get(REVISION, "")
    if revision.isdigit():
        return [EditedMessage(external_id=key, revision=max(1, int(revision[:18])), message=message)]
    return [message]


def _message(item: _Item, key: str, extra: dict[str, str]) -> NewMessage:
    text = item.plain or html.read(item.markup).text.strip()
    sent_at = moment(item.published)
    shown = {"url": item.link[:1000], "rating": item.rating[:16]}
    return NewMessage(
        external_id=key,
        sender=_sender(item, key),
        content=Content(
            subject=" ".join(html.read(item.title).text.split())[:MAX_NAME_CHARS],
            text=text,
            attachments=tuple(item.files[:MAX_FILES]),
            language=(item.language or extra.get(LANGUAGE, "")).partition("-")[0].lower()[:8],
        ),
        thread=Thread(key=key_of(item.answers) if item.answers else key, message_id=key),
        sent_at=sent_at,
        extra={name: value for name, value in shown.items() if value},
    )


def _sender(item: _Item, key: str) -> Sender:
    """By the address that the feed gives of them, or by their mailbox: sites show what writers type there. Else by this
    item alone, for many share a name."""
    name, handles = item.author[:MAX_NAME_CHARS], []
    if item.author_uri:
        handles.append(Handle(kind=KIND, value=item.author_uri[:500], evidence=Evidence.CLAIMED))
    if item.author_email:
        handles.append(Handle(kind="email", value=item.author_email[:254], evidence=Evidence.CLAIMED))
    if not handles:
        handles.append(Handle(kind=KIND, value=f"item:{key}", evidence=Evidence.CHANNEL_ID))
    return Sender(name=name, handles=tuple(handles), origin=f"{KIND}:{handles[0].value}")


def _read_xml(raw: RawMessage) -> _Item:
    """The charset is the feed's own, which the item alone doesn't say."""
    text = charset.decode(raw.body, raw.content_type.partition("charset=")[2])
    top = root(text)
    if top is None or top.name not in ("item", "entry"):
        raise Unparseable("no item of a feed")
    item = _Item()
    item.language = top.attributes.get("xml:lang", "")
    for child in children(text, top.inner_start, top.end):
        _take(item, text, child, is_atom=top.name == "entry")
    return item


def _take(item: _Item, text: str, child: Element, *, is_atom: bool) -> None:
    """One element of an item."""
    value = words(text, child)
    if is_atom and child.attributes.get("type", "text") in ("text", "text/plain"):
        value = entities.escape(value)  # Atom says where there is markup, and elsewhere there is none
    if (name := _FIELDS.get(child.name)) is not None:
        setattr(item, name, entities.unescape(value) if name not in _MARKED else value)
    match child.name:
        case "title":
            item.title = item.title or value
        case "description" | "summary":
            item.markup = item.markup or value
        case "link":
            _take_link(item, child, value)
        case "enclosure" | "media:content":
            _attach(item, child.attributes.get("url", ""), child.attributes)
        case "author":
            _take_author(item, text, child, entities.unescape(value))
        case "updated":
            item.published = item.published or value
        case "thr:in-reply-to":
            item.answers = child.attributes.get("ref", "")


def _take_link(item: _Item, child: Element, value: str) -> None:
    """RSS has the address inside, Atom as an attribute, with what it is."""
    address, what = child.attributes.get("href", ""), child.attributes.get("rel", "alternate")
    if what == "enclosure":
        _attach(item, address, child.attributes)
    elif what == "alternate":
        item.link = item.link or address or entities.unescape(value)


def _take_author(item: _Item, text: str, child: Element, value: str) -> None:
    """Atom's has parts; RSS's is an address, with the name behind it in brackets."""
    parts = {one.name: words(text, one) for one in children(text, child.inner_start, child.inner_end)}
    if parts:
        item.author = item.author or parts.get("name", "")
        item.author_uri = parts.get("uri", "")
        item.author_email = parts.get("email", "")
        return
    address, _, name = value.partition("(")
    if "@" in address:
        item.author_email = address.strip()
        item.author = item.author or name.rstrip(") ")
    else:
        item.author = item.author or value


def _attach(item: _Item, address: str, attributes: dict[str, str]) -> None:
    """A file by its address. Several forms of one are one."""
    if not address.startswith(("http://", "https://")) or any(one.reference == address for one in item.files):
        return
    size = attributes.get("length") or attributes.get("fileSize") or ""
    kind = attributes.get("type", "")
    name = label(address.partition("?")[0].rpartition("/")[2]) or label(f"file.{kind.rpartition('/')[2] or 'bin'}")
    item.files.append(
        Attachment(
            filename=name,
            content_type=kind or "application/octet-stream",
            size=int(size) if size.isascii() and size.isdigit() and int(size[:20]) < _MAX_SIZE else 0,
            reference=address[:2000],
        )
    )


def _read_json(body: bytes) -> _Item:
    try:
        told = msgspec.json.decode(body, type=_JsonItem)
    except UNREADABLE as exc:
        raise Unparseable(f"no item of a JSON Feed: {str(exc)[:300]}") from exc
    author = next(iter(told.authors), told.author) or _JsonAuthor()
    item = _Item(
        title=told.title or "",
        markup=told.content_html or told.summary or "",
        plain="" if told.content_html else told.content_text or "",
        link=told.url or "",
        author=author.name or "",
        author_uri=author.url or "",
        published=told.date_published or told.date_modified or "",
        language=told.language or "",
    )
    for file in told.attachments:
        _attach(item, file.url, {"type": file.mime_type, "length": str(int(file.size_in_bytes))})
    return item
