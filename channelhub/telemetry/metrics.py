"""Figures for Prometheus. Labels are channels, accounts and outcomes; never anything of a customer."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from channelhub.telemetry.intake import IntakeFigures


class Metrics:
    """One process's figures in a registry of their own. Safe to read from another thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.intake = IntakeFigures()
        self.registry.register(self.intake)
        self._up = Gauge("channelhub_channel_up", "1 while the account works.", ["account"], registry=self.registry)
        self._gap = Gauge(
            "channelhub_completeness_gap",
            "Messages that the channel lists and the hub didn't hold at the last comparison.",
            ["account"],
            registry=self.registry,
        )
        self._backlog = Gauge(
            "channelhub_channel_backlog",
            "Messages that waited at the channel when it was asked last.",
            ["account"],
            registry=self.registry,
        )
        self._parse_failures = Counter(
            "channelhub_parse_failures",
            "Deliveries parked because they can't be read.",
            ["reason"],
            registry=self.registry,
        )
        self._depth = Gauge("channelhub_queue_depth", "What waits in a queue.", ["queue"], registry=self.registry)
        self._webhook_attempts = Counter(
            "channelhub_webhook_attempts", "Posts to endpoints.", ["result"], registry=self.registry
        )
        self._webhook_s = Histogram(
            "channelhub_webhook_attempt_seconds", "How long posts to endpoints took.", registry=self.registry
        )
        self._webhook_lag_s = Histogram(
            "channelhub_webhook_lag_seconds",
            "From an event to its post at an endpoint that took the first one.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600),
            registry=self.registry,
        )
        self._media = Counter(
            "channelhub_media_files", "Tries to fetch a file that a message only names.", ["result"],
            registry=self.registry,
        )  # fmt: skip
        self._media_bytes = Counter(
            "channelhub_media_bytes", "Bytes of files that were fetched and stored.", registry=self.registry
        )
        self._endpoints = Gauge("channelhub_webhook_endpoints", "Endpoints.", ["state"], registry=self.registry)
        self._outages = Gauge("channelhub_outage_active", "Outages not resolved.", registry=self.registry)
        self._forgotten = Counter(
            "channelhub_retention_rows", "Old rows that were removed.", ["what"], registry=self.registry
        )
        self._looks_lost = Counter(
            "channelhub_audit_looks_lost", "Looks at customers that are not in the audit.", registry=self.registry
        )
        self._loop_lag_s = Gauge(
            "channelhub_loop_lag_seconds",
            "How much later than asked the event loop last woke.",
            registry=self.registry,
        )

    def account_up(self, account: str, is_up: bool) -> None:
        self._up.labels(account).set(1 if is_up else 0)

    def gap(self, account: str, missing: int) -> None:
        """A comparison with the channel found so many messages missing; 0 after the repair."""
        self._gap.labels(account).set(missing)

    def backlog(self, account: str, waiting: int) -> None:
        """So many messages wait at the channel."""
        self._backlog.labels(account).set(waiting)

    def forget_account(self, account: str) -> None:
        """The account left the configuration. An account that was never set is no error."""
        self._backlog.remove_by_labels({"account": account})
        self._up.remove_by_labels({"account": account})
        self._gap.remove_by_labels({"account": account})

    def parse_failed(self, reason: str) -> None:
        """`reason` is one of a few fixed words (timeout, crash, unparseable), not an error's text."""
        self._parse_failures.labels(reason).inc()

    def queue(self, queue: str, depth: int) -> None:
        """How much waits in a queue, as last counted."""
        self._depth.labels(queue).set(depth)

    def webhook_attempt(self, result: str, took_s: float, lag_s: float | None) -> None:
        """`result` is a fixed word: delivered, or the error of the attempt. `lag_s` where the first try was taken."""
        self._webhook_attempts.labels(result).inc()
        self._webhook_s.observe(took_s)
        if lag_s is not None:
            self._webhook_lag_s.observe(max(0.0, lag_s))

    def media(self, result: str, size: int) -> None:
        """A try to fetch a file. `result` is a fixed word: stored, or the reason of a refusal or failure."""
        self._media.labels(result).inc()
        self._media_bytes.inc(size)

    def endpoints(self, *, ok: int, failing: int, disabled: int) -> None:
        """How many endpoints are how, as last counted."""
        for state, count in (("ok", ok), ("failing", failing), ("disabled", disabled)):
            self._endpoints.labels(state).set(count)

    def outages(self, active: int) -> None:
        self._outages.set(active)

    def forgot(self, what: str, rows: int) -> None:
        """The retention sweep removed rows; `what` is the settings' word."""
        self._forgotten.labels(what).inc(rows)

    def looks_lost(self, looks: int) -> None:
        """So many looks at customers were not written into the audit."""
        self._looks_lost.inc(looks)

    def loop_lag(self, lag_s: float) -> None:
        self._loop_lag_s.set(lag_s)

    def text(self) -> bytes:
        """Everything in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)
