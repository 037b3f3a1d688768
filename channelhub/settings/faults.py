"""What is wrong with a configuration, all of it at once."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to mend. Never holds a secret's value."""

    origin: str  # the file, environment variable or credential it stands in
    key: str  # the key's path (http.listen), or the line and column of a syntax error
    expected: str
    found: str = ""  # what stands there, shortened; empty when nothing does
    nearest: str = ""  # the valid key or kind that was probably meant

    def __str__(self) -> str:
        place = f"{self.origin}: {self.key}" if self.key else self.origin
        found = f", found {self.found}" if self.found else ""
        nearest = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{place}: {self.expected}{found}{nearest}"


class ConfigurationError(Exception):
    """The configuration can't be used; `faults` is every reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty text."""
    by_lower = {name.lower().replace("-", "_"): name for name in known}
    close = difflib.get_close_matches(word.lower().replace("-", "_")[:100], by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""
