"""Logs on standard error: event names and ids, never what a customer wrote.

On a terminal coloured lines, otherwise one JSON object a line. Under systemd, whose journal reads it, each JSON line
begins with its priority (`<3>`, sd-daemon(3)).
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "exception": 3, "critical": 2}
HIDDEN = "***"
_PRIVATE = frozenset(
    {"text", "body", "html", "subject", "raw", "content", "password", "token", "secret", "authorization", "cookie"}
)
_PRIVATE_ENDS = ("_password", "_token", "_secret", "_text", "_body")
_DEEPEST = 4


def configure(
    *,
    level: Literal["debug", "info", "warning", "error"] = "info",
    form: Literal["auto", "console", "json"] = "auto",
    environ: Mapping[str, str],
    stream: TextIO | None = None,
) -> None:
    """Set up structlog, and the standard library's loggers of the packages we use, for this process.

    `stream` is standard error unless given. May be called again (reload).
    """
    target = sys.stderr if stream is None else stream
    is_console = form == "console" or (form == "auto" and target.isatty())
    has_journal = bool(environ.get("JOURNAL_STREAM")) and not target.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_private,
    ]
    last = _console_end(target) if is_console else _json_end(has_journal=has_journal)
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    _take_over_standard_logging(number, shared, last, target)


def hide_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values of keys that hold what a customer wrote or a credential, also inside of mappings."""
    return {key: _shown(key, value, 0) for key, value in event.items()}


def _shown(key: object, value: Any, depth: int) -> Any:
    word = str(key).lower()
    if word in _PRIVATE or word.endswith(_PRIVATE_ENDS):
        return HIDDEN
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {name: _shown(name, inner, depth + 1) for name, inner in value.items()}
    return f"{len(value)} bytes" if isinstance(value, bytes | bytearray | memoryview) else value


def _console_end(target: TextIO) -> list[Processor]:
    formatter = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=formatter)]


def _json_end(*, has_journal: bool) -> list[Processor]:
    end: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
    return [*end, _put_priority] if has_journal else end


def _put_priority(_logger: WrappedLogger, method: str, line: Any) -> str:
    return f"<{PRIORITIES.get(method, 6)}>{line}"


def _take_over_standard_logging(number: int, shared: list[Processor], last: list[Processor], target: TextIO) -> None:
    """Packages that log through the standard library come out in the same form; quietly: their texts aren't ours."""
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
