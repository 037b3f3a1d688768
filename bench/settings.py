"""How long and where to measure."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`rounds` of `seconds` each; `folder` lies on the disk that is measured and is emptied."""

    rounds: int
    seconds: float
    folder: Path
    began_s: float = field(default_factory=time.monotonic)

    def say(self, what: str, round_number: int, rates: Mapping[str, float]) -> None:
        """Progress, on stderr."""
        shown = "  ".join(f"{name} {rate:.4g}" for name, rate in rates.items())
        since_s = time.monotonic() - self.began_s
        sys.stderr.write(f"{since_s:5.0f} s  {what:<8} round {round_number + 1}/{self.rounds}  {shown}\n")
        sys.stderr.flush()
