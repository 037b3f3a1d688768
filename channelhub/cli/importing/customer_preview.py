"""The first customers of a file as they would be posted, and what each would change."""

from typing import Any, Final

import click

from channelhub.cli.client import Daemon
from channelhub.cli.importing.customer_changes import changes
from channelhub.cli.importing.customer_outcomes import Outcomes
from channelhub.cli.importing.customer_posts import without_defaults
from channelhub.cli.printing import one_line, print_json
from channelhub.client.blocking import HubClient
from channelhub.rules.customer_mapping import Mapped

SHOWN: Final = 5
_SAID: Final = ("external_id", "identities", "name", "language", "segment", "attributes", "updated_at")


class Preview:
    """Keeps the first customers. `daemon`: the running one, which is asked what is known; None where none runs."""

    def __init__(self, daemon: Daemon | None) -> None:
        self._daemon = daemon
        self._first: list[tuple[int, Mapped]] = []

    def hear(self, line: int, one: Mapped) -> None:
        if len(self._first) < SHOWN:
            self._first.append((line, one))

    def print(self, outcomes: Outcomes, *, as_json: bool) -> None:
        """Print them and the counts. Raises Failure when the hub doesn't answer."""
        first = self._shown()
        if as_json:
            print_json({**outcomes.summary("valid", "refused"), "first": first})
            return
        outcomes.print_columns()
        for one in first:
            click.echo(f"line {one['line']}:")
            for name in _SAID:
                if name in one["customer"]:
                    click.echo(f"  {name}: {one_line(_written(one['customer'][name]), width=300)}")
            for text in [f"left out: {text}" for text in one["warnings"]] + _would(one["changes"]):
                click.echo(f"  {one_line(text, width=300)}")
        found = outcomes.summary("valid", "refused")
        click.echo(
            f"{found['valid']} customers could be taken, {found['refused']} would be refused; of {found['warned']} "
            "something would be left out. Nothing was changed."
        )

    def _shown(self) -> list[dict[str, Any]]:
        hub = None if self._daemon is None else HubClient(self._daemon.url, self._daemon.token)
        try:
            return [
                {
                    "line": line,
                    "customer": without_defaults(one.customer),
                    "changes": None if hub is None else changes(hub, one.customer),
                    "warnings": list(one.warnings),
                }
                for line, one in self._first
            ]
        finally:
            if hub is not None:
                hub.close()


def _would(changed: list[str] | None) -> list[str]:
    if changed is None:
        return ["what would change is known where a daemon runs"]
    return [f"change: {text}" for text in changed] or ["change: none"]


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f"{one['kind']}:{one['value']}" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} = {text}" for name, text in value.items())
    return str(value)
