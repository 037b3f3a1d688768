"""A mail put together again from what a service made of it, where the service keeps the mail itself to itself. Pure.

The result goes the way of every mail: its text is the service's, its headers are the mail's own.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from channelhub.content.charset import decode
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.email.posted import form
from connectors.email.posted.form import Field

MOST_HEADERS: Final = 500
MOST_FILES: Final = 200
#: Of the headers these say how the mail was packed, which it isn't any more.
_PACKING: Final = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})
_NAME: Final = re.compile(r"[!-9;-~]{1,100}", re.ASCII)
_BREAKS: Final = re.compile(r"[\r\n\x00]+")
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}", re.ASCII)

Headers = Sequence[tuple[str, str]]


class _Named(msgspec.Struct, frozen=True):
    name: str = msgspec.field(name="Name", default="")
    value: str = msgspec.field(name="Value", default="")


class _Attached(msgspec.Struct, frozen=True, rename="pascal"):
    name: str = ""
    content: str = ""
    data: str = ""  # where the dashboard's test post has it
    content_type: str = ""
    content_id: str = msgspec.field(name="ContentID", default="")


class _Postmark(msgspec.Struct, frozen=True, rename="pascal"):
    sender: str = msgspec.field(name="From", default="")
    to: str = ""
    cc: str = ""
    subject: str = ""
    message_id: str = msgspec.field(name="MessageID", default="")
    reply_to: str = ""
    date: str = ""
    text_body: str = ""
    html_body: str = ""
    headers: tuple[_Named, ...] = ()
    attachments: tuple[_Attached, ...] = ()
    sender_full: msgspec.Raw = msgspec.field(name="FromFull", default=msgspec.Raw())


class _Full(msgspec.Struct, frozen=True, rename="pascal"):
    email: str = ""
    name: str = ""


def mailgun(fields: dict[str, Field]) -> bytes:
    """Of a route's post without `body-mime`: all of it is UTF-8. Raises Unparseable."""
    try:
        listed = msgspec.json.decode(_bytes(fields, "message-headers") or b"[]", type=list[tuple[str, str]])
    except UNREADABLE as exc:
        raise Unparseable("message-headers of Mailgun's post can't be read") from exc
    if not listed and "from" not in fields:
        raise Unparseable("no mail of Mailgun's: neither its headers nor its sender")
    headers = listed or [("From", _utf8(fields, "from")), ("Subject", _utf8(fields, "subject"))]
    files = [one for name, one in fields.items() if name.startswith("attachment-") and one.filename]
    return mail(headers, text=_utf8(fields, "body-plain"), html=_utf8(fields, "body-html"), files=files)


def sendgrid(fields: dict[str, Field]) -> bytes:
    """Of an inbound parse without `email`: each text is in the charset that `charsets` names. Raises Unparseable."""
    try:
        charsets = msgspec.json.decode(_bytes(fields, "charsets") or b"{}", type=dict[str, str])
    except UNREADABLE:
        charsets = {}
    block = _bytes(fields, "headers").decode("utf-8", "replace")
    headers = list(_unfolded(block))
    if not headers and "from" not in fields:
        raise Unparseable("no mail of SendGrid's: neither its headers nor its sender")

    def said(name: str) -> str:
        return decode(_bytes(fields, name), charsets.get(name, "utf-8"))

    have = {name.lower() for name, _ in headers}
    headers += [(name.title(), said(name)) for name in ("from", "to", "cc", "subject") if name not in have]
    files = [one for name, one in fields.items() if re.fullmatch(r"attachment\d+", name) and one.filename]
    return mail(headers, text=said("text"), html=said("html"), files=files)


def postmark(body: bytes) -> bytes:
    """Of an inbound message without `RawEmail`. Raises Unparseable."""
    try:
        post = msgspec.json.decode(body, type=_Postmark)
        full = msgspec.json.decode(post.sender_full, type=_Full) if bytes(post.sender_full) else _Full()
    except UNREADABLE as exc:
        raise Unparseable(f"no post of Postmark: {str(exc)[:200]}") from exc
    if not post.sender:
        raise Unparseable("a mail of Postmark's without its sender")
    sender = f'"{full.name.translate(_QUOTED)}" <{full.email}>' if full.name and full.email else post.sender
    lifted = (("From", sender), ("To", post.to), ("Cc", post.cc), ("Subject", post.subject), ("Date", post.date),
              ("Reply-To", post.reply_to))  # fmt: skip
    headers = [(one.name, one.value) for one in post.headers] + [pair for pair in lifted if pair[1]]
    files = [_file(one) for one in post.attachments[:MOST_FILES]]
    return mail(headers, text=post.text_body, html=post.html_body, files=files)


_QUOTED: Final = str.maketrans({'"': "'", "\\": "/"})


def mail(headers: Headers, *, text: str, html: str, files: Iterable[Field]) -> bytes:
    """The bytes of a mail of these parts. The same parts give the same bytes."""
    lines = [
        f"{name}: {_BREAKS.sub(' ', value)}"
        for name, value in headers[:MOST_HEADERS]
        if _NAME.fullmatch(name) and name.lower() not in _PACKING
    ]
    parts = [_part("text/plain; charset=utf-8", text.encode("utf-8", "replace"))] if text or not html else []
    if html:
        parts.append(_part("text/html; charset=utf-8", html.encode("utf-8", "replace")))
    boundary = hashlib.sha256(b"\0".join(parts)).hexdigest()[:40]
    bodies = [_packed(parts, "alternative", f"a{boundary}")]
    bodies += [_attached(one) for one in list(files)[:MOST_FILES]]
    head = "\r\n".join([*lines, "MIME-Version: 1.0"]).encode("utf-8", "replace")
    return head + b"\r\n" + _packed(bodies, "mixed", f"m{boundary}")


def _packed(parts: Sequence[bytes], kind: str, boundary: str) -> bytes:
    if len(parts) == 1:
        return parts[0]
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + inner
        + f"--{boundary}--\r\n".encode()
    )


def _part(kind: str, content: bytes, *more: str) -> bytes:
    head = "\r\n".join([f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *more])
    return head.encode() + b"\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _attached(file: Field) -> bytes:
    kind = file.content_type if _TOKEN.fullmatch(file.content_type) else "application/octet-stream"
    name = base64.b64encode(file.filename[:200].encode("utf-8", "replace")).decode()
    return _part(kind, file.content, f'Content-Disposition: attachment; filename="=?utf-8?B?{name}?="')


def _file(one: _Attached) -> Field:
    try:
        content = base64.b64decode(one.content or one.data, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return Field(content=content, filename=one.name or "file", content_type=one.content_type)


def _unfolded(block: str) -> Iterable[tuple[str, str]]:
    """The headers of a block of text, continued lines joined."""
    text = re.sub(r"\r?\n[ \t]+", " ", block)
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _bytes(fields: dict[str, Field], name: str) -> bytes:
    return fields[name].content if name in fields else b""


def _utf8(fields: dict[str, Field], name: str) -> str:
    return _bytes(fields, name).decode("utf-8", "replace")


def of_form(provider: str, body: bytes, content_type: str) -> bytes:
    """Raises Unparseable."""
    fields = form.read(body, content_type)
    return mailgun(fields) if provider == "mailgun" else sendgrid(fields)
