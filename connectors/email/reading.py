"""A mail's bytes to one value that both the parser and `parse --json` are made of. Pure."""

import ipaddress
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from channelhub.content import automatic, body, dates, headers, mime, opening, replies, returned
from channelhub.content.body import File
from channelhub.content.encodedwords import clean
from channelhub.content.headerblock import Headers
from channelhub.content.headers import Address
from channelhub.domain.inbound import Automatic
from channelhub.domain.spans import Span, without
from channelhub.sdk.errors import Unparseable
from connectors.email import identity

_RECEIVED_IP = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f:.]{3,45})[\])]", re.IGNORECASE)
_AUTH_RESULT = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc|arc)\s*=\s*([a-z]{1,12})", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_SEPARATOR_DATE = re.compile(rb">?From \S{1,320} +(.{10,100})")
_MAX_STAMPS = 30
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")
_MAX_DELIVERED = 10
#: The header that marks our own mail, in lower case; its value is the mail's signed token.
MARK_HEADER = "x-channelhub-token"
MAX_MARK_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """Everything a mail says. Texts hold no NUL; one-line values hold no control character."""

    external_id: str
    message_id: str
    sender: Address
    is_sole_author: bool  # the sender is the one address of the one From header, which is what DMARC is about
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    hidden: tuple[Span, ...]  # what of `text` is history or signature
    html: str
    files: tuple[File, ...]
    in_reply_to: str
    references: tuple[str, ...]
    sent_at: datetime | None
    automatic: Automatic
    notice: returned.Notice | None  # what it reports of another mail: a bounce, a receipt
    mark: str  # what the header says by which we mark our own mail
    delivered_to: tuple[Address, ...]  # whom the last server delivered it to; a copy in secret stands nowhere else
    facts: dict[str, str]  # what else it is, by name: signed, encrypted, invitation; only what holds
    claimed_checks: dict[str, str]  # Authentication-Results as the mail carries them: anybody can write these
    relay: str  # the first address outside our own network in the Received lines, newest first; may be empty
    language: str
    warnings: tuple[str, ...]

    @property
    def reply_text(self) -> str:
        """The writer's own, new words; all of `text` where nothing is hidden."""
        return without(self.text, self.hidden)


def read(data: bytes) -> ReadMail:
    """Read a mail. Raises `Unparseable` only where there is nothing in it."""
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unparseable("the mail is empty")
    packed = opening.opened(mime.read(data))
    mail = packed.mail
    content = body.read(mail, packed.spare)
    fields = mail.headers
    external_id, message_id = identity.delivery_id(data)
    sender = _sender(fields)
    subject = fields.text("subject")
    in_reply_to = headers.message_ids(fields.raw("in-reply-to"))
    kind = _automatic(mail, content.text)
    warnings = [*mail.warnings, *content.warnings]
    if not fields.fields:
        warnings.append("there are no headers; all of it is shown as text")
    elif not sender.address:
        warnings.append("no sender's address in From, Reply-To, Return-Path or Sender")
    if packed.facts.encrypted:
        warnings.append(f"encrypted with {packed.facts.encrypted}: what is locked was not read")
    return ReadMail(
        external_id=external_id,
        message_id=message_id or next(iter(headers.message_ids(fields.raw("message-id"))), ""),
        sender=sender,
        is_sole_author=_is_sole_author(fields, sender),
        reply_to=_addresses(fields, "reply-to"),
        to=_addresses(fields, "to"),
        cc=_addresses(fields, "cc"),
        subject=subject,
        text=content.text,
        hidden=replies.hidden(content.text, content.marks, sender_name=sender.name, subject=subject),
        html=content.html,
        files=content.files,
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        references=headers.message_ids(fields.raw("references")),
        sent_at=_sent_at(mail),
        automatic=kind,
        notice=returned.read(mail, content.text, is_bounce=kind.is_bounce),
        mark=clean(fields.text(MARK_HEADER))[:MAX_MARK_CHARS],
        delivered_to=tuple(one for name in _DELIVERED for one in _addresses(fields, name))[:_MAX_DELIVERED],
        facts={name: value for name, value in asdict(packed.facts).items() if value},
        claimed_checks=dict(reversed(_AUTH_RESULT.findall(fields.text("authentication-results").lower()))),
        relay=_relay(fields),
        language=_language(fields),
        warnings=tuple(warnings),
    )


def _automatic(mail: mime.Mail, text: str) -> Automatic:
    """Also an answer to an invitation (RFC 5546 §3.2.3): a program wrote it when somebody pressed a button."""
    kind = automatic.recognise(mail, text)
    calendars = (part for part in mail.root.walk() if part.content_type == "text/calendar")
    if any(part.parameters.get("method", "").lower() == "reply" for part in calendars):
        return replace(kind, is_reply=True)
    return kind


def _sender(fields: Headers) -> Address:
    """From, else Reply-To, Return-Path, Sender. A list that rewrote From for DMARC left the author in X-Original-From;
    he is believed where Reply-To agrees.
    """
    authors = _addresses(fields, "from")
    original = _addresses(fields, "x-original-from")
    answers = _addresses(fields, "reply-to")
    if original and any(one.address.casefold() == original[0].address.casefold() for one in answers):
        return original[0]
    if authors:
        return authors[0]
    name = headers.display_name(fields.raw("from"), fields.charset)
    for header in ("reply-to", "return-path", "sender"):
        found = _addresses(fields, header)
        if found:
            return Address(address=found[0].address, name=name or found[0].name)
    return Address(name=name)


def _is_sole_author(fields: Headers, sender: Address) -> bool:
    """RFC 7489 §6.6.1: with several From addresses nobody can say whom an aligned check vouches for."""
    authors = _addresses(fields, "from")
    return len(authors) == 1 and authors[0] == sender and sum(1 for _ in fields.all_raw("from")) == 1


def _addresses(fields: Headers, name: str) -> tuple[Address, ...]:
    return headers.addresses(fields.all_raw(name), fields.charset)


def _sent_at(mail: mime.Mail) -> datetime | None:
    """Date; without a readable one the mbox separator's date, then the oldest relay's stamp that can be read."""
    stamps = [value.rpartition(b";")[2] for value in mail.headers.all_raw("received")]
    separator = _SEPARATOR_DATE.match(mail.separator)
    stated = (mail.headers.raw("date"), separator.group(1) if separator else b"", *reversed(stamps[-_MAX_STAMPS:]))
    return next(filter(None, map(dates.read, stated)), None)


def _relay(fields: Headers) -> str:
    for value in list(fields.all_raw("received"))[:20]:
        source = value.decode("latin-1").partition(" by ")[0]
        for text in _RECEIVED_IP.findall(source[:2000]):
            try:
                if ipaddress.ip_address(text).is_global:
                    return str(text)
            except ValueError:
                continue
    return ""


def _language(fields: Headers) -> str:
    found = _LANGUAGE.match(clean(fields.text("content-language")))
    return found.group().lower() if found else ""
