"""Invitations and their answers, made readable (RFC 5545, RFC 5546). Nothing here raises.

Times are shown as the organizer wrote them with the name of their zone: turning them into another zone would need the
rules of every zone, and a wrong hour is worse than a foreign one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from channelhub.content import charset
from channelhub.content.encodedwords import clean

MAX_BYTES: Final = 256 * 1024
MAX_EVENTS: Final = 10
MAX_PEOPLE: Final = 20
_MAX_LINES: Final = 10_000
_MAX_VALUE_CHARS: Final = 8_000

_FOLD = re.compile(rb"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})=("[^"]*"|[^";:]*)')
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_EVENTS: Final = frozenset({"vevent", "vtodo"})
_METHODS: Final = {
    "REQUEST": "Invitation", "PUBLISH": "Event", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation",
    "COUNTER": "Another time proposed", "DECLINECOUNTER": "Proposed time declined", "REFRESH": "Invitation asked for",
    "ADD": "Date added",
}  # fmt: skip
_ANSWERS: Final = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "accepted tentatively", "DELEGATED": "delegated",
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Event:
    """One appointment. Texts are on one line but for `description`."""

    summary: str = ""
    when: str = ""
    place: str = ""
    organizer: str = ""
    repeats: str = ""
    description: str = ""
    is_cancelled: bool = False
    answers: list[str] = field(default_factory=list)  # `Ann <ann@x.example>: accepted`


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`method` is upper case as RFC 5546 names it: REQUEST, REPLY, CANCEL, …; empty where none is stated."""

    method: str
    events: tuple[Event, ...]

    @property
    def title(self) -> str:
        """What it is, and of what, on one line."""
        event = self.events[0]
        kind = "Cancelled" if event.is_cancelled else _METHODS.get(self.method, "Event")
        return f"{kind}: {event.summary}" if event.summary else kind

    @property
    def line(self) -> str:
        """Everything but the description on one line."""
        event = self.events[0]
        parts = [self.title, event.when, event.repeats, event.place, event.organizer, *event.answers]
        more = f"and {len(self.events) - 1} more" if len(self.events) > 1 else ""
        return "; ".join(part for part in (*parts, more) if part)

    @property
    def text(self) -> str:
        """All events as lines for people to read."""
        return "\n\n".join(_lines(self, event) for event in self.events)


def _lines(invitation: Invitation, event: Event) -> str:
    title = Invitation(method=invitation.method, events=(event,)).title
    facts = (
        ("When", event.when), ("Repeats", event.repeats), ("Where", event.place), ("Organizer", event.organizer),
        *(("Answer", one) for one in event.answers),
    )  # fmt: skip
    lines = [title, *(f"{name}: {value}" for name, value in facts if value)]
    return "\n".join(lines + (["", event.description] if event.description else []))


@dataclass(slots=True)
class _Property:
    name: str  # lower case
    parameters: dict[str, str]  # names in lower case
    value: str


def read(data: bytes, declared_charset: str = "", declared_method: str = "") -> Invitation | None:
    """The invitation in a text/calendar body; None where there is no event in it."""
    method = declared_method.strip().upper()
    events: list[Event] = []
    open_components: list[str] = []
    found: dict[str, list[_Property]] = {}
    for one in _properties(data, declared_charset):
        if one.name == "begin":
            open_components.append(one.value.strip().lower())
            if open_components[-1] in _EVENTS:
                found = {}
        elif one.name == "end":
            if one.value.strip().lower() in _EVENTS:
                events.append(_event(found, method))
                found = {}
                if len(events) >= MAX_EVENTS:
                    break
            if open_components:
                open_components.pop()
        elif one.name == "method" and len(open_components) == 1:
            method = one.value.strip().upper()
        elif open_components and open_components[-1] in _EVENTS:
            found.setdefault(one.name, []).append(one)
    if found:  # cut off before its end
        events.append(_event(found, method))
    return Invitation(method=clean(method)[:40], events=tuple(events)) if events else None


def of_outlook(
    *, method: str, summary: str, starts: datetime | None, ends: datetime | None, place: str, description: str = ""
) -> Invitation:
    """An invitation out of Outlook's own form, whose times are UTC."""
    when = _span(starts, ends, is_day=False, zone="UTC") if starts else ""
    event = Event(summary=summary, when=when, place=place, description=description, is_cancelled=method == "CANCEL")
    return Invitation(method=method, events=(event,))


def _properties(data: bytes, declared_charset: str) -> Iterator[_Property]:
    text = charset.decode(_FOLD.sub(b"", data[:MAX_BYTES]), declared_charset or "utf-8")
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n", _MAX_LINES)[:_MAX_LINES]:
        name = _NAME.match(line)
        if name is None:
            continue
        at = name.end()
        parameters: dict[str, str] = {}
        while (parameter := _PARAMETER.match(line, at)) is not None:
            parameters.setdefault(parameter.group(1).lower(), parameter.group(2).strip('"'))
            at = parameter.end()
        at = line.find(":", at)
        if at >= 0:
            yield _Property(name.group().lower(), parameters, line[at + 1 : at + 1 + _MAX_VALUE_CHARS])


def _event(found: dict[str, list[_Property]], method: str) -> Event:
    description = _first(found, "description", is_line=False)
    attendees = found.get("attendee", [])[:MAX_PEOPLE] if method in ("REPLY", "COUNTER") else []
    return Event(
        summary=_first(found, "summary"),
        when=_when(found),
        place=_first(found, "location"),
        organizer=_person(found["organizer"][0]) if "organizer" in found else "",
        repeats=_repeats(_first(found, "rrule")),
        description=description,
        is_cancelled=method == "CANCEL" or _first(found, "status").upper() == "CANCELLED",
        answers=[f"{_person(one)}: {_answer(one)}" for one in attendees],
    )


def _first(found: dict[str, list[_Property]], name: str, *, is_line: bool = True) -> str:
    if name not in found:
        return ""
    text = _ESCAPE.sub(lambda one: "\n" if one.group(1) in "nN" else one.group(1), found[name][0].value)
    return clean(text)[:1000] if is_line else "\n".join(clean(line) for line in text.split("\n")).strip()


def _person(one: _Property) -> str:
    address = clean(one.value)
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = clean(one.parameters.get("cn", ""))
    return f"{name} <{address}>"[:500] if name and name != address else address[:500]


def _answer(one: _Property) -> str:
    stated = one.parameters.get("partstat", "NEEDS-ACTION").upper()
    return _ANSWERS.get(stated, "no answer yet")


def _when(found: dict[str, list[_Property]]) -> str:
    begin = next((found[name][0] for name in ("dtstart", "due") if name in found), None)
    if begin is None:
        return ""
    starts, is_day, zone = _stamp(begin)
    if starts is None:
        return clean(begin.value)[:100]
    ends = _stamp(found["dtend"][0])[0] if "dtend" in found else None
    length = _DURATION.fullmatch(_first(found, "duration"))
    if ends is None and length is not None:
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in length.groups())
        ends = _later(starts, timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds))
    if is_day and ends is not None:
        ends = _later(ends, timedelta(days=-1))  # DTEND names the day after the last, RFC 5545 §3.6.1
    return _span(starts, ends, is_day=is_day, zone=zone)


def _later(at: datetime, step: timedelta) -> datetime | None:
    try:
        return at + step
    except OverflowError:
        return None


def _stamp(one: _Property) -> tuple[datetime | None, bool, str]:
    """The time as written, whether it is a whole day, and the name of its zone."""
    found = _STAMP.match(one.value.strip())
    if found is None:
        return None, False, ""
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    try:
        at = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - its zone is a name beside it
    except ValueError:
        return None, False, ""
    zone = "UTC" if found.group(7) else clean(one.parameters.get("tzid", ""))[:100]
    return at, found.group(4) is None, zone


def _span(starts: datetime, ends: datetime | None, *, is_day: bool, zone: str) -> str:
    if is_day:
        return f"{starts:%Y-%m-%d} – {ends:%Y-%m-%d}" if ends and ends > starts else f"{starts:%Y-%m-%d}"
    shown = f"{starts:%Y-%m-%d %H:%M}"
    if ends is not None and ends > starts:
        shown += f" – {ends:%H:%M}" if ends.date() == starts.date() else f" – {ends:%Y-%m-%d %H:%M}"
    return f"{shown} ({zone})" if zone else shown


def _repeats(rule: str) -> str:
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    if not parts.get("FREQ", "").isalpha():
        return ""
    words = [parts["FREQ"].lower()]
    if parts.get("INTERVAL", "1") != "1":
        words.append(f"every {parts['INTERVAL'][:5]}")
    if "BYDAY" in parts:
        words.append(f"on {parts['BYDAY'][:60]}")
    if "COUNT" in parts:
        words.append(f"{parts['COUNT'][:6]} times")
    until = _STAMP.match(parts.get("UNTIL", ""))
    if until is not None:
        words.append("until " + "-".join(until.groups()[:3]))
    return ", ".join(words)
