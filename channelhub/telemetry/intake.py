"""What came in and how fast it was acknowledged, counted as plain numbers.

A message counts in well under a microsecond; the library's own counters take a lock each, five of them a message.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

ACK_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class _Channel:
    __slots__ = ("duplicate", "last_s", "refused", "stored")

    def __init__(self) -> None:
        self.stored = self.duplicate = self.refused = 0
        self.last_s = 0.0


class IntakeFigures(Collector):
    """Counted on the event loop; may be collected on any thread."""

    def __init__(self) -> None:
        self._channels: dict[str, _Channel] = {}
        self._acks = [0] * (len(ACK_BUCKETS_S) + 1)  # one bucket each, the last one beyond all bounds
        self._ack_sum_s = 0.0

    def stored(self, channel: str, *, new: int, duplicates: int, ack_s: float, at_s: float) -> None:
        """A `deliver` returned after `ack_s`, at Unix time `at_s`."""
        figures = self._of(channel)
        figures.stored += new
        figures.duplicate += duplicates
        if new or duplicates:
            figures.last_s = at_s
        self._acks[bisect_left(ACK_BUCKETS_S, ack_s)] += 1
        self._ack_sum_s += ack_s

    def refused(self, channel: str, count: int = 1) -> None:
        """A `deliver` raised NotCommitted: the channel keeps its messages."""
        self._of(channel).refused += count

    def _of(self, channel: str) -> _Channel:
        figures = self._channels.get(channel)
        if figures is None:
            figures = self._channels[channel] = _Channel()
        return figures

    def collect(self) -> Iterator[Metric]:
        received = CounterMetricFamily(
            "channelhub_messages_received",
            "Deliveries of channels: stored, duplicate, or refused.",
            labels=["channel", "result"],
        )
        last = GaugeMetricFamily(
            "channelhub_last_message_timestamp_seconds",
            "When the channel last delivered, Unix time.",
            labels=["channel"],
        )
        for name, figures in list(self._channels.items()):
            for result in ("stored", "duplicate", "refused"):
                received.add_metric([name, result], getattr(figures, result))
            if figures.last_s:
                last.add_metric([name], figures.last_s)
        yield received
        yield last
        bounds = [*(str(float(bound)) for bound in ACK_BUCKETS_S), "+Inf"]
        yield HistogramMetricFamily(
            "channelhub_ingest_ack_seconds",
            "From the call of deliver to the commit on disk.",
            buckets=list(zip(bounds, accumulate(self._acks), strict=True)),
            sum_value=self._ack_sum_s,
        )
