"""Commands that look at data ask the running daemon, with the token that only its user can read."""

import json
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from channelhub.cli.exits import Exit, Failure
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


class Daemon:
    """The hub that runs on this configuration."""

    timeout_s: float = TIMEOUT_S  # for each answer

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state_dir = Path(settings.hub.state_dir)

    def is_running(self) -> bool:
        return self._state_dir.is_dir() and DatabaseLock(self._state_dir).is_held()

    def get(self, path: str, **query: str | int | None) -> Any:
        """The JSON of an API path below /api/v1. Ends the command with a sentence when it can't be had."""
        asked = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path, None)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        """`key`: the same again is the same request (Idempotency-Key)."""
        return self._ask("POST", path, {} if body is None else body, key=key)

    def patch(self, path: str, body: Any) -> Any:
        return self._ask("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path, None)

    def _ask(self, method: str, path: str, body: Any, *, key: str = "") -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own daemon's address
            f"{self.address()}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token()}",
                "Content-Type": "application/json",
                **({"Idempotency-Key": key} if key else {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:  # noqa: S310 - as above
                text = answer.read()
        except urllib.error.HTTPError as exc:
            raise Failure(sentence_of(exc), Exit.FAILED) from exc
        except OSError as exc:
            raise Failure(f"the daemon at {self.address()} doesn't answer: {exc}", Exit.UNAVAILABLE) from exc
        return json.loads(text) if text else None

    def address(self) -> str:
        """Where its HTTP is reached from this machine: `http://host:port`."""
        return f"http://{reachable(self._settings.http.listen)}"

    def token(self) -> str:
        """What the running daemon takes from its own user. Ends the command where none runs."""
        token = read_local_token(self._state_dir)
        if token is None or not self.is_running():
            raise Failure(f"no daemon runs on {self._state_dir}: start one with `channelhub run`", Exit.UNAVAILABLE)
        return token


def sentence_of(exc: urllib.error.HTTPError) -> str:
    """The sentence of a problem document (RFC 9457), or the status."""
    try:
        problem = json.loads(exc.read())
        return str(problem.get("detail") or problem["title"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return f"the daemon answered {exc.code}"
