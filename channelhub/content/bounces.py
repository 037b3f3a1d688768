"""Mail servers' notices that a mail did not arrive. Pure rules over headers, structure and the first words.

Sources: RFC 3464 (delivery status), RFC 5965 (complaints), RFC 3834 (empty return path), and what qmail, exim,
Exchange, Notes, Amazon and others send instead: about half of all bounces are no multipart/report. A person who answers
or forwards a bounce is a person: a subject that begins with Re: or Fwd: decides against the textual rules.
"""

import re
from typing import Final

from channelhub.content import headers as fields
from channelhub.content.mime import Mail
from channelhub.content.wording.table import words

_DAEMON = re.compile(
    r"(?i)^(mailer[-_.]?daemon|mail[-_.]?daemon|maildaemon|post[-_.]?master|mdaemon|mmdf|uucp|no-?reply-?bounces?"
    r"|bounces?[+-]?.{0,60}|microsoftexchange[0-9a-f]{32}"
    r"|mail[-_.]?delivery.{0,30}|mailadmin|smtp|mta|root|mailerdaemon)$"
)
_DAEMON_NAME = re.compile(
    r"(?i)mail(er)?[ -]?(delivery|daemon)|delivery (sub)?system|mail system|postmaster|mail administrator|mail gateway"
    r"|^mail router$|^system administrator$"
)
_UNDELIVERED: Final = words(lambda one: one.undelivered)
_SUBJECT = re.compile(
    r"(?i)(?:delivery|mail|message|e-?mail)[ -]?(?:has |was |is )?(?:status|system|delivery)?[ -]*"
    r"(?:fail|error|problem|notification|rejected|delayed|impossible|not delivered)|rejected"
)
_TEXT = re.compile(
    r"(?i)(this is the qmail-send program|this message was created automatically by (the )?mail (delivery|system)"
    r"|this is the mail system at host|this is the postfix program|could not be delivered to (one or more"
    r"|the following|all)"
    r"|the following (address(es)?|recipients?|message|mail|email)[^\n]{0,60}"
    r"(fail|fatal error|undeliver|could ?n.t"
    r"|not be|was not|had (permanent|delivery|problem))"
    r"|had permanent fatal errors|your message did not reach|did not reach the following recipient"
    r"|(unable|unsuccessful|failed) to (deliver|send|forward) (your |this |the )?(message|mail|e-?mail)|undeliverable"
    r"|undelivered"
    r"|permanent (fatal )?error|delivery (to the following|has failed|failed|attempt)|(mail|message|mailbox|user"
    r"|recipient|address)[^\n]{0,40}"
    r"(not be delivered|couldn.t be delivered|unknown|no such user|does ?n.t exist|does not exist|unavailable"
    r"|rejected|is full"
    r"|over quota|not found)"
    r"|(?m:^)[ >]*<?<<<? ?[45]\d\d[ -]|\b5\.[0-7]\.\d{1,3}\b|\b55[0-4][ -])"
)
#: How a notice begins where nothing but its words is known; people who ask about a notice begin otherwise.
_BEGINNING = re.compile(
    r"(?i)[\s*#>=-]{0,20}(?:undeliverable\b|undelivered mail|delivery status notification|returned mail:"
    r"|failure notice\b|mail delivery (?:failed|failure|subsystem|system)|delivery to the following"
    r"|delivery to <?\S{1,80}@\S{1,80} (?:has )?failed"
    r"|this is the (?:mail system|postfix program)|(?:hi\.|hello)?\s{0,3}this is the qmail-send program"
    r"|this message was created automatically by|(?:unable|failed) to deliver (?:your|this) (?:message|mail|e-?mail)"
    r"|(?:your|a) (?:message|mail|e-?mail)[^\n]{0,80}? (?:could not|couldn.t|was not|wasn.t|has not)"
    r" (?:be |been )?delivered"
    r"|the following (?:address|recipient|message|mail)[^\n]{0,60}(?:fail|error|undeliver|could ?n.t|could not|not be)"
    r"|(?:ваш|ваше) (?:письмо|сообщение|лист|повідомлення)[^\n]{0,60}@[^\n]{0,60}?не (?:был[ао] |було )?доставлен"
    r"|(?:не удалось|невозможно) доставить (?:это |ваше )?(?:письмо|сообщение)[^\n]{0,60}@"
    r"|(?:не вдалося|неможливо) доставити (?:цей |це |ваш |ваше )?(?:лист|повідомлення)[^\n]{0,60}@)"
)
#: A single English word says too little in a text.
_UNDELIVERED_IN_TEXT: Final = tuple(phrase for phrase in _UNDELIVERED if not phrase.isascii() or " " in phrase)
_SNS_BOUNCE = re.compile(r'\\?"(?:notificationType|eventType)\\?"\s{0,3}:\s{0,3}\\?"(?:Bounce|Complaint)\\?"')
_ANSWERED: Final = frozenset((*words(lambda one: one.answered), *words(lambda one: one.handed_on)))
_PREFIX = re.compile(r"\s{0,3}(\w{1,20})(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,3}[:：]")
_FLAGS: Final = ("x-failed-recipients", "x-ms-exchange-message-is-ndr")
#: How many characters of the body the textual rules look at.
_TEXT_CHARS: Final = 6000
_OPENING_CHARS: Final = 300


def is_bounce(mail: Mail, text: str, *, report: str, is_generated: bool, is_answer: bool) -> bool:
    """`report` is the type of the mail's report, if it is one; `is_generated`: its headers say that a machine sent it;
    `is_answer`: its subject is that of somebody's automatic answer.
    """
    headers = mail.headers
    if report in ("delivery-status", "feedback-report") or any(name in headers for name in _FLAGS):
        return True
    if report == "disposition-notification":
        return False
    if "x-amz-sns-message-id" in headers:
        return _SNS_BOUNCE.search(text[:_TEXT_CHARS]) is not None
    subject = headers.text("subject")
    sender = next(iter(fields.addresses(headers.all_raw("from"))), fields.Address())
    local = sender.address.partition("@")[0]
    is_daemon = bool(_DAEMON.match(local) or _DAEMON_NAME.search(sender.name))
    prefix = _PREFIX.match(subject)
    if prefix and prefix.group(1).lower() in _ANSWERED:
        return bool(is_daemon and _DAEMON.match(local) and _TEXT.search(text[:_OPENING_CHARS]))
    if not is_daemon and not has_no_path(mail):
        return is_generated and not is_answer and _says_undelivered(subject)
    if not is_daemon and is_answer:
        return False
    if _says_undelivered(subject) or _TEXT.search(text[:_TEXT_CHARS]):
        return True
    folded = text[:_TEXT_CHARS].lower()
    return is_daemon and any(phrase in folded for phrase in _UNDELIVERED_IN_TEXT)


def begins_as_notice(text: str) -> bool:
    """A subject or text begins as only a mail server's notice does."""
    return _BEGINNING.match(text[:_OPENING_CHARS]) is not None


def _says_undelivered(subject: str) -> bool:
    folded = subject.lower()
    return any(phrase in folded for phrase in _UNDELIVERED) or _SUBJECT.search(subject) is not None


def has_no_path(mail: Mail) -> bool:
    """RFC 5321 §4.5.5: what must not be answered comes from `<>`."""
    return mail.headers.raw("return-path").replace(b" ", b"") == b"<>"
