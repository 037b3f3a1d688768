"""A log that remembers, so that a test can see what must not be in it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self


class RecordingLog:
    """Stands in for the structlog logger of `Context.log`. Loggers bound from it write into the same list."""

    def __init__(self, lines: list[str] | None = None, bound: dict[str, Any] | None = None) -> None:
        self.lines: list[str] = [] if lines is None else lines
        self._bound = bound or {}

    def bind(self, **values: Any) -> Self:
        return type(self)(self.lines, {**self._bound, **values})

    new = bind

    def unbind(self, *names: str) -> Self:
        return type(self)(self.lines, {name: value for name, value in self._bound.items() if name not in names})

    def debug(self, event: str, *args: Any, **values: Any) -> None:
        self.lines.append(repr((event, args, {**self._bound, **values})))
        if values.get("exc_info"):
            self.lines.append(_traceback(values["exc_info"]))

    info = warning = warn = error = critical = fatal = msg = debug

    def exception(self, event: str, *args: Any, **values: Any) -> None:
        self.debug(event, *args, **{"exc_info": True, **values})

    async def adebug(self, event: str, *args: Any, **values: Any) -> None:
        self.debug(event, *args, **values)

    ainfo = awarning = aerror = acritical = adebug

    async def aexception(self, event: str, *args: Any, **values: Any) -> None:
        self.exception(event, *args, **values)


class _Collector(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.INFO)
        self._lines = lines
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@contextmanager
def captured_logging() -> Iterator[list[str]]:
    """What libraries write through `logging` from INFO up, while inside: a service's journal holds it too."""
    lines: list[str] = []
    collector = _Collector(lines)
    root = logging.getLogger()
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(collector)
        root.setLevel(level)


def _traceback(exc_info: Any) -> str:
    """The exception's own words are part of what is logged."""
    if isinstance(exc_info, BaseException):
        return repr(exc_info)
    error = sys.exc_info()[1] if exc_info is True else None
    return repr(error)
