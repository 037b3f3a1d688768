"""Lines by which mail clients introduce what they quote, in the languages our users write and meet.

Every rule looks at a few short lines with expressions that cannot backtrack far, so that a whole text costs time in
proportion to its length.
"""

import re
from collections.abc import Sequence
from typing import Final

#: Longer lines are paragraphs, never part of an attribution.
MAX_LINE_CHARS: Final = 300
MAX_LINES: Final = 4
MAX_BLOCK_LINES: Final = 14

_VERBS: Final = (
    "wrote|sent|said|writes|написал|написала|написал\\(а\\)|написали|пишет|писал|писала|написав|написала"
    "|написав\\(-ла\\)|пише|писав"
    "|schrieb|geschrieben|schreef|geschreven|a [ée]crit|napisał|napisała|napisał\\(a\\)|napisał/a|pisze|escribi[óo]"
    "|escreveu|ha scritto|skrev"
    "|kirjoitti|yazd[ıi]|napsal|napísal|a scris|đã viết|写道|書きました|írta|написа|έγραψε"
)
_VERB = re.compile(rf"(?i)(?:\b|(?<=[>\])\"]))(?:{_VERBS})\b")
#: The end of an attribution: a verb and a colon, a colon after an address, or dashes that close a ruled line.
_ENDS_WITH_VERB = re.compile(rf"(?i)(?:\b|(?<=[>\])\"]))(?:{_VERBS})(?: [^:<>@]{{0,60}})? ?(?::|-{{2,}}|：)\s*$")
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>]{1,200}[>)\]\"*]{0,4} ?[:：]\s*$")
_HAS_ADDRESS = re.compile(r"[^\s@<>]{1,100}@[^\s@<>]{2,200}")
_HAS_DATE = re.compile(
    r"(?:\b\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}-[A-Za-z]{3}-?\d{0,4}\b"
    r"|\b\d{1,2} ?[ap]\.?m\b)"
)
_DAYS: Final = (
    "mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|нд|вс|понедельник|вторник|среда|среду|четверг|пятниц|суббот"
    "|воскресен"
    "|понеділ|вівтор|серед|четвер|п['’ʼ]ятниц|субот|неділ|mo\\.|di\\.|mi\\.|do\\.|fr\\.|sa\\.|so\\.|lun|mar|mer|jeu"
    "|ven|sam|dim"
    "|pon|wt|śr|czw|pt|sob|niedz|man|tir|ons|tor|fre|lør|lör|søn|sön"
)
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_STARTS = re.compile(
    rf"(?i)^[\s*]*(?:-{{2,}} ?)?(?:on\b|am\b|le\b|el\b|em\b|op\b|den\b|il\b|på\b|w dniu\b|dnia\b|dne\b|vào\b|в\b|у\b"
    rf"|від\b|от\b|quoting\b"
    rf"|sent from\b|(?:{_DAYS})[\w.]{{0,8}}[,. ]|(?:{_MONTHS})[a-z]{{0,6}}\.? \d|[^\W\d_]{{2,4}}\.?,? \d{{1,2}}[. ]"
    rf"|\d{{1,4}}[./ :年-]|\d{{1,2}}\.)"
)
_MIDLINE = re.compile(rf"(?:^|[\s.!?)-])-{{0,4}} ?On (?=(?:{_DAYS}|{_MONTHS})[a-z]{{0,6}}[,. ] ?|\d)", re.IGNORECASE)
_BARE_DATED = re.compile(
    r"^[\s*]*(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b.{0,120}@[^\s<>]+>?\s*$"
)

_ORIGINAL = re.compile(
    r"(?i)^[\s*]*[-_=–—]{2,} ?[*]?(?:(?:original|исходн|оригинал|первоначальн|вихідн|оригінал|початков|ursprüng"
    r"|original|oryginaln"
    r"|pierwotn|oprindel|ursprung|alkuperäinen|původní|pôvodn|eredeti|mensaj|messaggio|message d|bericht|mesaj|reply"
    r"|-*reply|ответ|відповідь)"
    r"[^-_=\n]{0,60})[*]?[-_=–—]{2,}:?\s*$|^[\s*]*(?:original message|исходное сообщение|message d['’]origine"
    r"|ursprüngliche nachricht):?\s*$"
)
_FORWARDED = re.compile(
    r"(?i)^[\s*]*(?:[-_=–—]{2,} ?[*]?(?:forwarded|fwd|пересылаем|пересланн|переадресован|перенаправл|пересилан"
    r"|weitergeleitet|message transf[ée]r"
    r"|transf[ée]r|przekazan|přeposlan|reenviad|encaminhad|inoltrat|doorgestuurd|vidaresend|vidarebefordra"
    r"|videresend)[^-_=\n]{0,60}[-_=–—]{2,}"
    r"|begin forwarded message:|начало переадресованного сообщения:|початок пересланого повідомлення:"
    r"|anfang der weitergeleiteten nachricht:"
    r"|début du message (?:transféré|réexpédié) ?:|początek przekazywanej wiadomości:)\s*$"
)

_FIELDS: Final = {
    "from": "from|от|від|von|de|od|fra|från|van|da|mittente|lähettäjä|差出人|发件人|寄件者|보낸 ?사람|gönderen|от кого",
    "date": "message du|date|sent|дата|отправлено|отправлена|надіслано|gesendet|datum|envoyé|enviado(?: el)?|data"
    "|wysłano|wysłane|sendt|skickat|verzonden|inviato|lähetetty|fecha"
    "|送信日時|发送时间|日期|tarih|dato|дата отправки",
    "to": "to|кому|an|à|a|para|do|til|till|aan|destinatari[oa]|vastaanottaja|pour|宛先|收件人|kime|получатель|кому:",
    "cc": "cc|копия|копія|kopie|dw|kopia|cc:|скрытая копия",
    "subject": "subject|тема|betreff|objet|sujet|asunto|assunto|temat|emne|ämne|onderwerp|oggetto|aihe|件名|主题"
    "|konu|re",
}
_FIELD = re.compile(
    r"(?i)^[\s*>|]{0,12}[*_]{0,2}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items())
    + r")[*_]{0,2}[ \xa0]{0,2}[:：][*_]{0,2}(?:\s|[^/\s]|$)"
)


def is_original_mark(line: str) -> bool:
    """A ruled line such as `-----Original Message-----`: history begins."""
    return len(line) <= MAX_LINE_CHARS and _ORIGINAL.match(line) is not None


def is_forward_mark(line: str) -> bool:
    """A ruled line or heading above a forwarded mail."""
    return len(line) <= MAX_LINE_CHARS and _FORWARDED.match(line) is not None


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """The headers of a quoted mail (`From: … Sent: … Subject: …`) begin at this line.

    A customer's own `From: Kyiv`, `To: Lviv` and what a web form writes above its text are none.
    """
    if not _field(lines[at]):
        return False
    seen: set[str] = set()
    has_address = False
    others = 0
    for line in lines[at : at + MAX_BLOCK_LINES]:
        name = _field(line)
        if name:
            seen.add(name)
            others = 0
        else:
            others += 1
            if others > 2:
                break
        has_address = has_address or _HAS_ADDRESS.search(line[:MAX_LINE_CHARS]) is not None
    if len(seen) == 2:  # a web form's `From` and `Subject` are none
        return seen == {"from", "date"} or (seen == {"date", "to"} and has_address)
    return len(seen) > 2 and "from" in seen and (has_address or bool(seen & {"subject", "date"}))


def _field(line: str) -> str:
    found = _FIELD.match(line[:MAX_LINE_CHARS])
    return found.lastgroup or "" if found else ""


def attribution_end(lines: Sequence[str], at: int, *, is_before_quote: bool) -> int:
    """The line after the attribution that begins at `at`, or `at` when none does.

    `is_before_quote`: a line marked `>` follows soon, so that less is asked of the words.
    """
    if not _STARTS.match(lines[at][:MAX_LINE_CHARS]):
        return at + 1 if _is_whole(lines[at], is_before_quote=is_before_quote) else at
    joined = ""
    blanks = 0
    for index in range(at, min(at + MAX_LINES + 1, len(lines))):
        line = lines[index].strip()
        if not line:
            blanks += 1
            if blanks > 1 or index == at:
                return at
            continue
        if len(line) > MAX_LINE_CHARS or _is_quoted(line) or (index > at and _field(line)):
            return at
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined):
            return index + 1
        if index == at and is_before_quote and _BARE_DATED.match(joined):
            return index + 1
        if line.endswith((".", "!", "?")) and not _HAS_DATE.search(joined):
            return at
    return at


def _is_quoted(line: str) -> bool:
    return line.startswith("> ") and not _ENDS_WITH_VERB.search(line)


#: How attributions end; zoho and others leave out the colon.
_LAST: Final = (":", "-", "：", "> wrote", "> написал", "> написала", "> написав", "> написала", "> пише")


def _is_attribution(text: str) -> bool:
    if not text.endswith(_LAST):
        return False
    has_date = _HAS_DATE.search(text) is not None
    has_address = _HAS_ADDRESS.search(text) is not None
    if not text.endswith((":", "-", "：")):
        return has_date and has_address
    if _ENDS_WITH_VERB.search(text[-200:]):
        return has_date or has_address
    if has_date and has_address and (_ENDS_WITH_ADDRESS.search(text[-320:]) or _VERB.search(text)):
        return True
    return has_date and _VERB.search(text) is not None


def _is_whole(line: str, *, is_before_quote: bool) -> bool:
    """A line that does not open as attributions do, yet is one: `Ann <ann@example.com> wrote:`."""
    text = line.strip()
    if len(text) > MAX_LINE_CHARS or not text.endswith((":", "-")) or midline_start(line) >= 0:
        return False
    if not _ENDS_WITH_VERB.search(text[-200:]):
        return False
    return is_before_quote or _HAS_ADDRESS.search(text) is not None


def midline_start(line: str) -> int:
    """Where an attribution begins inside a line that opens with the reply itself; -1 when none does."""
    if "On " not in line or len(line) > 2 * MAX_LINE_CHARS:
        return -1
    found = _MIDLINE.search(line, 1)
    return found.start() if found else -1
