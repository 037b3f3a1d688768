"""Instants out of Date headers, stamps and separators in every form that mailers write."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.content import dates
from tests.examples import examples

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(hour: int, minute: int = 0, *, day: int = 20, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        # RFC 5322, current and obsolete
        ("Fri, 20 Nov 2026 12:00:00 +0200 (EET)", at(10)),
        ("Fri, 20 Nov 2026 12:00:00 -0700 (a (nested) comment)", at(19)),
        ("20 Nov 2026 12:00 GMT", NOON),
        ("Fri, 20 Nov 26 12:00:00 EST", at(17)),
        ("Fri, 20 Nov 126 12:00:00 +0000", NOON),
        ("Fri, 20 Nov 2026 12:00:00 A", NOON),
        ("Fri, 20 Nov 2026 12:00:60 +0000", datetime(2026, 11, 20, 12, 0, 59, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 24:00:00 +0000", at(0, day=21)),
        # spelling and space
        ("Fri,20 Nov 2026 12:00:00+0200", at(10)),
        ("Fri , 20  Nov  2026  12:00:00     +0200", at(10)),
        ("Fri, 20 Nov\r\n 2026 12:00:00 +0200", at(10)),
        ("Fri, 20-Nov-2026 12:00:00 GMT", NOON),
        ("Friday, 20 November 2026 12.00.00 +0200", at(10)),
        ("Fri, Nov 20 2026 12:00:00 +02:00", at(10)),
        ("Fri, 20 Sept 2026 12:00:00 +0200", at(10, month=9)),
        ("=?utf-8?Q?Fri,_20_Nov_2026_12:00:00_+0200?=", at(10)),
        ("20 Nov 2026 12:00:00.123 +0200", at(10)),
        # clocks and zones
        ("Nov 20, 2026 2:05 PM", at(14, 5)),
        ("Fri, 20 Nov 2026 12:05:00 AM +0200", at(22, 5, day=19)),
        ("Fri, 20 Nov 2026 12:00:00 MSK", at(9)),
        ("Fri, 20 Nov 2026 12:00:00 GMT+0300", at(9)),
        ('Fri, 20 Nov 2026 12:00:00 "GMT"', NOON),
        ("Fri, 20 Nov 2026 12:00:00 +9999999999", NOON),
        ("Fri, 20 Nov 2026 12:00:00 +200", at(10)),
        ("Fri Nov 20 12:00:00 -0500 2026", at(17)),
        ("Fri Nov 20 12:00:00 2026", NOON),
        # figures
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20T12:00:00.123456789+02:00", at(10)),
        ("2026-11-20 12:00:00 +0200", at(10)),
        ("2026/11/20 12:00", NOON),
        ("2026年11月20日 12:00:00", NOON),
        ("20261120T120000Z", NOON),
        ("1795176000", NOON),
        ("20.11.2026 12:00", NOON),
        ("20.11.26 12:00", NOON),
        ("20/11/2026 12:00:00", NOON),
        ("11/20/2026 2:05:00 PM", at(14, 5)),
        ("20-11-2026 12:00", NOON),
        ("20 11 2026 12:00:00 +0200", at(10)),
        ("2026-11-20", at(0)),
        # languages
        ("Пт, 20 ноя 2026 12:00:00 +0200", at(10)),
        ("пятница, 20 ноября 2026 г. 14:05:00 +0300", at(11, 5)),
        ("20 листопада 2026 р. 12:00 +0200", at(10)),
        ("Do, 20 Dez 2026 12:00:00 +0100", at(11, month=12)),
        ("mar., 20 janv. 2026 12:00:00 +0100", at(11, month=1)),
        ("pt., 20 lis 2026 12:00:00 +0100", at(11)),
        ("vie, 20 nov 2026 12:00:00 +0100", at(11)),
    ],
)
def test_an_instant_is_read(text: str, instant: datetime) -> None:
    assert dates.read(text.encode()) == instant


def test_the_zone_is_kept() -> None:
    assert dates.read(b"Fri, 20 Nov 2026 12:00:00 +0530") == datetime(
        2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "99 foo", "yesterday", "12:00", "Nov", "Fri, 31 Nov 2026 12:00:00 +0000", "Fri, 20 Nov 2026 99:99:99 +0200",
        "Fri, 20 Nov 2026 12:00:00 +9900", "Fri, 31 Dec 9999 23:59:59 -1200",
        "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "13/13/2026", "99999999999",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_given_up(text: str) -> None:
    assert dates.read(text.encode()) is None


PIECES = st.sampled_from(
    [
        "Fri, ",
        "20 ",
        "Nov ",
        "2026 ",
        "12:00",
        ":60 ",
        "+0200",
        "-",
        "/",
        ".",
        "PM",
        "GMT",
        "99999",
        "0",
        "年",
        "(",
        "T",
        "Z",
    ]
)


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=examples(500), deadline=None)
def test_any_pieces_of_a_date_are_read_or_given_up(pieces: list[str]) -> None:
    instant = dates.read("".join(pieces).encode())

    assert instant is None or instant.astimezone(UTC).year > 0
