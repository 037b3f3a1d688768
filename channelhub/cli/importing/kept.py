"""One message as a mailbox on disk keeps it."""

from dataclasses import dataclass

from channelhub.web.routes.history import MAX_BYTES

MAX_KEPT_BYTES = MAX_BYTES  # the daemon takes no larger ones; without a daemon it is the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message, or why there is none: `fault` for one that can't be read, `is_left_out` for one nobody wants.

    `size` is what it takes in its mailbox, bytes, for the progress bar.
    """

    where: str
    size: int
    body: bytes = b""
    fault: str = ""
    is_left_out: bool = False


def too_large() -> str:
    return f"larger than {MAX_KEPT_BYTES >> 20} MiB"
