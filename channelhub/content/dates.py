"""The instant that a Date header, a Received stamp or an mbox separator states, in whatever form. Nothing here raises.

RFC 5322 §3.3 and §4.3 first; then what mailers write instead: month names of other languages, ISO 8601, numbers alone,
12-hour clocks, zones by name. Of what stays ambiguous (`03/04/2026`) the day is taken to come first.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from channelhub.content.encodedwords import decode_header

_COMMENT = re.compile(rb"\([^()]{0,200}\)")
_STANDARD = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? ([+-])(\d\d)(\d\d)(?!\d)"
)
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?!\d)")
_DOTTED_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})\.(\d\d)\.(\d\d)(?![\d.])")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})?")
_UNIX = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
_HALF = re.compile(r"\b([ap])\.?m\b", re.IGNORECASE)
#: What stands between the clock and the zone's figures: `12:00:00 PM GMT+02:00`.
_OFFSET = re.compile(r"[\s\"']{0,20}(?:[ap]\.?m\.?\s?)?(?:[a-z]{1,5}\s?)?([+-])(\d{1,2}):?(\d\d)?(?!\d)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}|\d+")
_LETTERS = re.compile(r"[A-Za-z]{1,5}")

#: Hours east of Greenwich. Military letters are as good as nothing (RFC 5322 §4.3).
_ZONES: Final = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7, "MSK": 3, "MSD": 4, "EET": 2, "EEST": 3, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2,
    "WET": 0, "WEST": 1, "BST": 1, "IST": 5.5, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AEST": 10, "AEDT": 11,
}  # fmt: skip
#: The first letters of month names: English, Russian, Ukrainian, German, Polish, French, Spanish, Italian, …
_MONTHS: Final = {
    beginning: number
    for number, beginnings in enumerate(
        (
            "jan янв січ sty ene gen", "feb фев лют fév lut fev", "mar мар бер mär maa mrt", "apr апр кві kwi avr abr",
            "may мая май тра mai maj mei mag", "jun июн чер juin cze giu", "jul июл лип juil lip lug",
            "aug авг сер aoû sie ago", "sep сен вер wrz set", "oct окт жов okt paź ott out", "nov ноя лис lis",
            "dec дек гру dez déc gru dic",
        ),
        1,
    )
    for beginning in beginnings.split()
}  # fmt: skip


def read(raw: bytes) -> datetime | None:
    """The instant in its own zone (UTC where none is stated); None where it can't be read."""
    text = decode_header(_COMMENT.sub(b" ", _COMMENT.sub(b" ", raw[:300])))
    try:
        at = _standard(text) or _numeric(text) or _any(text)
    except (ValueError, OverflowError):
        return None
    # At the calendar's two ends a step to another zone overflows.
    return at if at is not None and 2 <= at.year <= 9998 else None


def _standard(text: str) -> datetime | None:
    found = _STANDARD.match(text)
    month = _MONTHS.get(found.group(2).lower()) if found else None
    if found is None or month is None:
        return None
    day, _, year, hour, minute, second, sign, zone_h, zone_m = found.groups()
    return _instant(
        (int(year), month, int(day)), (int(hour), int(minute), int(second or 0)), _offset(sign, zone_h, zone_m)
    )


def _numeric(text: str) -> datetime | None:
    """ISO 8601 without marks, and seconds since 1970."""
    compact = _COMPACT.match(text)
    if compact is not None:
        year, month, day, hour, minute, second = (int(part) for part in compact.groups()[:6])
        return _instant((year, month, day), (hour, minute, second), _zone(compact.group(7) or ""))
    if _UNIX.fullmatch(text):
        return datetime.fromtimestamp(float(text), UTC)
    return None


def _any(text: str) -> datetime | None:
    clock = _CLOCK.search(text) or _DOTTED_CLOCK.search(text)
    offset = _OFFSET.match(text, clock.end()) if clock else None
    days = text
    if clock is not None:
        behind = text[offset.end() :] if offset else text[clock.end() :]
        days = f"{text[: clock.start()]} {behind}"
    half = _HALF.search(text)
    date = _date(days, is_american=half is not None)
    if date is None and clock is not None and clock.re is _DOTTED_CLOCK:  # it was the date
        clock, date = None, _date(text, is_american=False)
    if date is None:
        return None
    if clock is None:
        return _instant(date, (0, 0, 0), timedelta())
    hour, minute, second = (int(part or 0) for part in clock.groups())
    if half is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.group(1) in "pP" else 0)
    return _instant(date, (hour, minute, second), _zone(text[clock.end() :]))


def _date(text: str, *, is_american: bool) -> tuple[int, int, int] | None:
    """Year, month and day."""
    iso = _YEAR_FIRST.search(text)
    if iso is not None:
        return int(iso.group(1)), int(iso.group(2)), int(iso.group(3))
    named = _named(text)
    if named is not None:
        return named
    found = _YEAR_LAST.search(text)
    if found is None:
        return None
    day, month, year = int(found.group(1)), int(found.group(3)), _year(found.group(4))
    if month > 12 or (is_american and found.group(2) == "/" and day <= 12):
        day, month = month, day
    return year, month, day


def _named(text: str) -> tuple[int, int, int] | None:
    """A date with its month in letters, day before or after it."""
    words = [found.group().lower() for found in _WORD.finditer(text)][:20]
    months = [at for at, word in enumerate(words) if not word.isdigit() and _month(word)]
    # `mar., 20 janv.`: days of the week look like months, and come first.
    chosen = next((at for at in months if at and words[at - 1].isdigit()), months[0] if months else None)
    if chosen is None:
        return None
    before = words[chosen - 1] if chosen else ""
    after = [word for word in words[chosen + 1 :] if word.isdigit()]
    numbers = [before, *after[:1]] if before.isdigit() else after[:2]
    if len(numbers) < 2:
        return None
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
    return _year(year), _month(words[chosen]), int(day)


def _month(word: str) -> int:
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3]) or 0


def _year(text: str) -> int:
    """RFC 5322 §4.3: two digits mean 1970 to 2069 here, three are years since 1900."""
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 70 else 1900)
    return year + 1900 if len(text) == 3 else year


def _zone(text: str) -> timedelta:
    """The zone at the beginning of what follows the clock, in figures or by one of its names."""
    offset = _OFFSET.match(text)
    if offset is not None:
        return _offset(offset.group(1), offset.group(2), offset.group(3) or "0")
    names = (found.group().upper() for found in _LETTERS.finditer(text))
    return timedelta(hours=next((_ZONES[name] for name in names if name in _ZONES), 0))


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    """Raises ValueError where no place on Earth has that zone."""
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > timedelta(hours=15):
        raise ValueError(f"{hours}:{minutes} is no zone")
    return -offset if sign == "-" else offset


def _instant(date: tuple[int, int, int], clock: tuple[int, int, int], offset: timedelta) -> datetime:
    """24:00 is the next day's midnight, a leap second the one before it."""
    hour, minute, second = clock
    is_next_day = clock == (24, 0, 0)
    at = datetime(*date, 0 if is_next_day else hour, minute, 59 if second == 60 else second, tzinfo=timezone(offset))
    return at + timedelta(days=1) if is_next_day else at
