"""What of a frame is checked before it is stored, and the delivery that it is stored as: pure."""

import hashlib

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.origins import network_of
from connectors.webchat.config import WebchatConfig
from connectors.webchat.frames import Contact, Message, Seen, is_own_id
from connectors.webchat.visitors import Visitor


def fault(frame: Message | Contact, config: WebchatConfig) -> str:
    """Why a frame is refused, as one word for the browser; empty where it is taken."""
    if not is_own_id(frame.id):
        return "id"
    if isinstance(frame, Contact):
        return "" if is_email(frame.email) else "email"
    if not frame.text.strip() and not frame.files:
        return "empty"
    if len(frame.text) > config.max_text_chars:
        return "long"
    return "files" if len(frame.files) > config.max_files else ""


def is_email(text: str) -> bool:
    local, at, domain = text.strip().rpartition("@")
    return bool(at and local and "." in domain.strip(".")) and not any(char.isspace() for char in text.strip())


def to_raw(
    frame: Message | Contact | Seen,
    body: bytes,
    visitor: Visitor,
    *,
    account: str,
    peer: str,
    site: str,
) -> RawMessage:
    """The delivery of a frame: its own bytes, and beside them who sent it.

    The id is what the browser drew, 120 random bits at least: the same when it is sent again, also after the visitor
    signed in, or got a new token.
    """
    extra = {"place": visitor.place, "browser": visitor.browser, "origin": network_of(peer), "site": site}
    if visitor.signed is not None:
        extra |= {
            "customer_id": visitor.signed.customer_id,
            "customer_email": visitor.signed.email,
            "customer_phone": visitor.signed.phone,
            "customer_name": visitor.signed.name,
        }
    if visitor.refused:
        extra["token_refused"] = visitor.refused
    return RawMessage(
        account=account,
        delivery_id=_name(frame),
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra=extra),
    )


def _name(frame: Message | Contact | Seen) -> str:
    if isinstance(frame, Message):
        return f"message:{frame.id}"
    if isinstance(frame, Contact):
        return f"contact:{frame.id}"
    digest = hashlib.sha256("\n".join([str(frame.read), *frame.ids]).encode()).hexdigest()[:32]
    return f"seen:{digest}"
