"""`channelhub mcp`: an assistant's way into the hub, on standard input and output."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

import click

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options

try:
    from channelhub.cli.mcp.hub import Hub, HubRefused
    from channelhub.cli.mcp.server import assistant_server
except ModuleNotFoundError as exc:
    if (exc.name or "").partition(".")[0] not in ("mcp", "mcp_types", "pydantic"):
        raise
    HAS_MCP = False
else:
    HAS_MCP = True

LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
MAX_TOKEN_CHARS: Final = 128
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(name="mcp")
@click.option("--url", default="", help="A hub elsewhere, as https://hub.example.com. Needs --token-file.")
@click.option("--token-file", type=_FILE, help="Holds the token to ask with, instead of the daemon's own.")
@click.option("--list-customers", is_flag=True, help="Let it list the customers of an outage, not only count them.")
@click.option(
    "--allow-writes",
    is_flag=True,
    help="Let it send replies and decide about outages, each after a person's yes. Needs --token-file.",
)
@click.pass_obj
def command(options: Options, url: str, token_file: Path | None, list_customers: bool, allow_writes: bool) -> None:
    """Let an AI assistant look at the hub by the Model Context Protocol, on standard input and output.

    It looks customers up, reads timelines, explains outages and drafts replies; without --allow-writes it sends and
    changes nothing. The assistant starts this command itself.
    """
    if not HAS_MCP:
        raise Failure("this needs the package mcp: pip install 'channelhub[mcp]'", Exit.UNAVAILABLE)
    if url and token_file is None:
        raise Failure("--url needs --token-file: a token of that hub", Exit.USAGE)
    if allow_writes and token_file is None:
        raise Failure("--allow-writes needs --token-file: the audit names the token that did it", Exit.USAGE)
    _log_to_stderr()
    assistant_server(_hub(options, url, token_file), lists_customers=list_customers, writes=allow_writes).run()


def _hub(options: Options, url: str, token_file: Path | None) -> "Hub":
    if url and token_file is not None:
        _refuse_in_the_clear(url)
        return Hub(url, _token_in(token_file))
    daemon = Daemon(configured(options).settings)
    return Hub(daemon.url, daemon.token if token_file is None else _token_in(token_file))


def _refuse_in_the_clear(url: str) -> None:
    """A token is shown by https only, or on this machine."""
    parts = urlsplit(url)
    is_own = parts.hostname in LOOPBACK
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
        raise Failure("--url: expected an address as https://hub.example.com", Exit.USAGE)
    if parts.scheme == "http" and not is_own:
        raise Failure("--url: http would show the token to everybody on the way; use https", Exit.USAGE)


def _token_in(path: Path) -> Callable[[], str]:
    """Reads the file for each request, so that a new token is used at once."""

    def read() -> str:
        try:
            with path.open(encoding="ascii") as opened:
                token = opened.read(MAX_TOKEN_CHARS + 2).strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise HubRefused(f"The token file can't be read ({type(exc).__name__}).") from exc
        if not token or not token.isprintable() or len(token) > MAX_TOKEN_CHARS or " " in token:
            raise HubRefused("The token file holds no token.")
        return token

    return read


class _Terse(logging.Formatter):
    """Says what failed and where, never the values: they may hold what customers wrote."""

    def formatException(  # noqa: N802 - the library's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, trace = ei
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return f"{kind.__name__ if kind else 'error'}{place}"


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Terse("channelhub mcp: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
