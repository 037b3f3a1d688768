"""What the last comparison with a channel found."""

from datetime import UTC, datetime, timedelta

from channelhub.telemetry.completeness import Comparison, Comparisons
from channelhub.telemetry.metrics import Metrics

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_repaired_gap_is_still_told_with_its_time() -> None:
    clock, metrics = [BEGAN], Metrics()
    comparisons = Comparisons(now=lambda: clock[0], metrics=metrics)
    comparisons.record("mailbox", listed=10, missing=1)
    during = comparisons.of("mailbox")
    clock[0] += timedelta(seconds=2)
    comparisons.record("mailbox", listed=10, missing=0)

    assert during == Comparison(listed=10, gap=1, at=BEGAN, last_gap=1, last_gap_at=BEGAN)
    assert comparisons.of("mailbox") == Comparison(listed=10, gap=0, at=clock[0], last_gap=1, last_gap_at=BEGAN)
    assert b'channelhub_completeness_gap{account="mailbox"} 0.0' in metrics.text()


def test_the_gap_is_a_metric_until_the_account_goes() -> None:
    metrics = Metrics()
    comparisons = Comparisons(now=lambda: BEGAN, metrics=metrics)
    comparisons.record("mailbox", listed=3, missing=2)
    shown = metrics.text()
    comparisons.forget("mailbox")
    metrics.forget_account("mailbox")

    assert b'channelhub_completeness_gap{account="mailbox"} 2.0' in shown
    assert b"mailbox" not in metrics.text()
    assert comparisons.of("mailbox") is None


def test_an_account_that_never_lacked_anything_has_no_last_gap() -> None:
    comparisons = Comparisons(now=lambda: BEGAN, metrics=Metrics())
    comparisons.record("mailbox", listed=3, missing=0)

    assert comparisons.of("mailbox") == Comparison(listed=3, gap=0, at=BEGAN)
