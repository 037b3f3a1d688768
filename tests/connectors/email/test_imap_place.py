"""Where a folder has been read up to, as it is stored and named: for any folder, any numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.testing.hub import MAX_ID_CHARS
from connectors.email.imap_place import HIGHEST_UID, FolderName, Place, Start
from connectors.email.imap_since import NOTHING_OLD, Since, read_since

UIDS = st.integers(min_value=0, max_value=HIGHEST_UID)
VALIDITIES = st.integers(min_value=1, max_value=2**32 - 1)
DAYS = st.one_of(st.none(), st.just(NOTHING_OLD), st.dates())
FOLDERS = st.text(min_size=1, max_size=500)


@given(VALIDITIES, UIDS)
def test_a_place_is_read_as_it_was_written(uidvalidity: int, uid: int) -> None:
    place = Place(uidvalidity=uidvalidity, uid=uid)

    assert Place.read(place.text) == place
    assert place.text == f"{uidvalidity}:{uid}"


@given(VALIDITIES, UIDS, DAYS)
def test_a_start_is_read_as_it_was_written(uidvalidity: int, floor: int, day: date | None) -> None:
    start = Start(uidvalidity=uidvalidity, floor=floor, day=day)

    assert Start.read(start.text) == start


@given(FOLDERS, FOLDERS, VALIDITIES, UIDS)
def test_two_folders_never_share_a_name_and_every_name_fits(left: str, right: str, uidvalidity: int, uid: int) -> None:
    names = [FolderName.of(one, host="imap.example.com", username="ann") for one in (left, right)]
    place = Place(uidvalidity=uidvalidity, uid=uid)

    assert (names[0].scope == names[1].scope) == (left == right)
    assert (names[0].delivery_id(place) == names[1].delivery_id(place)) == (left == right)
    assert len({names[0].scope, names[0].start_scope, names[1].scope, names[1].start_scope}) in (2, 4)
    assert all(len(one.delivery_id(place)) <= MAX_ID_CHARS for one in names)


def test_the_mailbox_is_part_of_the_name_whatever_its_spelling() -> None:
    one = FolderName.of("INBOX", host="imap.example.com", username="Ann@example.com")

    assert one == FolderName.of("INBOX", host="IMAP.example.com", username="ann@EXAMPLE.com")
    assert one.scope != FolderName.of("INBOX", host="imap.example.com", username="bob@example.com").scope
    assert one.scope != FolderName.of("INBOX", host="imap.example.net", username="ann@example.com").scope


@given(VALIDITIES, UIDS, DAYS, UIDS)
def test_only_what_is_above_is_searched_for(uidvalidity: int, floor: int, day: date | None, after: int) -> None:
    criteria = Start(uidvalidity=uidvalidity, floor=floor, day=day).criteria(after)
    ranges = [str(one).split(":") for one in criteria if ":" in str(one)]

    assert all(1 <= int(low) <= int(high) == HIGHEST_UID for low, high in ranges)
    assert ("SINCE" in criteria) == (day not in (None, NOTHING_OLD) and after < floor)


@given(st.integers(min_value=1, max_value=99_999), st.dates())
def test_days_are_counted_back_from_the_first_sync(days: int, today: date) -> None:
    first = read_since(f"{days}d").first_day(today)

    assert first is not None
    assert first <= today
    assert first == date.min or today - first == timedelta(days=days)


def test_only_an_earlier_fixed_date_extends_what_was_read() -> None:
    stored = date(2026, 1, 31)

    assert read_since("2026-01-30").extends(stored)
    assert read_since("all").extends(stored)
    assert not read_since("2026-02-01").extends(stored)
    assert not read_since("365d").extends(stored)
    assert not read_since("all").extends(None)
    assert read_since("2026-01-30").extends(NOTHING_OLD)
    assert Since(days=0).first_day(stored) == NOTHING_OLD


@pytest.mark.parametrize("text", ["", "30", "30 d", "-1d", "2026-1-1", "2026-13-01", "ALL", "yesterday", "1d\n"])
def test_what_looks_nearly_right_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_since(text)
