"""Which hub a command asks: the one of the configuration, or one that runs elsewhere."""

from pathlib import Path
from urllib.parse import urlsplit

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options


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
