"""Names of hosts looked up on threads of their own: one whose servers don't answer holds nobody else up.

The loop's own look-ups share a handful of threads with everything else in the process.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult

AT_ONCE: Final = 64


class Names(AbstractResolver):
    """A resolver for `aiohttp.TCPConnector(resolver=…)`. `close` it in the end; a look-up under way ends by itself."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of a host. Raises OSError."""
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, ip in await self._look_up(host, port, family)
        ]

    async def addresses(self, host: str, *, within_s: float) -> list[str]:
        """The IP addresses of a host; none where it has none, or where it can't be said within that time."""
        try:
            async with asyncio.timeout(within_s):
                return [ip for _, ip in await self._look_up(host, 0, socket.AF_UNSPEC)]
        except (OSError, TimeoutError, UnicodeError):
            return []

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self, host: str, port: int, family: int) -> list[tuple[int, str]]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        )
        return [(kind, str(address[0])) for kind, _, _, _, address in found]
