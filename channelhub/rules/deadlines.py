"""By when, in words: `завтра до 18:00`, `протягом двох годин`, `by Friday`, `до 25 ноября`. Pure.

Read in Russian, Ukrainian and English, from the moment and in the zone in which it was said. A day without an hour ends
with that day; an hour without a day is the next time that the clock shows it. What is past is no deadline.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

_LONGEST = timedelta(days=366)
_FARTHEST_DAYS: Final = 180  # a date without a year that lies further ahead was meant as a past one
_WEEKEND: Final = 5

_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        (
            "a an one один одну одного однієї одной", "two два две дві двох двух", "three три трьох трех трёх",
            "four чотири чотирьох четыре четырех четырёх", "five п'ять п'яти пять пяти",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_SPAN = re.compile(
    r"""\b(?:протягом|упродовж|впродовж|в\s+течени[еи]|within|in|через|за)\s+
    (?:(?:the\s+next|наступн\w+|найближч\w+|ближайш\w+|следующ\w+)\s+)?
    (?:(?P<number>\d{1,3}|[^\W\d_]+['’ʼ]?[^\W\d_]*)(?:\s*(?:[-–—]|до|to)\s*(?P<most>\d{1,3}))?\s+)?
    (?P<working>(?:робоч|рабоч|business|working)\w*\s+)?
    (?:(?P<minute>хвилин\w*|хв|минут\w*|мин|minutes?|min)|(?P<hour>годин\w*|год|час(?:а|ов|у)?|hours?)
    |(?P<whole>доб[иу]|сутк[иу]|суток)|(?P<day>дн(?:я|ів|і|ей)|день|days?)|(?P<week>тижн\w*|тиждень|недел\w*|weeks?))\b
    (?!\s+(?:до|before)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMED_DAY = re.compile(
    r"\b(?:(?P<in0>сегодня|сьогодні|today|tonight|до\s+кон(?:ца|ця)\s+дня|до\s+кінця\s+дня|end\s+of\s+(?:the\s+)?day)"
    r"|(?P<in2>послезавтра|післязавтра|позавтра|day\s+after\s+tomorrow)|(?P<in1>завтра|tomorrow)"
    r"|(?P<week>до\s+конца\s+недели|до\s+кінця\s+тижня|end\s+of\s+(?:the\s+|this\s+)?week)"
    r"|(?P<next>на\s+следующей\s+неделе|наступного\s+тижня|next\s+week))\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:до|к|ко|в|во|у|by|on|until|till|before|this|next)\s+(?:"
    r"(?P<d0>понедельник\w*|понеділ\w+|monday)|(?P<d1>вторник\w*|вівтор\w+|tuesday)"
    r"|(?P<d2>сред[уыеа]|серед[уиіа]|wednesday)|(?P<d3>четверг\w*|четверга?|thursday)"
    r"|(?P<d4>пятниц\w+|п['’ʼ]ятниц\w+|friday)|(?P<d5>суббот\w+|субот\w+|saturday)"
    r"|(?P<d6>воскресень\w+|неділ\w+|sunday))\b",
    re.IGNORECASE,
)
_MONTHS: Final = (
    r"январ[яь]|січ(?:ня|ень)|jan(?:uary)?", r"феврал[яь]|лют(?:ого|ий)|feb(?:ruary)?",
    r"марта?|берез(?:ня|ень)|mar(?:ch)?", r"апрел[яь]|квіт(?:ня|ень)|apr(?:il)?", r"ма[яй]|трав(?:ня|ень)|may",
    r"июн[яь]|черв(?:ня|ень)|june?", r"июл[яь]|лип(?:ня|ень)|july?", r"августа?|серп(?:ня|ень)|aug(?:ust)?",
    r"сентябр[яь]|верес(?:ня|ень)|sept?(?:ember)?", r"октябр[яь]|жовт(?:ня|ень)|oct(?:ober)?",
    r"ноябр[яь]|листопада?|nov(?:ember)?", r"декабр[яь]|груд(?:ня|ень)|dec(?:ember)?",
)  # fmt: skip
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:-?(?:го|st|nd|rd|th))?\s+(?:of\s+)?(?:{_MONTH})\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b(?:{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)", re.IGNORECASE)
_FIGURES = re.compile(r"(?<![\d.:])(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4}|\d\d))?(?![\d:])")
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_OF = re.compile(r"\b(?:від|от|з|с|from|of|dated)\s+$", re.IGNORECASE)  # what the date of something else stands after
_CLOCK = re.compile(
    r"""(?:(?P<before>\b(?:до|к|о|об|в|у|по|by|before|until|till|at)\s+))?(?<![\d.:])
    (?P<hour>\d{1,2})(?:(?P<sign>[:.])(?P<minute>\d\d))?(?![\d.:]*\d)\s*
    (?P<half>[ap]\.?m\b\.?|утра|ранку|вечера|вечора|дня)?(?P<unit>\s*(?:год(?:ин\w*)?|час(?:а|ов)?|ч)\b\.?)?
    (?P<closed>(?=\s*(?:[,.;!)]|$|завтра|сьогодні|сегодня|tomorrow|today)))?""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(r"\b(?:після|после|after|з|с|from)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when, in the zone it was said in. `is_day`: by the end of a day; then `at` is the midnight after it."""

    at: datetime
    is_day: bool


def deadline(sentence: str, *, at: datetime) -> Deadline | None:
    """What a sentence said at a local time names as its deadline; None where it names none."""
    try:
        found = _after_a_while(sentence, at) or _at_an_hour(sentence, at)
    except OverflowError:  # at the end of the calendar
        return None
    return found if found is not None and at < found.at <= at + _LONGEST else None


def _after_a_while(sentence: str, at: datetime) -> Deadline | None:
    for span in _SPAN.finditer(sentence):
        number = _count(span)
        if number is None:
            continue
        if span["minute"] or span["hour"] or span["whole"]:
            unit = timedelta(minutes=1) if span["minute"] else timedelta(hours=24 if span["whole"] else 1)
            return Deadline(at=_later(at, number * unit), is_day=False)
        if span["week"]:
            return _end_of(at, at.date() + timedelta(weeks=number))
        if span["working"]:
            return _end_of(at, _working_day(at.date(), number))
        return _end_of(at, at.date() + timedelta(days=number if span["number"] else 0))
    return None


def _count(span: re.Match[str]) -> int | None:
    """How many; the most of two numbers; None for a word that is no number."""
    said = span["most"] or span["number"]
    if said is None:
        return 1
    return int(said) if said.isdigit() else _NUMBERS.get(said.lower().replace("’", "'").replace("ʼ", "'"))


def _later(at: datetime, span: timedelta) -> datetime:
    """After so much time has really passed, whatever clocks are put back meanwhile."""
    return datetime.fromtimestamp(at.timestamp() + span.total_seconds(), at.tzinfo)


def _at_an_hour(sentence: str, at: datetime) -> Deadline | None:
    day, rest = _day(sentence, at.date())
    clock = next(_clocks(rest), None)
    if clock is None:
        return None if day is None else _end_of(at, day)
    if day is not None:
        return Deadline(at=_moment(at, day, clock), is_day=False)
    today = _moment(at, at.date(), clock)
    return Deadline(at=today if today > at else _moment(at, at.date() + timedelta(days=1), clock), is_day=False)


def _day(sentence: str, today: date) -> tuple[date | None, str]:
    """The day that is named, and the sentence without its name."""
    for found, day in _days(sentence, today):
        if day is not None and day >= today and not _OF.search(sentence[: found.start()]):
            return day, f"{sentence[: found.start()]} {sentence[found.end() :]}"
    return None, sentence


def _days(sentence: str, today: date) -> Iterator[tuple[re.Match[str], date | None]]:
    for found in _ISO.finditer(sentence):
        yield found, _date(int(found["year"]), int(found["month"]), int(found["day"]))
    for found in _FIGURES.finditer(sentence):
        year = int(found["year"]) if found["year"] else None
        yield found, _in_year(year, int(found["month"]), int(found["day"]), today)
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(sentence):
            month = next(number for number in range(1, 13) if found[f"m{number}"])
            yield found, _in_year(None, month, int(found["day"]), today)
    for found in _NAMED_DAY.finditer(sentence):
        yield found, _named(found, today)
    for found in _WEEKDAY.finditer(sentence):
        wanted = next(number for number in range(7) if found[f"d{number}"])
        yield found, today + timedelta(days=(wanted - today.weekday()) % 7)


def _named(found: re.Match[str], today: date) -> date:
    if found["week"] or found["next"]:
        return today + timedelta(days=6 - today.weekday() + (7 if found["next"] else 0))
    return today + timedelta(days=next(days for days in range(3) if found[f"in{days}"]))


def _in_year(year: int | None, month: int, day: int, today: date) -> date | None:
    """Without a year the next such day, unless it lies so far ahead that the last one was meant."""
    if year is not None:
        return _date(year + 2000 if year < 100 else year, month, day)
    this = _date(today.year, month, day)
    if this is None or this >= today:
        return this
    following = _date(today.year + 1, month, day)
    return following if following is not None and (following - today).days <= _FARTHEST_DAYS else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clocks(sentence: str) -> Iterator[tuple[int, int]]:
    """Hours and minutes, the last ones first: of `from 10:00 to 12:00` the end counts."""
    for found in reversed(list(_CLOCK.finditer(sentence))):
        is_whole = found["minute"] or found["half"] or found["unit"] or found["closed"] is not None
        is_said = found["sign"] == ":" or (found["before"] and is_whole)
        if not is_said or _AFTER.search(sentence[: found.start()]):
            continue
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = (found["half"] or "").lower()
        if half[:1] in ("p", "в", "д") and hour < 12:
            hour += 12
        elif half.startswith("a") and hour == 12:
            hour = 0
        if minute < 60 and (hour < 24 or (hour, minute) == (24, 0)):
            yield hour, minute


def _moment(at: datetime, day: date, clock: tuple[int, int]) -> datetime:
    hour, minute = clock
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(), at.tzinfo)
    return datetime.combine(day, time(hour, minute), at.tzinfo)


def _end_of(at: datetime, day: date) -> Deadline:
    return Deadline(at=datetime.combine(day + timedelta(days=1), time(), at.tzinfo), is_day=True)


def _working_day(today: date, number: int) -> date:
    """After so many days that are neither Saturday nor Sunday."""
    day = today
    for _ in range(number):
        day += timedelta(days=1)
        while day.weekday() >= _WEEKEND:
            day += timedelta(days=1)
    return day
