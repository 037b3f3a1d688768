"""Times of other systems, with and without a zone, and what is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.webhook.moments import read_clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 2, 7, 12, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "zone", "text", "moment"),
    [
        ("iso", "", "2026-03-02T07:12:44Z", AT),
        ("iso", "", "2026-03-02T09:12:44+02:00", AT),
        ("iso", "Europe/Kyiv", "2026-03-02 09:12:44", AT),
        ("iso", "Europe/Kyiv", "2026-03-02T07:12:44Z", AT),
        ("iso", "", "2026-03-02T09:12:44", None),
        ("iso", "UTC", "yesterday", None),
        ("iso", "UTC", "0001-01-01", None),
        ("iso", "Pacific/Auckland", "9999-12-31T23:59:59", None),
        ("iso", "UTC", "1969-12-31T23:59:59", None),
        ("unix", "", "1772435564", AT),
        ("unix", "", "1772435564.0", AT),
        ("unix", "", "-5", None),
        ("unix", "", "1e9", None),
        ("unix", "", "٣٣", None),
        ("unix", "", "9" * 15, None),
        ("unix_ms", "", "1772435564000", AT),
        ("%d.%m.%Y %H:%M:%S", "Europe/Kyiv", "02.03.2026 09:12:44", AT),
        ("%d/%b/%Y:%H:%M:%S %z", "", "02/Mar/2026:09:12:44 +0200", AT),
        ("%d.%m.%Y", "Europe/Kyiv", "31.02.2026", None),
        ("%d.%m.%Y", "Europe/Kyiv", "02.03.2026 or so", None),
        ("iso", "UTC", "2" * 5000, None),
    ],
)
def test_reads(form: str, zone: str, text: str, moment: datetime | None) -> None:
    assert read_clock(form, zone).read(text) == moment


def test_the_hour_that_is_there_twice_is_the_first_and_the_one_that_is_not_there_is_some_moment() -> None:
    kyiv = read_clock("%d.%m.%Y %H:%M", "Europe/Kyiv")

    assert kyiv.read("25.10.2026 03:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert kyiv.read("29.03.2026 03:30") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "zone"),
    [
        ("rfc", ""), ("", ""), ("%c", ""), ("%Y %Z", ""), ("%Y %Y", ""), ("%", ""), ("%-d.%m.%Y", ""), ("%s", ""),
        ("iso", "Europe/Nowhere"), ("iso", "../etc/passwd"), ("iso", "/etc/localtime"), ("iso", "EET\x00"),
    ],
)  # fmt: skip
def test_refuses_what_depends_on_the_machine_or_is_none(form: str, zone: str) -> None:
    with pytest.raises(ValueError, match="time_"):
        read_clock(form, zone)


@given(st.integers(0, 253_000_000_000_000_000).map(lambda us: EPOCH + timedelta(microseconds=us)))
def test_each_format_tells_the_same_moment(at: datetime) -> None:
    milliseconds = at.replace(microsecond=at.microsecond // 1000 * 1000)
    stamp = (milliseconds - EPOCH) // timedelta(milliseconds=1)

    assert read_clock("iso", "").read(at.isoformat()) == at
    assert read_clock("unix_ms", "").read(str(stamp)) == milliseconds


@given(st.sampled_from(["iso", "unix", "unix_ms", "%d.%m.%Y %H:%M"]), st.text(max_size=70))
def test_any_text_is_a_time_or_none(form: str, text: str) -> None:
    moment = read_clock(form, "Europe/Kyiv").read(text)

    assert moment is None or moment.tzinfo is UTC
