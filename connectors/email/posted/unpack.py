"""What a service's post holds: the mail as it travelled, where the service gives it, and what it says of the mail."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final

import msgspec

from channelhub.content import headerblock, headers
from channelhub.content.headerblock import Budget
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.email.alignment import PASSED, Check, aligned
from connectors.email.posted import form

_ADDRESS_CHARS: Final = 320
_MOST_RECIPIENTS: Final = 50
_DKIM: Final = re.compile(r"@([A-Za-z0-9.-]{1,253})\s*:\s*(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """`mime` is the mail's bytes; None where the service read it for us, or where it is no mail: then the post itself
    is kept. `facts` are what the service found out of the sender (see `authenticity`)."""

    mime: bytes | None
    name: str = ""  # what the service calls the post, the same when it is repeated
    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()
    peer: str = ""
    facts: dict[str, str] = field(default_factory=dict)


class _Mail(msgspec.Struct, frozen=True):
    """Of an SES notification: the mail, and what was found when it was received."""

    source: str = ""


class _Verdict(msgspec.Struct, frozen=True):
    status: str = ""


class _Action(msgspec.Struct, frozen=True):
    encoding: str = "UTF8"


class _Receipt(msgspec.Struct, frozen=True, rename="camel"):
    recipients: tuple[str, ...] = ()
    spf_verdict: _Verdict = _Verdict()
    dkim_verdict: _Verdict = _Verdict()
    dmarc_verdict: _Verdict = _Verdict()
    action: _Action = _Action()


class _Received(msgspec.Struct, frozen=True, rename="camel"):
    notification_type: str = ""
    mail: _Mail = _Mail()
    receipt: _Receipt = _Receipt()
    content: str | None = None


class _Envelope(msgspec.Struct, frozen=True):
    """Of SendGrid, as JSON in a field."""

    to: tuple[str, ...] = ()
    sender: str = msgspec.field(name="from", default="")


class _Named(msgspec.Struct, frozen=True):
    name: str = msgspec.field(name="Name", default="")
    value: str = msgspec.field(name="Value", default="")


class _Postmark(msgspec.Struct, frozen=True, rename="pascal"):
    message_id: str = msgspec.field(name="MessageID", default="")
    original_recipient: str = ""
    raw_email: str | None = None
    headers: tuple[_Named, ...] = ()


def mailgun(fields: dict[str, form.Field]) -> Unpacked:
    """A route's post: `body-mime` where the address that Mailgun posts to ends in mime."""
    mime = fields.get("body-mime")
    return Unpacked(
        mime=None if mime is None else mime.content,
        name=_text(fields, "token"),
        mail_from=_text(fields, "sender"),
        rcpt_to=_some(_text(fields, "recipient").split(",")),
    )


def sendgrid(fields: dict[str, form.Field]) -> Unpacked:
    """An inbound parse: `email` where "POST the raw, full MIME message" is on. Its checks are of From's domain where
    they name it."""
    try:
        envelope = msgspec.json.decode(_text(fields, "envelope", 20_000) or "{}", type=_Envelope)
    except (msgspec.MsgspecError, RecursionError):
        envelope = _Envelope()
    mime = fields["email"].content if "email" in fields else None
    domain = _author_of(_text(fields, "from", 2000).encode()) if mime is None else author(mime)
    found = _DKIM.findall(_text(fields, "dkim", 2000))
    dkim = [Check(method="dkim", result=result.lower(), domain=name.lower()) for name, result in found]
    spf = _text(fields, "SPF").lower()
    checks = [*dkim, Check(method="spf", result=spf, domain=envelope.sender.rpartition("@")[2].lower())]
    facts = {"auth_by": "SendGrid"}
    if dkim:
        facts["dkim"] = PASSED if any(one.result == PASSED for one in dkim) else dkim[0].result
    if spf:
        facts["spf"] = spf
    if domain and aligned(domain, checks) is not None:
        facts["aligned"] = domain
    return Unpacked(
        mime=mime,
        mail_from=envelope.sender[:_ADDRESS_CHARS],
        rcpt_to=_some(envelope.to),
        peer=_text(fields, "sender_ip"),
        facts=facts if len(facts) > 1 else {},
    )


def postmark(body: bytes) -> Unpacked:
    """An inbound message: `RawEmail` where "Include raw email content in JSON payload" is on. Raises Unparseable."""
    try:
        post = msgspec.json.decode(body, type=_Postmark)
    except UNREADABLE as exc:
        raise Unparseable(f"no post of Postmark: {str(exc)[:200]}") from exc
    returned = next((one.value for one in post.headers if one.name.lower() == "return-path"), "")
    return Unpacked(
        mime=post.raw_email.encode("utf-8", "surrogatepass") if post.raw_email else None,
        name=post.message_id,
        mail_from=returned.strip("<> ")[:_ADDRESS_CHARS],
        rcpt_to=_some([post.original_recipient]),
    )


def ses(message: str, name: str) -> Unpacked:
    """The message of an SNS notification: the mail where the rule's action puts it there. Raises Unparseable.

    What SES says of DMARC is of From's domain; without a policy its SPF and DKIM name no domain and prove nothing.
    """
    try:
        found = msgspec.json.decode(message, type=_Received)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as exc:
        raise Unparseable(f"no notification of SES: {str(exc)[:200]}") from exc
    receipt = found.receipt
    verdicts = {"spf": receipt.spf_verdict, "dkim": receipt.dkim_verdict, "dmarc": receipt.dmarc_verdict}
    facts = {name: verdict.status.lower()[:20] for name, verdict in verdicts.items() if verdict.status}
    mime: bytes | None = None
    if found.notification_type == "Received" and found.content:
        mime = _content(found.content, receipt.action.encoding)
        domain = author(mime)
        if facts.get("dmarc") == PASSED and domain:
            facts["aligned"] = domain
    return Unpacked(
        mime=mime,
        name=name,
        mail_from=found.mail.source[:_ADDRESS_CHARS],
        rcpt_to=_some(receipt.recipients),
        facts=facts | {"auth_by": "Amazon SES"} if facts else {},
    )


def author(mime: bytes) -> str:
    """The domain of the one address in the one From header; empty where there are several or none (RFC 7489 §6.6.1)."""
    window = mime[: headerblock.MAX_ALL_HEADERS_BYTES]
    fields, _ = headerblock.split(window, headerblock.skip_preface(window), len(window), Budget())
    named = list(fields.all_raw("from"))
    return _author_of(named[0]) if len(named) == 1 else ""


def _author_of(header: bytes) -> str:
    found = headers.addresses([header])
    return found[0].address.rpartition("@")[2].lower() if len(found) == 1 else ""


def _content(text: str, encoding: str) -> bytes:
    if encoding.upper() != "BASE64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Unparseable("the notification's content is no Base64") from exc


def _text(fields: dict[str, form.Field], name: str, most: int = 1000) -> str:
    found = fields.get(name)
    return found.content[:most].decode("utf-8", "replace").replace("\x00", "").strip() if found else ""


def _some(addresses: "tuple[str, ...] | list[str]") -> tuple[str, ...]:
    cleaned = (one.strip()[:_ADDRESS_CHARS] for one in addresses[:_MOST_RECIPIENTS])
    return tuple(dict.fromkeys(one for one in cleaned if "@" in one))
