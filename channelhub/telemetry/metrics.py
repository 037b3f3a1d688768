"""Figures for Prometheus. Labels are channels, accounts and outcomes; never anything of a customer."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

_ACK_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One process's figures in a registry of their own. Safe to read from another thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._received = Counter(
            "channelhub_messages_received",
            "Deliveries of channels: stored, duplicate, or refused.",
            ["channel", "result"],
            registry=self.registry,
        )
        self._ack_s = Histogram(
            "channelhub_ingest_ack_seconds",
            "From the call of deliver to the commit on disk.",
            buckets=_ACK_BUCKETS_S,
            registry=self.registry,
        )
        self._last_message = Gauge(
            "channelhub_last_message_timestamp_seconds",
            "When the channel last delivered, Unix time.",
            ["channel"],
            registry=self.registry,
        )
        self._up = Gauge("channelhub_channel_up", "1 while the account works.", ["account"], registry=self.registry)
        self._gap = Gauge(
            "channelhub_completeness_gap",
            "Messages that the channel lists and the hub didn't hold at the last comparison.",
            ["account"],
            registry=self.registry,
        )
        self._parse_failures = Counter(
            "channelhub_parse_failures",
            "Deliveries parked because they can't be read.",
            ["reason"],
            registry=self.registry,
        )
        self._channels: dict[str, tuple[Counter, Counter, Gauge]] = {}
        self._depth = Gauge("channelhub_queue_depth", "What waits in a queue.", ["queue"], registry=self.registry)
        self._outages = Gauge("channelhub_outage_active", "Outages not resolved.", registry=self.registry)
        self._loop_lag_s = Gauge(
            "channelhub_loop_lag_seconds",
            "How much later than asked the event loop last woke.",
            registry=self.registry,
        )

    def stored(self, channel: str, *, new: int, duplicates: int, ack_s: float, at_s: float) -> None:
        """A `deliver` returned after `ack_s`, at Unix time `at_s`."""
        stored, duplicate, last_message = self._of_channel(channel)
        stored.inc(new)
        if duplicates:
            duplicate.inc(duplicates)
        self._ack_s.observe(ack_s)
        if new or duplicates:
            last_message.set(at_s)

    def _of_channel(self, channel: str) -> tuple[Counter, Counter, Gauge]:
        """A channel's figures: looking labels up for each message costs more than counting it."""
        known = self._channels.get(channel)
        if known is None:
            stored, duplicate = (self._received.labels(channel, result) for result in ("stored", "duplicate"))
            known = self._channels[channel] = (stored, duplicate, self._last_message.labels(channel))
        return known

    def refused(self, channel: str, count: int = 1) -> None:
        """A `deliver` raised NotCommitted: the channel keeps its messages."""
        self._received.labels(channel, "refused").inc(count)

    def account_up(self, account: str, is_up: bool) -> None:
        self._up.labels(account).set(1 if is_up else 0)

    def gap(self, account: str, missing: int) -> None:
        """A comparison with the channel found so many messages missing; 0 after the repair."""
        self._gap.labels(account).set(missing)

    def forget_account(self, account: str) -> None:
        """The account left the configuration. An account that was never set is no error."""
        self._up.remove_by_labels({"account": account})
        self._gap.remove_by_labels({"account": account})

    def parse_failed(self, reason: str) -> None:
        """`reason` is one of a few fixed words (timeout, crash, unparseable), not an error's text."""
        self._parse_failures.labels(reason).inc()

    def queue(self, queue: str, depth: int) -> None:
        """How much waits in a queue, as last counted."""
        self._depth.labels(queue).set(depth)

    def outages(self, active: int) -> None:
        self._outages.set(active)

    def loop_lag(self, lag_s: float) -> None:
        self._loop_lag_s.set(lag_s)

    def text(self) -> bytes:
        """Everything in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)
