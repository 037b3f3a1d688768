"""The command line: `channelhub COMMAND …`. Commands are loaded when they are called, see `table`."""

from channelhub.cli.frame import main

__all__ = ["main"]
