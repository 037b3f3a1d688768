"""What `channelhub doctor` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `level`: ok, note or wrong; `mend` says what to do about it."""

    what: str
    level: str
    detail: str
    mend: str = ""
