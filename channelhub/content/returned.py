"""What a bounce or a receipt says: about which mail, for which address, and what became of it there.

Sources: RFC 3464 (delivery status), RFC 8098 (read receipts), RFC 6533 (their internationalised forms), and the plain
texts of qmail, exim, sendmail, Postfix, Exchange and their kin, which name an address and give the reason below it.
Nothing here is believed yet: anybody can write a bounce. Nothing here raises, and everything is bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from channelhub.content import headerblock, headers
from channelhub.content.encodedwords import clean, decode_header
from channelhub.content.headerblock import Budget, Headers
from channelhub.content.mime import Mail, Part

MAX_FATES: Final = 20
MAX_IDS: Final = 12
MAX_REASON_CHARS: Final = 300
_MAX_PART_BYTES: Final = 256 * 1024
_MAX_TEXT_CHARS: Final = 20_000
_STATUS: Final = ("message/delivery-status", "message/global-delivery-status")
_RECEIPT: Final = ("message/disposition-notification", "message/global-disposition-notification")
_RETURNED: Final = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-#:])")
_IN_ANGLES = re.compile(r"<([^\s<>@]{1,64}@[^\s<>@]{1,255})>")
_BARE = re.compile(r"(?<![\w.+<@-])([\w.+=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_DELAYED = re.compile(
    r"(?i)\b(delayed|delay|warning|not yet been delivered|will (?:be )?(?:re)?tr(?:y|ied)|still (?:being )?tr(?:y|ied)"
    r"|temporar(?:y|ily)|no action is required|do not need to resend|задерж|затрим)"
)
_ID_LINE = re.compile(r"(?im)^[ \t>|]{0,10}(?:message-id|original-message-id)\s{0,3}:\s{0,3}<([^<>\s]{3,400})>")
_COPY = re.compile(
    r"(?im)^[ \t]{0,4}-{2,10} ?(?:below this line is a copy|this is a copy of|original message"
    r"|the header of the original|returned message|undelivered message|unsent message|transcript of session)"
)


class Fate(StrEnum):
    """What became of a mail. DELAYED: still on its way; FAILED: given up."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    FAILED = "failed"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The fate of a mail at one address. `recipient` is empty where the notice doesn't say."""

    recipient: str
    fate: Fate
    is_permanent: bool  # the address or the mail is refused for good (5.x.x), not only this time
    reason: str  # one line in the words of the other side, codes first; may be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`message_ids`: what the mail it is about may be called, the surest first."""

    message_ids: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def read(mail: Mail, text: str, *, is_bounce: bool) -> Notice | None:
    """What a mail tells of another one; None where it tells nothing. `is_bounce` as `automatic.recognise` found."""
    outcomes = list(_outcomes(mail, text, is_bounce=is_bounce))[:MAX_FATES]
    if not outcomes:
        return None
    ids = dict.fromkeys(one for one in _ids(mail, text) if one)
    return Notice(message_ids=tuple(ids)[:MAX_IDS], outcomes=tuple(outcomes))


def _outcomes(mail: Mail, text: str, *, is_bounce: bool) -> Iterator[Outcome]:
    parts = list(mail.root.walk())
    for part in parts:
        if part.content_type in _RECEIPT:
            yield _receipt(_fields(part)[0])
            return
    if any(part.content_type == "message/feedback-report" for part in parts):
        return  # a complaint (RFC 5965): the mail did arrive
    stated = [one for part in parts if part.content_type in _STATUS for one in _recipients(_fields(part))]
    if stated:
        yield from stated
    elif is_bounce:
        yield from _told(mail, text)


def _fields(part: Part) -> list[Headers]:
    """The blocks of header lines that such a part is made of; at least one."""
    data = part.content[:_MAX_PART_BYTES].replace(b"\r\n", b"\n").strip(b"\n")
    blocks = [block for block in re.split(rb"\n[ \t]*\n", data)[: MAX_FATES + 1] if block.strip()]
    found = [headerblock.split(block, 0, len(block), Budget())[0] for block in blocks]
    return found or [Headers()]


def _recipients(blocks: list[Headers]) -> Iterator[Outcome]:
    """RFC 3464 §2.3: one block for each recipient; the first is about the mail."""
    for fields in blocks:
        action = fields.text("action").strip().lower()
        if not action and "final-recipient" not in fields:
            continue
        code = _ENHANCED.search(fields.text("status"))
        diagnostic = _typed(fields.text("diagnostic-code"))
        reason = _one_line(f"{code.group() if code else ''} {diagnostic}")
        yield Outcome(
            recipient=_address(fields),
            fate=_fate_of(action, code.group(1) if code else ""),
            is_permanent=action in ("", "failed") and (code.group(1) if code else _class_of(diagnostic)) == "5",
            reason=reason,
        )


def _fate_of(action: str, status_class: str) -> Fate:
    if action in ("delivered", "relayed", "expanded"):
        return Fate.DELIVERED
    if action == "delayed" or (action == "" and status_class == "4"):
        return Fate.DELAYED
    return Fate.DELIVERED if action == "" and status_class == "2" else Fate.FAILED


def _address(fields: Headers) -> str:
    """The address we wrote to where it is told, else the one it came to in the end."""
    for name in ("original-recipient", "final-recipient"):
        value = _typed(fields.text(name)).strip(" <>")
        if "@" in value:
            return clean(value)[:320]
    return ""


def _typed(value: str) -> str:
    """`rfc822;ann@example.com`, `smtp; 550 …`: what stands behind the type."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _receipt(fields: Headers) -> Outcome:
    disposition = fields.text("disposition").rpartition(";")[2].strip().lower()
    is_read = disposition.startswith("displayed")
    return Outcome(
        recipient=_address(fields),
        fate=Fate.READ if is_read else Fate.DELIVERED,
        is_permanent=False,
        reason="" if is_read else _one_line(disposition),
    )


def _told(mail: Mail, text: str) -> Iterator[Outcome]:
    """A bounce in words. The addresses that exim names in a header come before those that the text mentions."""
    words = text[:_MAX_TEXT_CHARS]
    copy = _COPY.search(words)
    words = words[: copy.start()] if copy else words
    is_delayed = bool(_DELAYED.search(mail.headers.text("subject")))
    named = [one.address for one in headers.addresses(mail.headers.all_raw("x-failed-recipients"))]
    found = [Outcome(recipient=one, fate=Fate.FAILED, is_permanent=False, reason="") for one in named[:MAX_FATES]]
    own = {one.address.casefold() for name in ("from", "to") for one in headers.addresses(mail.headers.all_raw(name))}
    if not found:
        spoken = dict.fromkeys([*_IN_ANGLES.findall(words), *_BARE.findall(words)])
        first = next((one for one in spoken if one.casefold() not in own), "")
        found = [Outcome(recipient=first, fate=Fate.FAILED, is_permanent=False, reason="")]
    for one in found:
        yield _reasoned(one, words, is_delayed=is_delayed)


def _reasoned(one: Outcome, words: str, *, is_delayed: bool) -> Outcome:
    """With the first line after its address that gives a code."""
    at = words.casefold().find(one.recipient.casefold()) if one.recipient else 0
    lines = words[max(at, 0) :].splitlines()[:40]
    line = next((line for line in lines if _class_of(line)), "") or next(
        filter(_class_of, words.splitlines()[:200]), ""
    )
    found = _class_of(line)
    if is_delayed or (found == "4" and _DELAYED.search(words)):
        return replace(one, fate=Fate.DELAYED, reason=_one_line(line))
    return replace(one, is_permanent=found == "5", reason=_one_line(line))


def _class_of(line: str) -> str:
    """2, 4 or 5 as the line's enhanced code (RFC 3463), else its reply code (RFC 5321), begins; or empty."""
    code = _ENHANCED.search(line) or _REPLY.search(line)
    return code.group(1) if code else ""


def _ids(mail: Mail, text: str) -> Iterator[str]:
    for part in mail.root.walk():
        if part.content_type in _RETURNED:
            fields = _fields(part)[0]
            yield from headers.message_ids(fields.raw("message-id"))
        elif part.content_type in _RECEIPT:
            yield from headers.message_ids(_fields(part)[0].raw("original-message-id"))
    yield from _ID_LINE.findall(text[: _MAX_TEXT_CHARS * 10])[:MAX_IDS]
    yield from headers.message_ids(mail.headers.raw("in-reply-to"))
    yield from reversed(headers.message_ids(mail.headers.raw("references")))


def _one_line(text: str) -> str:
    return clean(" ".join(decode_header(text.encode("utf-8", "replace")).split()))[:MAX_REASON_CHARS]
