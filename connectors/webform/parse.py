"""A stored form post as a `NewMessage`: a pure function of the raw delivery.

What was verified while receiving (signed identity, origin, page age) stands in `raw.envelope.extra`, so the result is
the same at every replay, with the secrets of today or without any.
"""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment, Content, Inbound, NewMessage, Thread
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.webform.definition import PAGE_FIELDS
from connectors.webform.fields import is_email, is_phone
from connectors.webform.form import Form, FormError, FormFile, read_form
from connectors.webform.spam import EXPLAINED, TOLD_SCORE, judge

_OWN_PLACE = frozenset({"name", "email", "phone", "subject", "message", "order_id"})
_texts = msgspec.json.Decoder(dict[str, str])


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """The one message of the post. Raises only `Unparseable`."""
    try:
        form = read_form(raw.body, raw.content_type)
    except FormError as exc:
        raise Unparseable(str(exc)) from exc
    extra = raw.envelope.extra
    text = _text(form, extra)
    score, reasons = judge(form, text, extra)
    return [
        NewMessage(
            external_id=raw.delivery_id,
            sender=_sender(form, raw.delivery_id, extra),
            content=Content(
                subject=_subject(form, text, extra),
                text=text,
                attachments=tuple(_attachment(file) for file in form.files),
            ),
            thread=Thread(key=raw.delivery_id),  # each submission begins a conversation
            sent_at=raw.channel_time,
            order_id=_one_line(form.first("order_id")),
            spam_score=score,
            spam_reasons=reasons,
            extra=_further(form, extra),
            warnings=_warnings(form, text, extra, score, reasons),
        )
    ]


def _text(form: Form, extra: Mapping[str, str]) -> str:
    """The message, else what was written in the other fields for words."""
    if message := form.first("message"):
        return _clean(message)
    return "\n".join(_clean(value.strip()) for name in _words_from(extra) for value in form.values(name))


def _words_from(extra: Mapping[str, str]) -> list[str]:
    """The names, in lower case, of the fields for words of a form that has no message of its own."""
    return [name for name in extra.get("words", "").split(",") if name]


def _subject(form: Form, text: str, extra: Mapping[str, str]) -> str:
    """What was typed; the form's title where nothing at all was written in words."""
    typed = _one_line(form.first("subject"))
    return typed or ("" if text else _one_line(extra.get("form_title", "")))


def _sender(form: Form, delivery_id: str, extra: Mapping[str, str]) -> Sender:
    """Who writes: what the site signed first, then what was typed, which is only claimed."""
    handles: list[Handle] = []
    if extra.get("customer_id"):
        signed = (("external", "customer_id"), ("email", "customer_email"), ("phone", "customer_phone"))
        handles += [
            Handle(kind=kind, value=_one_line(extra[key]), evidence=Evidence.SITE_SIGNED)
            for kind, key in signed
            if extra.get(key)
        ]
    known = {(handle.kind, handle.value.lower()) for handle in handles}
    typed = [Handle(kind=kind, value=value) for kind, value in _typed(form) if (kind, value.lower()) not in known]
    handles += typed
    if not handles:
        handles = [Handle(kind="device", value=delivery_id)]
    name = extra.get("customer_name") or form.first("name")
    return Sender(name=_one_line(name)[:200], handles=tuple(handles), origin=extra.get("origin", ""))


def _typed(form: Form) -> list[tuple[str, str]]:
    """The email and phone that were typed, where they can be one."""
    email, phone = _one_line(form.first("email")), _one_line(form.first("phone"))
    found = [("email", email)] if is_email(email) else []
    return [*found, ("phone", phone)] if is_phone(phone) else found


def _further(form: Form, extra: Mapping[str, str]) -> dict[str, str]:
    """Fields without a place of their own, and what a known field held besides its first value."""
    gathered: dict[str, list[str]] = {}
    in_text = frozenset() if form.first("message") else frozenset(_words_from(extra))
    for name, value in form.fields:
        if name.lower() not in PAGE_FIELDS | in_text and value.strip():
            gathered.setdefault(name, []).append(_clean(value.strip()))
    unread = {kind for kind in ("email", "phone") if kind not in {found for found, _ in _typed(form)}}
    seen: set[str] = set()
    further: dict[str, str] = {"form": extra["form"]} if extra.get("form") else {}
    for name, values in gathered.items():
        field = name.lower()
        is_placed = field in _OWN_PLACE and field not in seen and field not in unread
        seen.add(field)
        if rest := values[1:] if is_placed else values:
            further[_clean(name)] = ", ".join(rest)
    return further | _consents(extra)


def _consents(extra: Mapping[str, str]) -> dict[str, str]:
    """What was consented to, in the words that stood there, by field."""
    try:
        found = _texts.decode(extra.get("consents") or "{}")
    except ValueError:
        return {}
    return {_clean(name): _clean(words) for name, words in found.items()}


def _warnings(form: Form, text: str, extra: Mapping[str, str], score: float, reasons: Sequence[str]) -> tuple[str, ...]:
    typed = {kind for kind, _ in _typed(form)}
    found = [f"{kind}: not an address, kept as it was typed" for kind in ("email", "phone") if form.first(kind)]
    warnings = [warning for warning in found if warning.partition(":")[0] not in typed]
    if extra.get("token_refused"):
        warnings.append(f"identity token not believed: {_one_line(extra['token_refused'])}")
    if not text:
        warnings.append("no message text")
    if score >= TOLD_SCORE:
        warnings.append(f"may be spam ({score:.2f}): {', '.join(EXPLAINED[reason] for reason in reasons)}")
    if "captcha-unreachable" in reasons:
        warnings.append("the captcha could not be checked: its server could not be reached")
    return tuple(warnings)


def _attachment(file: FormFile) -> Attachment:
    return Attachment(
        filename=label(file.filename) or "file",
        content_type=_one_line(file.content_type)[:127].lower() or "application/octet-stream",
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=bytes(file.content),
    )


def _clean(text: str) -> str:
    """`text` with LF line ends and without NUL, which PostgreSQL's text type can't hold."""
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd")


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())
