"""Endpoints for `bench.webhooks` in a process of their own: `/ok/N` answers at once, `/hang/N` never.

`GET /figures` gives the seconds from each event to its post at an endpoint that answers, and how many posts hang.
"""

import argparse
import asyncio
import json
import re
from datetime import UTC, datetime
from typing import cast

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_TIMESTAMP = re.compile(rb'"timestamp":"([^"]+)"')


class Figures:
    def __init__(self) -> None:
        self.lags_s: list[float] = []
        self.hanging = 0
        self.seen: set[tuple[bytes, bytes]] = set()


class Endpoint(asyncio.Protocol):
    """One connection, one post."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, parted, body = self._got.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        if not parted or len(body) < (int(found[1]) if found else 0):
            return
        path = head.split(b" ", 2)[1]
        if path == b"/figures":
            shown = {"lags_s": self._figures.lags_s, "hanging": self._figures.hanging, "seen": len(self._figures.seen)}
            self._answer(json.dumps(shown).encode())
        elif path.startswith(b"/hang/"):
            self._figures.hanging += 1
        else:
            self._time(path, body)
            self._answer(b"")

    def _time(self, path: bytes, body: bytes) -> None:
        found = _TIMESTAMP.search(body)
        assert found is not None
        self._figures.seen.add((path, found[1]))
        happened = datetime.fromisoformat(found[1].decode())
        self._figures.lags_s.append((datetime.now(UTC) - happened).total_seconds())

    def _answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        self._transport.write(head + body)
        self._transport.close()


async def serve(port: int) -> None:
    """Until killed."""
    figures = Figures()
    listening = await asyncio.get_running_loop().create_server(
        lambda: Endpoint(figures), "127.0.0.1", port, backlog=4096
    )
    await listening.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    uvloop.run(serve(parser.parse_args().port))
