"""A stored mail to one message. Pure: the same bytes give the same value; only `Unparseable` is raised."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import replace

from channelhub.content import headers
from channelhub.content.body import File
from channelhub.domain.inbound import Attachment, Content, Inbound, NewMessage, Thread
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import Envelope, RawMessage
from connectors.email.arrival import message_day
from connectors.email.forwarders import NOTED
from connectors.email.forwarding import unwrapped
from connectors.email.notices import statuses
from connectors.email.proof import doubts, proves, shown
from connectors.email.reading import ReadMail, read


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """The message in a mail, and what it reports of mails of ours.

    The sender is *claimed* unless the receiver noted in the envelope that a check proved From's domain (see
    `authenticity`) and From names one address; Authentication-Results inside the mail are not believed. What one
    of `forwarders` forwards is the message of the customer it names (see `forwarding`).
    """
    mail = _named(read(raw.body), raw)
    recipients = dict.fromkeys(one.address for one in (*mail.to, *mail.cc))
    recipients.update(dict.fromkeys((*raw.envelope.rcpt_to, *(one.address for one in mail.delivered_to))))
    message = NewMessage(
        external_id=mail.external_id,
        is_same_everywhere=True,
        sender=_sender(mail, raw.envelope),
        content=Content(
            subject=mail.subject,
            text=mail.text,
            hidden=mail.hidden,
            html=mail.html,
            attachments=tuple(_attachment(file) for file in mail.files),
            language=mail.language,
        ),
        thread=Thread(
            message_id=mail.message_id, in_reply_to=mail.in_reply_to, references=mail.references, mark=mail.mark
        ),
        sent_at=mail.sent_at,
        automatic=mail.automatic,
        recipients=tuple(recipients),
        extra=_extra(mail) | shown(raw.envelope),
        warnings=(*mail.warnings, *doubts(raw.envelope)),
    )
    message = unwrapped(message, mail, raw.envelope.extra.get(NOTED, ""))
    return (message, *statuses(mail, message.recipients))


def _named(mail: ReadMail, raw: RawMessage) -> ReadMail:
    """A mail without Message-ID is named by its bytes and the day: one that is sent daily is heard daily."""
    day = message_day(raw) if "#" not in mail.external_id else ""
    return replace(mail, external_id=f"{mail.external_id}:{day}") if day else mail


def _sender(mail: ReadMail, envelope: Envelope) -> Sender:
    address = mail.sender.address
    is_verified = mail.is_sole_author and proves(envelope, mail.sender.address)
    evidence = Evidence.DMARC if is_verified else Evidence.CLAIMED
    if not address:
        returned = headers.addresses([envelope.mail_from.encode("utf-8", "replace")])
        address = returned[0].address if returned else ""
    handles = (Handle(kind="email", value=address, evidence=evidence),) if address else ()
    return Sender(name=mail.sender.name, handles=handles, origin=_origin(envelope.peer, mail.relay))


def _origin(peer: str, relay: str) -> str:
    """The network unverified votes are capped by: IPv4 /24, IPv6 /64. A peer on our own network only handed on what
    the first relay outside it gave.
    """
    address, outside = _ip(peer), _ip(relay)
    if outside is not None and (address is None or not address.is_global):
        address = outside
    if address is None:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def _attachment(file: File) -> Attachment:
    return Attachment(
        filename=file.filename,
        content_type=file.content_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
        is_inline=file.is_inline,
        content_id=file.content_id,
    )


def _extra(mail: ReadMail) -> dict[str, str]:
    extra = {
        "reply_to": ", ".join(one.address for one in mail.reply_to),
        "cc": ", ".join(one.address for one in mail.cc),
        **{f"mail_{name}": value for name, value in mail.facts.items()},
    }
    return {name: value for name, value in extra.items() if value}
