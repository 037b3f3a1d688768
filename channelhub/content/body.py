"""What a person wrote and attached, out of the parts of a mail (RFC 2046 §5.1, RFC 2183)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.content import filenames, flowed, headerblock, html, rtf
from channelhub.content.encodedwords import clean
from channelhub.content.mime import Mail, Part

#: Parts that carry words, as far as a mail reader shows them in its body.
_TEXTS: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/rtf"})
#: Other forms of the text beside it (AMP, watches), which are neither words nor files of their own.
_VARIANTS: Final = frozenset({"text/x-amp-html", "text/watch-html"})
#: Parts that only describe the mail around them.
_SILENT: Final = frozenset({"message/disposition-notification", "application/pgp-encrypted"})
#: Names for files that came without one; those without a stem get a number.
_NAMES: Final = {
    "message/delivery-status": ".txt", "text/html": ".html", "text/csv": ".csv",
    "text/calendar": "invite.ics", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic", "image/tiff": ".tif", "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3", "audio/amr": ".amr", "video/mp4": ".mp4", "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/pgp-signature": "signature.asc", "application/pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m",
    "application/ms-tnef": "winmail.dat",
}  # fmt: skip
_MAILS: Final = frozenset({"message/rfc822", "message/global", "message/news"})
_MAX_HEADERS_BYTES: Final = 64 * 1024
MAX_TEXT_CHARS: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment. `filename` is a safe label, empty where the sender gave none and none can be derived."""

    filename: str
    content_type: str
    content: bytes
    is_inline: bool
    content_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`text` holds everything in reading order."""

    text: str
    marks: tuple[int, ...]  # as `html.Page.marks`, where a shown part is HTML
    html: str  # sanitized
    files: tuple[File, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    marks: tuple[int, ...] = ()
    safe: str = ""
    is_rich: bool = False


def read(mail: Mail, spare: Sequence[Part] = ()) -> Body:
    """The body and the attachments of a mail. `spare` holds words for a mail that has none, the best first."""
    shown: list[Part] = []
    words = _words(mail.root, shown)
    shown_ids = {id(part) for part in shown}
    safe = "\n".join(one.safe for one in words if one.safe)
    files = tuple(
        _file(part, number, safe)
        for number, part in enumerate((p for p in mail.root.walk() if not p.children), 1)
        if id(part) not in shown_ids and _is_file(part)
    )
    if not _has_text(words):
        words = next((found for part in spare if _has_text(found := _words(part, []))), _named_text(mail))
    told = [one for one in words if one.text.strip()]
    text = "\n".join(one.text.strip("\n") for one in told)
    warnings: list[str] = []
    if any(one.is_rich and one.text and not one.safe for one in words):
        warnings.append("the HTML is too large to be kept")
    if len(text) > MAX_TEXT_CHARS:
        warnings.append("the text was cut")
    return Body(
        text=text[:MAX_TEXT_CHARS],
        marks=_marks(told),
        html="\n".join(one.safe for one in words if one.safe),
        files=files,
        warnings=tuple(warnings),
    )


def _marks(words: list[_Words]) -> tuple[int, ...]:
    if not any(one.marks for one in words):
        return ()
    return tuple(mark for one in words for mark in one.marks or (0,) * (one.text.strip("\n").count("\n") + 1))


def _has_text(words: list[_Words]) -> bool:
    return any(one.text.strip() for one in words)


def _words(part: Part, shown: list[Part]) -> list[_Words]:
    """The words of this part in order; the parts they come from are added to `shown`."""
    if not part.children:
        return _leaf(part, shown)
    if part.content_type != "multipart/alternative":
        return [word for child in part.children for word in _words(child, shown)]
    shown += [child for child in part.children if child.content_type in _VARIANTS and not child.filename]
    variants = [_words(child, shown) for child in part.children]
    plain = next((v for v in variants if v and not any(w.is_rich for w in v) and any(w.text.strip() for w in v)), None)
    rich = next((v for v in reversed(variants) if any(w.is_rich for w in v)), None)
    if plain is None or rich is None:
        return plain or rich or []
    safe = "\n".join(word.safe for word in rich if word.safe)
    return [_Words(plain[0].text, safe=safe), *plain[1:]]


def _leaf(part: Part, shown: list[Part]) -> list[_Words]:
    if part.content_type not in _TEXTS or part.disposition == "attachment" or (part.filename and part.disposition):
        return []
    if part.filename and not part.headers.fields:
        return []
    shown.append(part)
    text = part.text
    if part.content_type != "text/html":
        return [_Words(_plain(part, text))]
    page = html.read(text)
    return [_Words(page.text, page.marks, page.safe, is_rich=True)]


def _plain(part: Part, text: str) -> str:
    """The words of a text that is no HTML."""
    if part.content_type in ("text/enriched", "text/richtext"):  # RFC 1896: `<<` is a literal `<`
        return html.strip(text.replace("&", "&amp;").replace("<<", "&lt;"))
    if part.content_type == "text/rtf":
        return rtf.read(part.content).text
    if flowed.is_flowed(part.parameters):
        return flowed.joined(text, drops_space=part.parameters.get("delsp", "").strip().lower() == "yes")
    return text


def _named_text(mail: Mail) -> list[_Words]:
    """The first text that came as a file: where there is no other, it is what the sender wanted read."""
    part = next((part for part in mail.root.walk() if part.content_type == "text/plain" and part.body.strip()), None)
    return [_Words(part.text)] if part else []


def _is_file(part: Part) -> bool:
    if part.content_type in _SILENT and not part.filename:
        return False
    return bool(part.body.strip()) or bool(part.filename) or part.disposition == "attachment"


def _file(part: Part, number: int, page: str) -> File:
    name = filenames.label(part.filename) or _derived_name(part, number)
    content_id = clean(part.headers.text("content-id")).strip("<> ")[:200]
    is_shown = bool(content_id) and (part.disposition != "attachment" or f"cid:{content_id}" in page)
    return File(
        filename=name,
        content_type=part.content_type,
        content=part.content,
        is_inline=is_shown or part.disposition == "inline",
        content_id=content_id,
    )


def _derived_name(part: Part, number: int) -> str:
    if part.content_type in _MAILS:
        head = part.content[:_MAX_HEADERS_BYTES]
        inner, _ = headerblock.split(head, headerblock.skip_preface(head), len(head), headerblock.Budget())
        return filenames.label((inner.text("subject")[:100].strip() or f"mail-{number}") + ".eml")
    known = _NAMES.get(part.content_type) or (".txt" if part.content_type.startswith("text/") else ".bin")
    return f"part-{number}{known}" if known.startswith(".") else known
