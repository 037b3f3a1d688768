"""`channelhub doctor`: which findings fail it."""

import pytest

from channelhub.cli.doctor import completeness

WHOLE = {"listed": 7, "gap": 0, "last_gap": 0, "last_gap_at": None, "note": "", "note_level": None}
UNREAD = {"note": "the folder Sales can't be opened", "note_level": "wrong"}
LIMIT = {"note": "conversations that can't be read with these credentials: 1", "note_level": "info"}


@pytest.mark.parametrize(
    ("compared", "level"),
    [({}, "ok"), (LIMIT, "note"), (UNREAD, "wrong"), ({"gap": 1}, "wrong"), ({"gap": 1} | LIMIT, "wrong")],
)
def test_a_gap_and_what_is_to_be_mended_are_wrong_a_limit_is_a_note(compared: dict[str, object], level: str) -> None:
    finding = completeness("mailbox", WHOLE | compared)

    assert finding.level == level
    assert str(compared.get("note", "")) in finding.detail
