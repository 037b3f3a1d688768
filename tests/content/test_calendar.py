"""Invitations: what, when and in which zone, where, by whom, and what was answered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.content import calendar
from tests.examples import examples


def event(*lines: str, method: str = "REQUEST") -> bytes:
    rows = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(rows).encode()


def read(*lines: str, method: str = "REQUEST") -> calendar.Invitation:
    found = calendar.read(event(*lines, method=method))
    assert found is not None
    return found


def test_a_request_reads_like_a_note() -> None:
    invitation = read(
        "SUMMARY:Планёрка\\, каждую неделю", "DTSTART;TZID=Europe/Kyiv:20261120T120000",
        "DTEND;TZID=Europe/Kyiv:20261120T130000", "LOCATION:Комната 5",
        'ORGANIZER;CN="Петренко, Анна":mailto:a@x.example',
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270101T000000Z", "DESCRIPTION:Первое\\nвторое",
    )  # fmt: skip

    assert invitation.text.split("\n") == [
        "Invitation: Планёрка, каждую неделю",
        "When: 2026-11-20 12:00 – 13:00 (Europe/Kyiv)",
        "Repeats: weekly, every 2, on FR, until 2027-01-01",
        "Where: Комната 5",
        "Organizer: Петренко, Анна <a@x.example>",
        "",
        "Первое",
        "второе",
    ]


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["DTSTART:20261120T100000Z", "DTEND:20261120T110000Z"], "2026-11-20 10:00 – 11:00 (UTC)"),
        (["DTSTART:20261120T100000", "DURATION:PT1H30M"], "2026-11-20 10:00 – 11:30"),
        (["DTSTART:20261120T230000Z", "DURATION:PT2H"], "2026-11-20 23:00 – 2026-11-21 01:00 (UTC)"),
        (["DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261121"], "2026-11-20"),
        (["DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261123"], "2026-11-20 – 2026-11-22"),
        (["DTSTART;TZID=\"FLE Standard Time\":20261120T100000"], "2026-11-20 10:00 (FLE Standard Time)"),
        (["DTSTART:20261399T100000Z"], "20261399T100000Z"),
        (["DTSTART:99991231T235959Z", "DURATION:P9W"], "9999-12-31 23:59 (UTC)"),
        ([], ""),
    ],
)  # fmt: skip
def test_times_are_shown_as_written_with_their_zone(lines: list[str], when: str) -> None:
    assert read("SUMMARY:x", *lines).events[0].when == when


@pytest.mark.parametrize(
    ("method", "lines", "title"),
    [
        ("REQUEST", [], "Invitation: x"),
        ("CANCEL", [], "Cancelled: x"),
        ("REQUEST", ["STATUS:CANCELLED"], "Cancelled: x"),
        ("REPLY", [], "Answer to an invitation: x"),
        ("COUNTER", [], "Another time proposed: x"),
        ("PUBLISH", [], "Event: x"),
        ("", [], "Event: x"),
    ],
)
def test_the_method_is_told(method: str, lines: list[str], title: str) -> None:
    assert read("SUMMARY:x", *lines, method=method).title == title


@pytest.mark.parametrize(
    ("stated", "answer"),
    [("ACCEPTED", "accepted"), ("DECLINED", "declined"), ("TENTATIVE", "accepted tentatively"), ("X", "no answer yet")],
)
def test_an_answer_says_who_and_how(stated: str, answer: str) -> None:
    invitation = read("SUMMARY:x", f"ATTENDEE;CN=Ann;PARTSTAT={stated}:MAILTO:a@x.example", method="REPLY")

    assert invitation.line == f"Answer to an invitation: x; Ann <a@x.example>: {answer}"


def test_alarms_zones_and_folded_lines_do_not_disturb() -> None:
    data = (
        b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:16010101T000000\nEND:STANDARD\nEND:VTIMEZONE\n"
        b"BEGIN:VEVENT\nSUMMARY:\xd0\n \x9f\xd0\xbb\xd0\xb0\xd0\xbd\nBEGIN:VALARM\nSUMMARY:no\nEND:VALARM\n"
        b"DTSTART:20261120T100000Z\nEND:VEVENT\nEND:VCALENDAR"
    )
    found = calendar.read(data, declared_method="request")

    assert found is not None
    assert found.line == "Invitation: План; 2026-11-20 10:00 (UTC)"


def test_the_declared_charset_counts() -> None:
    found = calendar.read(event("SUMMARY:План").decode().encode("koi8-r"), "koi8-r")

    assert found is not None
    assert found.events[0].summary == "План"


@pytest.mark.parametrize(
    "data", [b"", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"\xff\xfe", b"BEGIN:VTIMEZONE\nEND:VTIMEZONE"]
)
def test_without_an_event_there_is_no_invitation(data: bytes) -> None:
    assert calendar.read(data) is None


def test_many_events_and_lines_are_limited() -> None:
    data = b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 2000 + b"\n" * 100_000
    found = calendar.read(data)

    assert found is not None
    assert len(found.events) == calendar.MAX_EVENTS


LINES = st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:X", "DTSTART:", "DTSTART:00000000", "DTEND:20261120T100000Z",
     "DTSTART;VALUE=DATE:00010101", "DURATION:P9999W", "RRULE:FREQ", "RRULE:FREQ=A;UNTIL=1", "ORGANIZER", "ORGANIZER:",
     "ATTENDEE;CN=\"", "METHOD:REPLY", "SUMMARY:\\", "SUMMARY:\\n\x1b\u202e", "DUE:1", ":", ";"]
)  # fmt: skip


@given(st.lists(LINES, max_size=20))
@settings(max_examples=examples(300), deadline=None)
def test_any_calendar_is_read_or_refused(lines: list[str]) -> None:
    found = calendar.read("\n".join(lines).encode())

    assert found is None or "\n" not in found.line
    assert found is None or "\x1b" not in found.text
