"""What is packed inside the parts of a mail, put where a reader looks for it. Nothing here raises.

Outlook's winmail.dat becomes its files and, where the mail has no other words, its text. The content of an opaque
S/MIME signature becomes a part like any other. Invitations become lines to read. What needs a key stays closed, and a
fact says so. How often and how deep things are opened is limited.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from channelhub.content import calendar, cms, mime, pgp, rtf, tnef, uuencoded
from channelhub.content.encodedwords import decode_header
from channelhub.content.headerblock import Headers
from channelhub.content.mime import Mail, Part

MAX_OPENED: Final = 8
#: Of content in S/MIME: compressed, it may be a thousand times what came.
MAX_OPENED_BYTES: Final = 32 * 1024 * 1024
_MAX_DEPTH: Final = 4

_TOO_MUCH: Final = "more is packed inside than is opened; the rest is kept as files"
_SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_CALENDAR: Final = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_ENCLOSED: Final = frozenset({"message/rfc822", "message/global", "message/partial"})
_UNTYPED: Final = frozenset({"application/octet-stream", "application/x-unknown", "text/plain"})
_OUTLOOK_METHODS: Final = (
    ("resp", "REPLY"), ("cancel", "CANCEL"), ("cncl", "CANCEL"), ("req", "REQUEST"),
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Facts:
    """What a mail is besides its words. Each is one line for people, empty where it does not hold."""

    signed: str = ""  # by what: PGP, S/MIME. Nobody checked it
    encrypted: str = ""
    invitation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`spare` are words in order of preference, for a mail that has no others."""

    mail: Mail
    spare: tuple[Part, ...]
    facts: Facts


@dataclass(slots=True)
class _State:
    left: int = MAX_OPENED
    bytes_left: int = MAX_OPENED_BYTES
    facts: Facts = field(default_factory=Facts)
    spare: list[Part] = field(default_factory=list)
    invitations: list[Part] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)


def opened(mail: Mail) -> Opened:
    """The mail with everything opened that can be."""
    state = _State()
    root = _open(mail.root, state, 0)
    if mail.root.content_type in _ENCLOSED:  # a mail that is nothing but another mail
        state.spare.append(mime.read(mail.root.content).root)
    if root is not mail.root:
        root = replace(root, headers=mail.root.headers)
    warnings = (*mail.warnings, *state.warnings)
    spare = (*state.spare, *state.invitations)
    return Opened(mail=replace(mail, root=root, warnings=warnings), spare=spare, facts=state.facts)


def _open(part: Part, state: _State, depth: int) -> Part:
    if not part.children:
        return _leaf(part, state, depth)
    if part.content_type == "multipart/signed":
        state.facts.signed = state.facts.signed or _maker(part)
    elif part.content_type == "multipart/encrypted":
        state.facts.encrypted = state.facts.encrypted or _maker(part)
    children = tuple(_open(child, state, depth) for child in part.children)
    if all(new is old for new, old in zip(children, part.children, strict=True)):
        return part
    return replace(part, children=children)


def _maker(part: Part) -> str:
    """PGP or S/MIME, by the protocol parameter (RFC 1847) or the parts inside."""
    named = " ".join((part.parameters.get("protocol", "").lower(), *(child.content_type for child in part.children)))
    return "S/MIME" if "pkcs7" in named else "PGP" if "pgp" in named else "unknown"


def _leaf(part: Part, state: _State, depth: int) -> Part:
    if part.content_type == "text/plain" and not part.filename:
        return _text_leaf(part, state)
    name = part.filename.lower() if part.content_type in _UNTYPED else ""
    if part.content_type in _CALENDAR or name.endswith(".ics"):
        _note_invitation(part, state)
        return part
    is_smime = part.content_type in _SMIME or name.endswith((".p7m", ".p7z"))
    if not is_smime and part.content_type not in _TNEF and name != "winmail.dat":
        return part
    if state.left <= 0 or depth >= _MAX_DEPTH:
        state.warnings[_TOO_MUCH] = None
        return part
    state.left -= 1
    return _enveloped(part, state, depth) if is_smime else _unpacked(part, state)


def _text_leaf(part: Part, state: _State) -> Part:
    """A text without the armour and the files that are written into it."""
    written = part.body if b"-----BEGIN PGP " in part.body or b"begin " in part.body else part.content
    if b"-----BEGIN PGP " in written:
        return _unarmoured(part, state)
    if b"begin " in written:
        words, files = uuencoded.split(part.content)
        if files:
            inner = replace(part, headers=Headers(), body=words)
            attached = (_file(decode_header(name), content) for name, content in files)
            return _container(part, (inner, *attached))
    return part


def _unarmoured(part: Part, state: _State) -> Part:
    text = part.text
    if pgp.is_encrypted(text):
        state.facts.encrypted = state.facts.encrypted or "PGP"
    words = pgp.cleartext(text)
    if words is None:
        return part
    state.facts.signed = state.facts.signed or "PGP"
    return replace(_text(words), parameters=part.parameters | {"charset": "utf-8"})


def _enveloped(part: Part, state: _State, depth: int) -> Part:
    envelope = cms.read(part.content)
    if envelope is None:
        return part
    if envelope.kind is cms.Kind.ENCRYPTED:
        state.facts.encrypted = "S/MIME"
        return part
    if envelope.content is None:  # certificates only, or damaged
        return part
    if envelope.kind is cms.Kind.SIGNED:
        state.facts.signed = "S/MIME"
    state.bytes_left -= len(envelope.content)
    if state.bytes_left < 0:
        state.warnings[_TOO_MUCH] = None
        return part
    inner = mime.read(envelope.content)
    if inner.root.content_type == "message/rfc822":  # so that its headers are signed too, RFC 8551 §3.1
        inner = mime.read(inner.root.content)
    state.warnings.update(dict.fromkeys(inner.warnings))
    return _container(part, (_open(inner.root, state, depth + 1),))


def _container(part: Part, children: tuple[Part, ...]) -> Part:
    return replace(part, content_type="multipart/mixed", disposition="", filename="", body=b"", children=children)


def _unpacked(part: Part, state: _State) -> Part:
    message = tnef.read(part.content)
    if message is None:
        return part
    if message.is_cut:
        state.warnings["a winmail.dat is damaged; what could be read of it is shown"] = None
    state.spare += _words(message)
    if message.is_meeting:
        _take(_meeting(message), state)
    files = _files(message, 0)
    # A stream that holds nothing a reader could be shown is kept as it came.
    return _container(part, files) if files or state.spare else part


def _words(message: tnef.Message) -> list[Part]:
    """The body as one part; an empty list where the stream has none."""
    variants: list[Part] = []
    if message.text.strip():
        variants.append(_text(message.text))
    if message.html.strip():
        variants.append(_text(message.html, "text/html", message.codec))
    elif message.rtf:
        document = rtf.read(rtf.decompress(message.rtf))
        if document.text.strip() and (document.is_html or not variants):
            variants.append(_text(document.text, "text/html" if document.is_html else "text/plain"))
    if len(variants) < 2:
        return variants
    return [Part(headers=Headers(), content_type="multipart/alternative", parameters={}, children=tuple(variants))]


def _files(message: tnef.Message, depth: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    for file in message.files:
        inner = tnef.read(file.content) if file.is_message and depth < _MAX_DEPTH else None
        if inner is not None:
            words = inner.text or rtf.read(rtf.decompress(inner.rtf)).text
            parts.append(replace(_text(words), disposition="attachment", filename=(file.name or "message") + ".txt"))
            parts += _files(inner, depth + 1)
            continue
        parts.append(_file(file.name, file.content, content_type=file.content_type, content_id=file.content_id))
    return tuple(parts)


def _file(name: str, content: bytes, *, content_type: str = "", content_id: str = "") -> Part:
    reference = (("content-id", f"<{content_id}>".encode("utf-8", "replace")),)
    return Part(
        headers=Headers(fields=reference if content_id else ()),
        content_type=content_type if "/" in content_type else "application/octet-stream",
        parameters={},
        disposition="" if content_id else "attachment",
        filename=name,
        body=content,
    )


def _text(words: str | bytes, content_type: str = "text/plain", charset: str = "utf-8") -> Part:
    body = words.encode("utf-8", "replace") if isinstance(words, str) else words
    return Part(headers=Headers(), content_type=content_type, parameters={"charset": charset}, body=body)


def _note_invitation(part: Part, state: _State) -> None:
    parameters = part.parameters
    _take(calendar.read(part.content, parameters.get("charset", ""), parameters.get("method", "")), state)


def _take(invitation: calendar.Invitation | None, state: _State) -> None:
    if invitation is None or state.facts.invitation:
        return
    state.facts.invitation = invitation.line[:2000]
    state.invitations.append(_text(invitation.text))


def _meeting(message: tnef.Message) -> calendar.Invitation:
    kind = message.message_class.lower()
    method = next((method for word, method in _OUTLOOK_METHODS if word in kind), "")
    return calendar.of_outlook(
        method=method, summary=message.subject, starts=message.starts, ends=message.ends, place=message.place
    )
