"""Who may sign in: argon2id hashes in a file, checked in constant time and away from the loop, guessing slowed down."""

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path

from channelhub.sdk.errors import Unavailable
from connectors.email.filestamp import stamp_of

#: Named, not imported: parser children load this package, too, and hold nothing that they don't need.
_HASHES = "connectors.email.hashes"
_MAX_FILE_BYTES = 1024 * 1024
#: Wrong passwords of one peer in `_WINDOW_S` seconds, after which it isn't heard any more for that long.
MOST_FAILURES = 10
_WINDOW_S = 600.0
_MOST_PEERS = 10_000
_AT_ONCE = 1  # a check takes a core for some 50 ms and the memory its hash asks for, usually 64 MiB


class Users:
    """The users of one file, read again when it changes."""

    def __init__(self, file: Path) -> None:
        """Read the file. Raises `Unavailable` naming what is wrong with it."""
        self._file = file
        self._hashes = _read(file)
        self._stamp = stamp_of(file)
        self._matches: Callable[[str, str], bool] = importlib.import_module(_HASHES).matches
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def knows(self, name: str, password: str) -> bool:
        """Whether the password is that user's. An unknown name takes as long as a wrong password."""
        self._renew()
        known = self._hashes.get(name)
        compared = known or next(iter(self._hashes.values()))
        async with self._slots:
            is_right = await asyncio.to_thread(self._matches, compared, password)
        return is_right and known is not None

    def _renew(self) -> None:
        """A new file that can't be read yet leaves the former users."""
        stamp = stamp_of(self._file)
        if stamp == self._stamp:
            return
        try:
            self._hashes = _read(self._file)
        except Unavailable:
            return
        self._stamp = stamp


class Throttle:
    """Counts the wrong passwords of each peer; remembers at most ten thousand peers."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._failures: dict[str, tuple[int, float]] = {}

    def is_shut(self, peer: str) -> bool:
        """Whether the peer guessed too often lately."""
        count, since_s = self._failures.get(peer, (0, 0.0))
        if count and self._now_s() - since_s > _WINDOW_S:
            del self._failures[peer]
            return False
        return count >= MOST_FAILURES

    def failed(self, peer: str) -> None:
        count, since_s = self._failures.pop(peer, (0, self._now_s()))
        if len(self._failures) >= _MOST_PEERS:
            del self._failures[next(iter(self._failures))]
        self._failures[peer] = (count + 1, since_s)


def _read(file: Path) -> dict[str, str]:
    try:
        with file.open("rb") as opened:
            text = opened.read(_MAX_FILE_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"can't read users_file {file}: {error}") from error
    hashes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not name or not hashed.startswith("$argon2id$"):
            raise Unavailable(f"users_file {file}, line {number}: expected name:$argon2id$…")
        hashes[name] = hashed
    if not hashes:
        raise Unavailable(f"users_file {file} names nobody")
    return hashes
