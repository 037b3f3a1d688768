"""Which hub a command asks: the one of the configuration, or one that runs elsewhere."""

from pathlib import Path

from channelhub.cli.client import CommandHub, Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options


def hub_of(options: Options, url: str | None, token_file: Path | None) -> CommandHub:
    """The hub of the configuration, or the one at `url`. Ends the command where the token is missing."""
    if url is None:
        return Daemon(configured(options).settings)
    if token_file is None:
        raise Failure("a hub elsewhere asks for a token: --token-file", Exit.USAGE)
    token = token_file.read_text(errors="replace").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise Failure(f"{token_file} holds no token", Exit.USAGE)
    try:
        return CommandHub(url, token)
    except ValueError as exc:
        raise Failure(str(exc), Exit.USAGE) from exc
