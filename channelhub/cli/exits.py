"""How a command ends: a sentence on standard error and one of sysexits.h's codes."""

from enum import IntEnum
from typing import IO, Any

import click


class Exit(IntEnum):
    """Codes of sysexits(3). 78 also tells systemd not to start the service again."""

    OK = 0
    FAILED = 1  # the command did its work and the answer is no
    USAGE = 64
    DATA = 65
    UNAVAILABLE = 69
    SOFTWARE = 70
    IO = 74
    TEMPORARY = 75
    CONFIG = 78


class Failure(click.ClickException):
    """Ends the command. `message` says what failed and how to mend it."""

    def __init__(self, message: str, code: Exit) -> None:
        super().__init__(message)
        self.code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence; nothing else stands on standard output."""
        click.echo(f"channelhub: {self.message}", file=file, err=file is None)
