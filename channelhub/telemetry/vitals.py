"""How each account is doing, beyond up or down: when it last worked, how late messages come, what waits there."""

from dataclasses import dataclass, replace
from datetime import datetime

from channelhub.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What is known of an account since the hub started. None: nothing yet, or its channel tells nothing of it."""

    last_success: datetime | None = None  # it delivered, or its channel answered a probe well
    lag_s: float | None = None  # of the newest delivery with a time of its channel: from there to our commit
    backlog: int | None = None  # messages that waited at the channel when it was asked last
    probed_at: datetime | None = None
    probe: str = ""  # ok, down, auth-failed; empty: not asked yet
    probe_detail: str = ""  # what the channel said of itself
    refused: int = 0  # posts without a valid proof since the last good one
    refused_at: datetime | None = None  # the last of them


_UNKNOWN = Vitals()


class VitalsBook:
    """The vitals of all accounts, for pages, the API and metrics."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._by_account: dict[str, Vitals] = {}
        self._delivered: dict[str, tuple[datetime, float | None]] = {}  # at, lag: kept apart, as each delivery sets it

    def of(self, account: str) -> Vitals:
        known = self._by_account.get(account, _UNKNOWN)
        at, lag_s = self._delivered.get(account, (None, None))
        worked = max((one for one in (at, known.last_success) if one is not None), default=None)
        return replace(known, last_success=worked, lag_s=lag_s)

    def delivered(self, account: str, at: datetime, *, lag_s: float | None) -> None:
        """Something of it was committed: messages, or a cursor that moved."""
        if lag_s is None:
            lag_s = self._delivered.get(account, (None, None))[1]
        self._delivered[account] = (at, None if lag_s is None else max(0.0, lag_s))

    def probed(self, account: str, at: datetime, *, probe: str, detail: str, backlog: int | None, is_ok: bool) -> None:
        """Its channel was asked how it is."""
        before = self._by_account.get(account, _UNKNOWN)
        self._by_account[account] = replace(
            before,
            last_success=at if is_ok else before.last_success,
            backlog=backlog,
            probed_at=at,
            probe=probe,
            probe_detail=detail,
        )
        if backlog is not None:
            self._metrics.backlog(account, backlog)

    def posted(self, account: str, at: datetime, *, is_refused: bool) -> None:
        """Somebody posted to its address: well, or without a valid proof."""
        before = self._by_account.get(account, _UNKNOWN)
        if is_refused:
            self._by_account[account] = replace(before, refused=before.refused + 1, refused_at=at)
        elif before.refused:
            self._by_account[account] = replace(before, refused=0)

    def forget(self, account: str) -> None:
        """The account left the configuration."""
        self._by_account.pop(account, None)
        self._delivered.pop(account, None)
