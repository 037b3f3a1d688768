"""Names of hosts looked up on threads of their own: one whose servers don't answer holds nobody else up.

The loop's own look-ups share a handful of threads with everything else in the process. A look-up can't be cancelled;
its thread doesn't keep the process from ending.
"""

import asyncio
import contextlib
import socket
import threading
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult

AT_ONCE: Final = 512  # a thread lives as long as its look-up
Found = list[tuple[int, str]]  # address families and IP addresses


class Names(AbstractResolver):
    """A resolver for `aiohttp.TCPConnector(resolver=…)`. Further look-ups wait while `at_once` are under way."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of a host. Raises OSError."""
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, ip in await self._look_up(host, family)
        ]

    async def addresses(self, host: str, *, within_s: float) -> list[str]:
        """The IP addresses of a host; none where it has none, or where it can't be said within that time."""
        try:
            async with asyncio.timeout(within_s):
                return [ip for _, ip in await self._look_up(host, socket.AF_UNSPEC)]
        except (OSError, TimeoutError):
            return []

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _look_up(self, host: str, family: int) -> Found:
        loop = asyncio.get_running_loop()
        await self._places.acquire()
        done: asyncio.Future[Found] = loop.create_future()

        def ended(found: Found | OSError) -> None:
            self._places.release()
            if done.cancelled():
                return
            if isinstance(found, OSError):
                done.set_exception(found)
            else:
                done.set_result(found)

        def look() -> None:
            found = _asked(host, family)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(ended, found)

        threading.Thread(target=look, name=f"look up {host[:50]}", daemon=True).start()
        return await done


def _asked(host: str, family: int) -> Found | OSError:
    """What the system says of a name, or why it says nothing."""
    try:
        found = socket.getaddrinfo(host, None, family=family, type=socket.SOCK_STREAM)
    except OSError as exc:
        return exc
    except UnicodeError as exc:
        return OSError(f"{host!r} is no name: {exc}")
    return list(dict.fromkeys((int(kind), str(address[0])) for kind, _, _, _, address in found))
