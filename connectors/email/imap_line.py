"""A mailbox's connection as the event loop uses it: calls on its own thread, each with a deadline, and a sure end."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from connectors.email.imap_config import ImapConfig
from connectors.email.imap_faults import LinkLost
from connectors.email.imap_link import Link
from connectors.email.imap_thread import OneThread

P = ParamSpec("P")
T = TypeVar("T")

#: Longest call. `timeout_s` bounds each silence; this bounds a server that sends a byte now and then.
CALL_LIMIT_S = 900.0
_END_S = 3.0


class Line:
    """Use it as `async with Line(config, name=…) as line`. Leaving it cuts the connection, whatever it waits for."""

    def __init__(self, config: ImapConfig, *, name: str) -> None:
        self._link = Link(config)
        self._name = name
        self._thread: OneThread | None = None

    async def __aenter__(self) -> "Line":
        self._thread = OneThread(self._name)
        return self

    async def __aexit__(self, *_failure: object) -> None:
        if self._thread is not None:
            self._link.cut()
            await self._thread.end(self._link.close, within_s=_END_S)

    async def ask(self, call: Callable[Concatenate[Link, P], T], *args: P.args, **options: P.kwargs) -> T:
        """`await line.ask(Link.open, "INBOX")`. Raises what the call raises; LinkLost at the limit."""
        assert self._thread is not None, "enter it first"
        try:
            async with asyncio.timeout(CALL_LIMIT_S):
                return await self._thread.run(lambda: call(self._link, *args, **options))
        except TimeoutError as exc:  # ours: the link's own become LinkLost
            self._link.cut()
            raise LinkLost(f"the server took longer than {CALL_LIMIT_S:g} s for one answer") from exc
