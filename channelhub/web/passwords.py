"""Passwords as they are kept: argon2id, reckoned on threads of its own so that nothing else waits for it."""

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from channelhub.rules.credentials import MOST_CHARS, prepared
from channelhub.web.problems import Kind, Problem

AT_ONCE: Final = 2  # each takes 64 MiB
MOST_WAITING: Final = 32
RETRY_S: Final = 5
#: argon2id with 64 MiB, 3 passes, 4 lanes: the second of RFC 9106, 4.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16)


def hashed(password: str) -> str:
    """The text to keep, with its parameters and a new salt. Takes a tenth of a second."""
    return _HASHER.hash(prepared(password))


def is_right(password: str, kept: str) -> bool:
    """Whether this password was kept so. Where none was, it takes as long and is wrong."""
    try:
        is_same = _HASHER.verify(kept or _nobodys(), prepared(password[: MOST_CHARS + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return is_same and kept != ""


@cache
def _nobodys() -> str:
    """What the password of somebody unknown is compared with, so that the time tells nothing."""
    return _HASHER.hash(secrets.token_urlsafe(32))


class Passwords:
    """The same beside the event loop: two at once, and a bounded line before them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """As `hashed`. Raises Problem (503) where too many wait."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self._threads, hashed, password)

    async def is_right(self, password: str, kept: str) -> bool:
        """As `is_right`. Raises Problem (503) where too many wait."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self._threads, is_right, password, kept)

    def close(self) -> None:
        """Begin no more; what is being reckoned comes to its end by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._waiting >= MOST_WAITING:
            raise Problem(Kind.UNAVAILABLE, "Too many sign in at this moment.", headers={"Retry-After": str(RETRY_S)})
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
