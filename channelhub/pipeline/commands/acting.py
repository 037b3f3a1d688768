"""What every command is given, and how it refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from channelhub.pipeline.bell import Bell
from channelhub.pipeline.rulebook import Rulebook
from channelhub.store.opening import Store


class CommandRefused(Exception):
    """It can't be done; the text says why (HTTP 409 or 422)."""


class NotFound(CommandRefused):
    """There is no such thing (HTTP 404)."""


class Conflict(CommandRefused):
    """It has changed since it was read (HTTP 409)."""


class Invalid(CommandRefused):
    """What was given is wrong by itself, whatever the state of things (HTTP 422)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """`written` is rung after each command: streams, dispatch and grouping listen to it."""

    store: Store
    book: Callable[[], Rulebook]
    now: Callable[[], datetime]
    written: Bell
