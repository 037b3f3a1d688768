"""Commands that look at data ask the running daemon, with the token that only its user can read."""

from dataclasses import replace
from pathlib import Path

import click

from channelhub.cli.exits import Exit, Failure
from channelhub.client.blocking import HubClient
from channelhub.client.calling import Answer, Call, T, Token
from channelhub.client.patience import Patience
from channelhub.client.problems import HubError, HubUnreachable
from channelhub.domain.addresses import parse_listen
from channelhub.settings.models import Settings
from channelhub.store.lock import DatabaseLock
from channelhub.web.tokens import read_local_token

TIMEOUT_S = 30.0


def reachable(listen: str) -> str:
    """`host:port` by which this machine reaches who listens there: every address is also our own."""
    address = parse_listen(listen)
    every = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound
    return str(replace(address, host=every.get(address.host, address.host)))


def failure_of(exc: HubError) -> Failure:
    """How a command ends where the hub refuses, or doesn't answer."""
    return Failure(str(exc), Exit.UNAVAILABLE if isinstance(exc, HubUnreachable) else Exit.FAILED)


class CommandHub(HubClient):
    """A hub that a command asks: what it refuses ends the command with its sentence.

    It is let go of when the command ends.
    """

    def __init__(
        self, url: str, token: Token, *, timeout_s: float = TIMEOUT_S, patience: Patience | None = None
    ) -> None:
        super().__init__(url, token, timeout_s=timeout_s, patience=patience)
        command = click.get_current_context(silent=True)
        if command is not None:
            command.call_on_close(self.close)

    def exchange(self, call: Call[T]) -> tuple[T, Answer]:
        """The hub's answer. Raises Failure."""
        try:
            return super().exchange(call)
        except HubError as exc:
            raise failure_of(exc) from exc


class Daemon(CommandHub):
    """The hub that runs on this configuration."""

    def __init__(self, settings: Settings, *, timeout_s: float = TIMEOUT_S, patience: Patience | None = None) -> None:
        self._state_dir = Path(settings.hub.state_dir)
        url = f"http://{reachable(settings.http.listen)}"
        super().__init__(url, self._own_token, timeout_s=timeout_s, patience=patience)

    def is_running(self) -> bool:
        return self._state_dir.is_dir() and DatabaseLock(self._state_dir).is_held()

    def _own_token(self) -> str:
        """What the running daemon takes from its own user. Raises HubUnreachable where none runs."""
        token = read_local_token(self._state_dir)
        if token is None or not self.is_running():
            raise HubUnreachable(f"no daemon runs on {self._state_dir}: start one with `channelhub run`")
        return token
