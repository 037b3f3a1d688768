"""Traffic is what has a vote, by the minute in which it came."""

import msgspec

from channelhub.pipeline.traffic import by_minute
from channelhub.rules.outage.report import Report
from channelhub.store.outages import StoredFeatures

MINUTE = 60_000_000


def row(seq: int, at_us: int, **changes: bool) -> StoredFeatures:
    report = Report(message_id=seq, at_us=at_us, customer=seq, channel="chat", **changes)
    return StoredFeatures(seq=seq, message_id=seq, version=1, report=msgspec.json.encode(report).decode())


def test_only_votes_count() -> None:
    said = StoredFeatures(seq=9, message_id=-9, version=0, report='{"action":"tick","at_us":1}')
    broken = StoredFeatures(seq=10, message_id=10, version=1, report="{broken")
    rows = [row(1, MINUTE), row(2, 2 * MINUTE - 1), row(3, 2 * MINUTE), row(4, MINUTE, is_automatic=True),
            row(5, MINUTE, is_backfill=True), said, broken]  # fmt: skip

    assert by_minute(rows) == {MINUTE: 2, 2 * MINUTE: 1}
