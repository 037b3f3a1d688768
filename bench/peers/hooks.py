"""A bare aiohttp that takes a vendor's posts: the signature compared, answered at once; with `--database` after a group
commit, the least that a durable receiver has to do."""

import argparse
import asyncio
import hashlib
import hmac

import uvloop
from aiohttp import web

from bench.peers.grouped import Groups


async def serve(port: int, path: str, *, secret: bytes) -> None:
    groups = Groups(path) if path else None

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        given = request.headers.get("X-Hub-Signature-256", "") or request.headers.get("X-Signature", "")
        if not hmac.compare_digest(given.removeprefix("sha256="), hmac.new(secret, body, hashlib.sha256).hexdigest()):
            return web.Response(status=401)
        if groups is not None:
            await groups.store(body, hashlib.sha256(body).hexdigest())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hooks/{account}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--secret", required=True)
    options.add_argument("--database", default="")
    given = options.parse_args()
    uvloop.run(serve(given.port, given.database, secret=given.secret.encode()))


if __name__ == "__main__":
    main()
