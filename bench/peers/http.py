"""A bare aiohttp on plain asyncio: reads the body and answers, with `--database` after a commit of its own."""

import argparse
import asyncio

from aiohttp import web

from bench.peers.commits import Commits


async def serve(port: int, path: str) -> None:
    database = await Commits.open(path) if path else None

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if database is not None:
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
    given = options.parse_args()
    asyncio.run(serve(given.port, given.database))


if __name__ == "__main__":
    main()
