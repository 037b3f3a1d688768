"""What answers where an account listens: a mail server, something else, or nobody, so that it is ours to take."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from channelhub.domain.addresses import parse_listen
from channelhub.sdk.contract import Health, HealthReport
from connectors.email.unixsocket import is_answered

_PROBE_S = 5.0
_GREETINGS = (b"220", b"421", b"554")  # welcome, busy, not to you


async def probe(listen: str, *, is_proxy: Callable[[str], bool]) -> HealthReport:
    """Whether the address answers as a mail server, or else is free for us to listen on.

    `is_proxy`: whether the listener expects a PROXY header from this host.
    """
    banner = await _banner(listen, is_proxy)
    if banner is None:
        return await _could_listen(listen)
    if banner.startswith(_GREETINGS):
        return HealthReport(health=Health.OK, detail=f"a mail server answers on {listen}")
    return HealthReport(health=Health.DOWN, detail=f"something else than a mail server answers on {listen}")


def probe_socket(path: Path) -> HealthReport:
    """The same for a Unix socket, without a word said."""
    try:
        is_there = is_answered(path)
    except OSError as error:
        return HealthReport(health=Health.DOWN, detail=f"can't use the socket {path}: {error.strerror}")
    if not is_there and not path.parent.is_dir():
        return HealthReport(health=Health.DOWN, detail=f"the folder of the socket {path} doesn't exist")
    return HealthReport(health=Health.OK, detail=f"{path} is answered" if is_there else f"{path} is free to listen on")


async def _banner(listen: str, is_proxy: Callable[[str], bool]) -> bytes | None:
    """The first bytes that whoever listens there says; None when nobody does."""
    address = parse_listen(listen)
    try:
        async with asyncio.timeout(_PROBE_S):
            reader, writer = await asyncio.open_connection(address.host or "127.0.0.1", address.port)
            try:
                if is_proxy(str(writer.get_extra_info("sockname")[0])):
                    writer.write(b"PROXY UNKNOWN\r\n")
                return await reader.read(4)
            finally:
                writer.close()
    except TimeoutError:
        return b""
    except OSError:
        return None


async def _could_listen(listen: str) -> HealthReport:
    address = parse_listen(listen)
    try:
        server = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, address.host or None, address.port, start_serving=False
        )
    except OSError as error:
        return HealthReport(health=Health.DOWN, detail=f"can't listen on {listen}: {error}")
    server.close()
    return HealthReport(health=Health.OK, detail=f"{listen} is free to listen on")
