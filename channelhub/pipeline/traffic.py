"""How much traffic the rows of the features' stream are: what an outage's usual rate is a share of."""

from collections.abc import Iterable

import msgspec

from channelhub.rules.outage.thresholds import MINUTE_US
from channelhub.store.outages import StoredFeatures


class _Counted(msgspec.Struct):
    """What of a report says when it came, and whether it has a vote."""

    at_us: int
    is_automatic: bool = False
    is_backfill: bool = False


_decoder = msgspec.json.Decoder(_Counted)


def by_minute(rows: Iterable[StoredFeatures]) -> dict[int, int]:
    """How many reports with a vote each minute had, by when it began. People's decisions and damaged rows are none."""
    counts: dict[int, int] = {}
    for row in rows:
        if row.message_id < 0:
            continue
        try:
            report = _decoder.decode(row.report)
        except msgspec.MsgspecError:
            continue
        if not (report.is_automatic or report.is_backfill):
            minute_us = report.at_us - report.at_us % MINUTE_US
            counts[minute_us] = counts.get(minute_us, 0) + 1
    return counts
