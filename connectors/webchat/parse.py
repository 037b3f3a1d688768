"""A stored frame as what it says: a pure function of the delivery.

Who sent it was decided on arrival and stands in `raw.envelope.extra`, so the result is the same at every replay, with
the secrets of today or without any.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment, ContactShared, Content, DeliveryStatus, Inbound, NewMessage, Thread
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.webchat.frames import Contact, File, FrameError, Message, Seen, read_frame

KIND = "webchat"
_SIGNED = (("external", "customer_id"), ("email", "customer_email"), ("phone", "customer_phone"))


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one frame says. Raises only `Unparseable`."""
    try:
        frame = read_frame(raw.body)
    except FrameError as exc:
        raise Unparseable(f"no frame of the chat: {exc}") from exc
    if not raw.envelope.extra.get("place"):
        raise Unparseable("a frame without its visitor")
    if isinstance(frame, Message):
        return [_said(raw, frame)]
    if isinstance(frame, Contact):
        return [_left(raw, frame)]
    if isinstance(frame, Seen):
        return [_seen(frame, token) for token in dict.fromkeys(frame.ids)]
    raise Unparseable("a frame that is never stored")


def _said(raw: RawMessage, frame: Message) -> NewMessage:
    extra = raw.envelope.extra
    text = _clean(frame.text)
    warnings = []
    if extra.get("token_refused"):
        warnings.append(f"identity token not believed: {_one_line(extra['token_refused'])}")
    if not text.strip() and not frame.files:
        warnings.append("no message text")
    return NewMessage(
        external_id=raw.delivery_id,
        sender=_with_device(_sender(extra), extra),
        content=Content(text=text, attachments=tuple(map(_attachment, frame.files))),
        thread=Thread(key=extra["place"]),
        extra={"page_url": _one_line(frame.page)} if frame.page.strip() else {},
        warnings=tuple(warnings),
    )


def _left(raw: RawMessage, frame: Contact) -> ContactShared:
    """An address that was typed is claimed, whoever typed it."""
    known = _sender(raw.envelope.extra)
    email = Handle(kind="email", value=_one_line(frame.email))
    return ContactShared(
        external_id=raw.delivery_id,
        sender=Sender(
            name=known.name or _one_line(frame.name)[:200], handles=(*known.handles, email), origin=known.origin
        ),
        thread=Thread(key=raw.envelope.extra["place"]),
    )


def _seen(frame: Seen, token: str) -> DeliveryStatus:
    """Which message it is about, the hub believes by its own signature in the token."""
    status = "read" if frame.read else "delivered"
    return DeliveryStatus(external_id=f"{status}:{_one_line(token) or 'nothing'}", about=(token,), status=status)


def _sender(extra: Mapping[str, str]) -> Sender:
    """The first handle is where answers go: the conversation. What the site signed stands beside it, each verified; of
    an unsigned browser only the browser is known."""
    is_signed = bool(extra.get("customer_id"))
    evidence = Evidence.SITE_SIGNED if is_signed else Evidence.CHANNEL_ID
    handles = [Handle(kind=KIND, value=extra["place"], evidence=evidence)]
    if is_signed:
        handles += [
            Handle(kind=kind, value=_one_line(extra[key]), evidence=Evidence.SITE_SIGNED)
            for kind, key in _SIGNED
            if extra.get(key)
        ]
    return Sender(
        name=_one_line(extra.get("customer_name", ""))[:200],
        handles=tuple(handles),
        origin=extra.get("origin", "") or extra.get("browser", ""),
    )


def _with_device(sender: Sender, extra: Mapping[str, str]) -> Sender:
    """Who else used this browser is only a guess."""
    browser = extra.get("browser", "")
    return replace(sender, handles=(*sender.handles, Handle(kind="device", value=browser))) if browser else sender


def _attachment(file: File) -> Attachment:
    return Attachment(
        filename=label(file.name) or "file",
        content_type=_one_line(file.type)[:127].lower() or "application/octet-stream",
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
    )


def _clean(text: str) -> str:
    """`text` with LF line ends and without NUL, which PostgreSQL's text type can't hold."""
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd")


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())
