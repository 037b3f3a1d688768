"""How complete each account is: what its last comparison with the channel found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.completeness import NoteLevel
from channelhub.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`gap` messages of `listed` at the channel are not held. A gap that was repaired stays as `last_gap`. `note` says
    what couldn't be compared, `level` whether that is to be mended.
    """

    listed: int
    gap: int
    at: datetime
    last_gap: int = 0
    last_gap_at: datetime | None = None
    note: str = ""
    level: NoteLevel = NoteLevel.WRONG

    @property
    def is_doubtful(self) -> bool:
        """Whether messages are missing, or may be."""
        return bool(self.gap or (self.note and self.level is NoteLevel.WRONG))


class Comparisons:
    """The last comparison of each account, for pages, the API and metrics."""

    def __init__(self, *, now: Callable[[], datetime], metrics: Metrics) -> None:
        self._now = now
        self._metrics = metrics
        self._by_account: dict[str, Comparison] = {}

    def record(
        self, account: str, *, listed: int, missing: int, note: str = "", level: NoteLevel = NoteLevel.WRONG
    ) -> None:
        """A connector compared, or repaired what it had found missing."""
        at = self._now()
        before = self._by_account.get(account)
        former = before if before and not missing else None  # its gap stays told
        self._by_account[account] = Comparison(
            listed=listed,
            gap=missing,
            at=at,
            last_gap=former.last_gap if former else missing,
            last_gap_at=former.last_gap_at if former else (at if missing else None),
            note=note,
            level=level,
        )
        self._metrics.gap(account, missing)

    def of(self, account: str) -> Comparison | None:
        """None: the account never compared, or its kind can't."""
        return self._by_account.get(account)

    def forget(self, account: str) -> None:
        """The account left the configuration."""
        self._by_account.pop(account, None)
