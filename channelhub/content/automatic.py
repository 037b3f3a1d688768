"""Which machine wrote a mail, if one did. Pure rules over headers, structure and the first words.

Sources: RFC 3834 (Auto-Submitted, empty return path), RFC 8098 (read receipts), RFC 5965 (feedback reports), RFC 5546
(calendar answers), RFC 2369 and RFC 2919 (List-*), and what vacation programs send instead. Words alone decide only
where people don't write them: everybody writes about holidays, only machines call themselves an automatic reply.
"""

import re
from typing import Final

from channelhub.content import bounces, parameters
from channelhub.content import headers as fields
from channelhub.content.mime import Mail
from channelhub.content.wording.table import words
from channelhub.domain.inbound import Automatic

_AUTOMATIC: Final = words(lambda one: one.automatic)
_ABSENT: Final = words(lambda one: one.absent)
_AWAY: Final = words(lambda one: one.away)
_RECEIPTS: Final = frozenset(words(lambda one: one.receipts))
_WAS_READ: Final = words(lambda one: one.was_read)
#: After the words of a machine come the end, a colon, a dash, or the subject it answers.
_AFTER = re.compile(r"[\])]?\s{0,3}(?:\Z|[:：;!.…–—(\[\]-]|(?:re|fwd?|aw|odp|отв) ?:)")
_NOTES = re.compile(r"auto ?: .{0,80}\bout of (?:the )?office")
_FRAME: Final = " \t[(*"
_CALENDAR_ANSWER = re.compile(rb"(?im)^METHOD:[ \t]{0,4}REPLY\b")
_REPLY_HEADERS: Final = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-auto-reply-from", "x-auto-reply",
    "x-autorply", "x-mail-autoreply", "x-amazon-auto-reply", "x-vacation", "x-autoreply-domain", "x-autoreply-to",
    "x-fc-machinegenerated", "auto-replied", "x-ms-exchange-generated-message-source", "x-boxtrapper-match",
    "x-out-of-office",
)  # fmt: skip
_BULK_HEADERS: Final = (
    "list-unsubscribe", "x-campaign", "x-campaignid", "x-campaign-id", "x-csa-complaints", "x-bulkmail", "x-mass-mail",
    "x-amz-sns-message-id", "x-cron-env", "x-facebook-notify", "x-mailchimp-id",
)  # fmt: skip
_LIST_HEADERS: Final = ("list-id", "list-post", "list-subscribe", "mailing-list", "x-mailing-list", "x-ml-name")
_SUPPRESS: Final = frozenset({"all", "oof", "autoreply"})
_NO: Final = frozenset({"no", "false", "0", "none"})
_NO_REPLY = re.compile(r"(?i)(?:do[-_.]?not|no)[-_.]?reply")
#: A notice says at once what it is.
_OPENING_CHARS: Final = 160
_RECEIPT_CHARS: Final = 1500
_MAX_CALENDAR_BYTES: Final = 4096


def says_it_is(text: str) -> bool:
    """A subject or text begins as only a machine's answer does."""
    folded = text[:_OPENING_CHARS].lower().lstrip(_FRAME)
    if folded.startswith(_ABSENT) or _NOTES.match(folded):
        return True
    return any(folded.startswith(word) and _AFTER.match(folded, len(word)) for word in _AUTOMATIC)


def recognise(mail: Mail, text: str) -> Automatic:
    """What kind of machine wrote this mail; all False for a person. `text` is the mail's whole text."""
    headers = mail.headers
    report = _report_type(mail)
    precedence = {headers.text("precedence").lower(), headers.text("x-precedence").lower()}
    submitted = re.split(r"[;\s(]", headers.text("auto-submitted").lower())[0]
    is_generated = submitted not in ("", "no")
    calls_itself = says_it_is(headers.text("subject"))
    is_bounce = bounces.is_bounce(mail, text, report=report, is_generated=is_generated, is_answer=calls_itself)
    is_list = "list" in precedence or any(name in headers for name in _LIST_HEADERS)
    is_suppressing = _is_suppressing(mail)
    is_reply = report in ("disposition-notification", "feedback-report") or (
        not is_bounce
        and (
            is_generated
            or calls_itself
            or _has_reply_headers(mail, precedence)
            or (is_suppressing and not is_list and "in-reply-to" in headers)
            or _is_answer_in_words(mail, text, precedence, is_suppressing=is_suppressing)
            or _is_receipt(mail, text)
            or _is_calendar_answer(mail)
        )
    )
    return Automatic(
        is_bounce=is_bounce,
        is_reply=is_reply,
        is_bulk=(
            bool(precedence & {"bulk", "junk", "mass"})
            or submitted == "auto-generated"
            or any(name in headers for name in _BULK_HEADERS)
            or (is_suppressing and not is_reply)
        ),
        is_list=is_list,
    )


def _report_type(mail: Mail) -> str:
    kind = parameters.parse(mail.headers.raw("content-type"))
    if kind.value == "multipart/report":
        declared = kind.parameters.get("report-type", "").lower()
        if declared:
            return declared
    if "x-hmxmroriginalrecipient" in mail.headers:  # Outlook.com's complaints carry no report
        return "feedback-report"
    types = {part.content_type for part in mail.root.walk()} if mail.root.children else {mail.root.content_type}
    for subtype in ("feedback-report", "disposition-notification", "delivery-status"):
        if f"message/{subtype}" in types:
            return subtype
    return "delivery-status" if "message/global-delivery-status" in types else ""


def _is_suppressing(mail: Mail) -> bool:
    """Asks Exchange not to answer, as notifications of all kinds do: by itself this is no answer."""
    return any(
        word.strip().lower() in _SUPPRESS for word in mail.headers.text("x-auto-response-suppress").split(",")[:8]
    )


def _has_reply_headers(mail: Mail, precedence: set[str]) -> bool:
    headers = mail.headers
    if any(name in headers and headers.text(name).lower() not in _NO for name in _REPLY_HEADERS):
        return True
    return (
        bool(precedence & {"auto_reply", "auto-reply", "autoreply"})
        or headers.text("x-autogenerated").lower().startswith("reply")
        or "autoresponder" in headers.text("x-post-messageclass").lower()
        or "autoresponder" in headers.text("delivered-to").lower()
        or headers.text("x-apple-action").lower().startswith("vacation")
        or "vacation" in headers.text("x-mailer").lower()
        or headers.text("x-delivery-agent").lower().startswith("tmda")
    )


def _is_answer_in_words(mail: Mail, text: str, precedence: set[str], *, is_suppressing: bool) -> bool:
    """Says that somebody is away or that something was received, and other signs of a machine agree."""
    headers = mail.headers
    sender = next(iter(fields.addresses(headers.all_raw("from"))), fields.Address())
    has_signs = (
        is_suppressing
        or bounces.has_no_path(mail)
        or bool(precedence & {"bulk", "junk"})
        or _NO_REPLY.match(sender.address) is not None
    )
    return has_signs and any(
        opening.lower().lstrip(_FRAME).startswith(_AWAY) or says_it_is(opening)
        for opening in (headers.text("subject"), text[:_OPENING_CHARS].lstrip())
    )


def _is_receipt(mail: Mail, text: str) -> bool:
    """A receipt that is no multipart/report, as older Outlook and Notes write it."""
    before = re.split("[:：]", mail.headers.text("subject")[:_OPENING_CHARS], maxsplit=1)[0]
    if before.strip().lower() not in _RECEIPTS:
        return False
    opening = text[:_RECEIPT_CHARS].lower()
    return any(phrase in opening for phrase in _WAS_READ)


def _is_calendar_answer(mail: Mail) -> bool:
    """Accepted, declined, tentative (RFC 5546 §3.2.3): written by a calendar at a click."""
    return any(
        part.content_type == "text/calendar" and _CALENDAR_ANSWER.search(part.body[:_MAX_CALENDAR_BYTES])
        for part in mail.root.walk()
    )
