"""The configuration as it was written, before it is checked: nested tables that know where each value came from."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from channelhub.settings.faults import ConfigurationError, Fault

MAX_FILE_BYTES = 1024 * 1024

KeyPath = tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Tree:
    """Tables and values. `texts` are the paths whose value came as text and may be read as a number or a list."""

    source: str  # what an origin is called that isn't in `origins`: the file
    table: dict[str, Any]
    origins: dict[KeyPath, str] = field(default_factory=dict)
    texts: set[KeyPath] = field(default_factory=set)
    unread: set[KeyPath] = field(default_factory=set)  # keys whose file has a fault: not missing as well
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def origin(self, path: KeyPath) -> str:
        """Where the value at `path`, or the table around it, came from."""
        return next((self.origins[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.origins), self.source)

    def set_text(self, path: KeyPath, text: str, origin: str) -> None:
        """Put `text` at `path`, over what stands there."""
        table = self.table
        for depth, name in enumerate(path[:-1], start=1):
            inner = table.setdefault(name, {})
            if not isinstance(inner, dict):
                self.fault(path[:depth], "expected a table here", origin=origin)
                return
            if not inner and path[:depth] not in self.origins:
                self.origins[path[:depth]] = origin
            table = inner
        table[path[-1]] = text
        self.origins[path] = origin
        self.texts.add(path)

    def fault(self, path: KeyPath, expected: str, *, origin: str = "", found: str = "", nearest: str = "") -> None:
        """Note one thing to mend."""
        self.faults.append(
            Fault(
                origin=origin or self.origin(path),
                key=spell(path),
                expected=expected,
                found=found,
                nearest=nearest,
            )
        )

    def named(self, group: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The name and table of each `[group.NAME]`; what isn't a table is left out."""
        tables = self.table.get(group, {})
        if isinstance(tables, dict):
            yield from ((name, keys) for name, keys in tables.items() if isinstance(keys, dict))


def spell(path: KeyPath) -> str:
    """The path as the file writes it: accounts.bot.token, http."odd key"."""
    return ".".join(part if _is_bare(part) else '"' + part[:80].replace('"', "'") + '"' for part in path)


def _is_bare(part: str) -> bool:
    return bool(part) and len(part) <= 80 and part.isascii() and part.replace("-", "").replace("_", "").isalnum()


def read(path: Path | None) -> Tree:
    """The tables of a TOML file; none for None. Raises ConfigurationError when it can't be read as TOML."""
    if path is None:
        return Tree(source="(defaults)", table={})
    try:
        if not path.is_file():
            raise ConfigurationError([Fault(origin=str(path), key="", expected="there is no such file")])
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise ConfigurationError([Fault(origin=str(path), key="", expected=f"can't be read: {reason}")]) from exc
    if len(content) > MAX_FILE_BYTES:
        raise ConfigurationError([Fault(origin=str(path), key="", expected=f"at most {MAX_FILE_BYTES} bytes")])
    return Tree(source=str(path), table=parse(content, str(path)))


def parse(content: bytes, source: str) -> dict[str, Any]:
    """The tables of TOML text. Raises ConfigurationError with line and column of the first mistake."""
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise ConfigurationError([Fault(origin=source, key=f"line {line}", expected="expected UTF-8 text")]) from exc
    except tomllib.TOMLDecodeError as exc:
        what, _, where = str(exc).rpartition(" (at ")
        place = _end(content) if where.startswith("end") else where.rstrip(")")
        raise ConfigurationError([Fault(origin=source, key=place, expected=f"not TOML: {what or exc}")]) from exc
    except (ValueError, RecursionError) as exc:  # a number of thousands of digits; thousands of brackets
        raise ConfigurationError([Fault(origin=source, key="", expected=f"not TOML that can be read: {exc}")]) from exc


def _end(content: bytes) -> str:
    lines = content.decode().split("\n")
    return f"line {len(lines)}, column {len(lines[-1]) + 1}"
