"""A bare aiosmtpd on plain asyncio: without `--database` it answers 250 at once.

The committing one is what a straightforward handler does: one aiosqlite connection, WAL, synchronous=FULL, an
INSERT and a COMMIT for each mail before its 250.
"""

import argparse
import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.peers.commits import Commits


class Handler:
    def __init__(self, database: Commits | None) -> None:
        self._database = database

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        if self._database is not None:
            assert isinstance(envelope.content, bytes)
            await self._database.store(envelope.content)
        return "250 OK"


async def serve(port: int, path: str) -> None:
    database = await Commits.open(path) if path else None
    handler = Handler(database)
    await asyncio.get_running_loop().create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", port)
    await asyncio.Event().wait()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--database", default="")
    given = options.parse_args()
    asyncio.run(serve(given.port, given.database))


if __name__ == "__main__":
    main()
