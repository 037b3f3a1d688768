"""How far back the first sync of a mailbox goes."""

import re
from dataclasses import dataclass
from datetime import date

_DAYS = re.compile(r"(\d{1,5})d\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
NOTHING_OLD = date.max  # only what arrives from now on


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """As configured: a number of days before the first sync, or a date that holds whenever it is read.

    `day` is None with `days` None for everything there is.
    """

    days: int | None = None
    day: date | None = None

    def first_day(self, today: date) -> date | None:
        """The oldest day that is taken; None: all, `NOTHING_OLD`: nothing that is there already."""
        if self.days is None:
            return self.day
        if self.days == 0:
            return NOTHING_OLD
        return date.fromordinal(max(today.toordinal() - self.days, 1))

    def extends(self, stored: date | None) -> bool:
        """Whether a fixed date asks for older mail than the first sync took. A number of days never does."""
        if self.days is not None or stored is None:
            return False
        return self.day is None or self.day < stored


def read_since(text: str) -> Since:
    """Raises ValueError with what is expected."""
    if text == "all":
        return Since()
    if found := _DAYS.match(text):
        return Since(days=int(found[1]))
    if _DATE.match(text):
        return Since(day=date.fromisoformat(text))
    raise ValueError(f"{text!r} is neither a number of days (30d), a date (2026-01-31) nor all")
