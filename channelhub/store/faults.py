"""Those who wait for a commit: how they are told, and what an error of the database means for them."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any

from channelhub.sdk.errors import DiskFull, HubBusy

Waiting = asyncio.Future[Any] | Callable[[Any], None]


def settle(done: Waiting, outcome: Any) -> None:
    """Tell who waits: a future, or a function that wants to be called with the outcome, an exception included."""
    if not isinstance(done, asyncio.Future):
        asyncio.get_running_loop().call_soon(done, outcome)  # what goes wrong there is no matter of the others
        return
    if done.done():  # its caller was cancelled, which doesn't cancel the write
        return
    if isinstance(outcome, BaseException):
        done.set_exception(outcome)
        with contextlib.suppress(asyncio.InvalidStateError):
            done.exception()  # a caller that went away never asks; the loop must not complain
    else:
        done.set_result(outcome)


def refusal(exc: BaseException) -> BaseException:
    """The contract's word for what the database said."""
    code = getattr(exc, "sqlite_errorcode", None)
    if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
        return DiskFull("the disk or the database is full")
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HubBusy("the database is locked by another process")
    return exc


def is_somebodys(exc: BaseException) -> bool:
    """Whether one delivery is to blame, not the database or the disk."""
    return isinstance(exc, Exception) and refusal(exc) is exc and not is_broken(exc)


def is_broken(exc: BaseException) -> bool:
    """An fsync or I/O error, or a damaged file: what was committed can't be known, so nothing more is acknowledged."""
    code = getattr(exc, "sqlite_errorcode", None)
    broken = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return code is not None and code & 0xFF in broken
