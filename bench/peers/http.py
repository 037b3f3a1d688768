"""A bare aiohttp on plain asyncio: reads the body and answers, with `--database` after a commit of its own.

With `--grouped` it is the least durable receiver instead: uvloop, a signature and the JSON looked at, a group commit.
"""

import argparse
import asyncio
import hmac

import msgspec
import uvloop
from aiohttp import web

from bench.peers.commits import Commits
from bench.peers.grouped import Groups


async def serve(port: int, path: str, *, is_grouped: bool) -> None:
    groups = Groups(path) if is_grouped else None
    database = await Commits.open(path) if path and not is_grouped else None

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if groups is not None:
            hmac.digest(b"a secret", body, "sha256")
            await groups.store(body, msgspec.json.decode(body)["external_id"])
        elif database is not None:
            await database.store(body)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/api/v1/messages", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--database", default="")
    options.add_argument("--grouped", action="store_true")
    given = options.parse_args()
    run = uvloop.run if given.grouped else asyncio.run
    run(serve(given.port, given.database, is_grouped=given.grouped))


if __name__ == "__main__":
    main()
