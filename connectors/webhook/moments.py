"""Times as systems write them: ISO 8601, Unix seconds or milliseconds, or a format of their own with a zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ISO: Final = "iso"
_UNIX: Final = {"unix": 1, "unix_ms": 1000}  # units in a second
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
#: Neither the machine's locale nor its zone decides about these, as it does about %c, %x, %X and %Z.
_DIRECTIVE = re.compile(r"%(?:[aAbBdHIjmMpSyYzf%]|(.?))")
_LONGEST: Final = 64
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Reads times of one format. A time that names no zone is of `zone`; without one it is not known."""

    form: str
    zone: tzinfo | None

    def read(self, text: str) -> datetime | None:
        """The moment in UTC; None for what isn't a time of this format between the years 1970 and 9997."""
        if not text or len(text) > _LONGEST:
            return None
        try:
            moment = self._read(text)
            if moment is None:
                return None
            if moment.tzinfo is None:
                if self.zone is None:
                    return None
                moment = moment.replace(tzinfo=self.zone)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment if _EARLIEST <= moment < _LATEST else None

    def _read(self, text: str) -> datetime | None:
        if self.form == ISO:
            return datetime.fromisoformat(text)
        if self.form in _UNIX:
            if not _NUMBER.fullmatch(text):
                return None
            whole, _, rest = text.partition(".")
            billionths = int(whole + rest.ljust(9, "0"))  # a float would be a microsecond beside it
            return _EARLIEST + timedelta(microseconds=billionths // (1000 * _UNIX[self.form]))
        return datetime.strptime(text, self.form)  # noqa: DTZ007 - the zone comes after


def read_clock(form: str, zone: str) -> Clock:
    """The clock of a mapping's `time_format` and `time_zone`. Raises ValueError with a sentence."""
    if form != ISO and form not in _UNIX:
        _check(form)
    try:
        return Clock(form=form, zone=ZoneInfo(zone) if zone else None)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError(f"time_zone: expected a name such as Europe/Kyiv or UTC, not {zone[:60]!r}") from exc


def _check(form: str) -> None:
    wrong = [found[0] for found in _DIRECTIVE.finditer(form) if found[1] is not None]
    if "%" not in form or wrong:
        told = f"can't use {wrong[0]}" if wrong else "expected iso, unix, unix_ms or a format such as %d.%m.%Y %H:%M"
        raise ValueError(f"time_format: {told}")
    try:
        datetime.strptime("", form)  # noqa: DTZ007 - only whether it can be used
    except re.error as exc:
        raise ValueError("time_format: something stands in it twice") from exc
    except ValueError:
        return
