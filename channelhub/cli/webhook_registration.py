"""A temporary endpoint at a hub: made for as long as somebody listens, and removed again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options

DESCRIPTION = "channelhub webhooks listen"
MOST = 1000


class RemoteHub(Daemon):
    """A hub that runs elsewhere, and a token of it."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._given = token

    def address(self) -> str:
        return self._url

    def token(self) -> str:
        return self._given


def hub_of(options: Options, url: str | None, token_file: Path | None) -> Daemon:
    """The hub of the configuration, or the one at `url`. Ends the command where the token is missing."""
    if url is None:
        return Daemon(configured(options).settings)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Failure(f"{url} is no address of a hub: https://…", Exit.USAGE)
    if token_file is None:
        raise Failure("a hub elsewhere asks for an admin's token: --token-file", Exit.USAGE)
    return RemoteHub(url, token_file.read_text(errors="replace").strip())


@asynccontextmanager
async def registered(hub: Daemon, url: str, event_types: Sequence[str]) -> AsyncIterator[str]:
    """An endpoint at the hub that is posted to `url`; its secret. What an earlier run left there is removed first.

    Ends the command where the hub refuses.
    """
    for one in (await asyncio.to_thread(hub.get, "/webhooks", limit=MOST))["items"]:
        if (one["description"], one["url"]) == (DESCRIPTION, url):
            await asyncio.to_thread(hub.delete, f"/webhooks/{one['id']}")
    body = {"url": url, "description": DESCRIPTION, "event_types": list(event_types)}
    made = await asyncio.to_thread(hub.post, "/webhooks", body)
    try:
        yield made["secret"]
    finally:
        await asyncio.to_thread(hub.delete, f"/webhooks/{made['webhook']['id']}")
