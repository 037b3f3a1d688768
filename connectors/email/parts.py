"""The MIME parts of an answer (RFC 2045 to 2049, 2231): text, its HTML twin, and files. Pure, ASCII, CRLF."""

import base64
import hashlib
import re
from dataclasses import dataclass
from email import quoprimime
from urllib.parse import quote

from channelhub.content.filenames import label
from channelhub.domain.outbound import OutgoingFile

_TEXT_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_MEDIA_TYPE = re.compile(
    r"(?!message/|multipart/)[a-z0-9][a-z0-9!#$&^_.+\-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+\-]{0,126}\Z"
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ._\-()]{1,60}\Z")
_MAX_PLAIN_LINE = 900  # a line holds 998 (RFC 5322 §2.1.1)
_PIECE_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The headers of a part, each with its CRLF, and its encoded body."""

    headers: str
    body: bytes

    def whole(self) -> bytes:
        return self.headers.encode("ascii") + b"\r\n" + self.body


def text_part(text: str, subtype: str) -> Part:
    """Text in UTF-8; 8-bit is avoided, because not every relay takes it. No line of it can be a boundary of ours."""
    encoding, body = _encoded(text)
    headers = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n'
    return Part(headers=headers, body=body)


def file_part(file: OutgoingFile) -> Part:
    """A file to save. Whole mails go as plain bytes: RFC 2046 §5.2.1 forbids to encode a message/rfc822."""
    media_type = file.content_type.strip().lower()
    if not _MEDIA_TYPE.match(media_type):
        media_type = "application/octet-stream"
    headers = (
        f"Content-Type: {media_type}\r\n"
        f"Content-Disposition: attachment{_filename(label(file.filename) or 'file')}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
    )
    return Part(headers=headers, body=base64.encodebytes(file.content).replace(b"\n", b"\r\n"))


def joined(subtype: str, parts: tuple[Part, ...], *, name: str) -> Part:
    """Parts in one. `name` must differ between the joints of a mail; the same one gives the same boundary."""
    boundary = f"=_{hashlib.sha256(f'{subtype}:{name}'.encode()).hexdigest()[:32]}"  # RFC 2045 §6.7: in no encoded line
    between = f"--{boundary}\r\n".encode()
    body = b"".join(between + part.whole() + (b"" if part.body.endswith(b"\r\n") else b"\r\n") for part in parts)
    headers = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n'
    return Part(headers=headers, body=body + f"--{boundary}--\r\n".encode())


def _encoded(text: str) -> tuple[str, bytes]:
    plain = _TEXT_CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n") + "\n"
    lines = plain.split("\n")
    if plain.isascii() and "=_" not in plain and max(map(len, lines)) <= _MAX_PLAIN_LINE:
        return "7bit", "\r\n".join(lines).encode("ascii")
    data = "\r\n".join(lines).encode("utf-8")
    if sum(byte > 127 for byte in data) * 6 > len(data):  # then base64 is the shorter one
        return "base64", base64.encodebytes(data).replace(b"\n", b"\r\n")
    quoted = quoprimime.body_encode(data.decode("latin-1").replace("\r\n", "\n"), eol="\r\n")
    return "quoted-printable", quoted.encode("ascii")


def _filename(name: str) -> str:
    """The parameter: as it is where it is plain, else in pieces of percent-encoded UTF-8 (RFC 2231 §3, §4)."""
    if _PLAIN_NAME.match(name):
        return f';\r\n filename="{name}"'
    encoded = quote(name, safe="", errors="replace")
    pieces = re.findall(rf"(?:%[0-9A-F]{{2}}|[^%]){{1,{_PIECE_CHARS // 3}}}", encoded)
    if len(pieces) == 1:
        return f";\r\n filename*=utf-8''{encoded}"
    starts = ("utf-8''", *("" for _ in pieces[1:]))
    return "".join(
        f";\r\n filename*{place}*={start}{piece}"
        for place, (start, piece) in enumerate(zip(starts, pieces, strict=True))
    )
