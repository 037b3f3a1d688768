"""Named queries in .sql files: one text for SQLite and PostgreSQL.

A query starts with `-- name: word`; comment lines after it are its description. Parameters are `:name`.
`= ANY(:names)` takes a list: PostgreSQL knows it; for SQLite it becomes `IN (SELECT value FROM json_each(:names))`.
`-- name: word [sqlite]` beside `-- name: word [postgres]` is a twin, where one text can't serve both.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)(?: \[(?P<dialect>sqlite|postgres)\])?\s*$")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_ANY = re.compile(r"= ANY\(:([a-z_][a-z0-9_]*)\)")
_LITERAL = re.compile(r"'(?:[^']|'')*'")


class SqlFileError(Exception):
    """A .sql file breaks the rules of this module."""


@dataclass(frozen=True, slots=True)
class Query:
    """One named query, compiled for both databases. `lists` are the parameters that take a list."""

    name: str
    sqlite: str
    postgres: str
    parameters: tuple[str, ...]
    lists: frozenset[str]


class Queries:
    """The queries of one file as attributes: `Queries.of("inbox").append`."""

    def __init__(self, stem: str, queries: dict[str, Query]) -> None:
        self.stem = stem
        self.by_name = queries

    @classmethod
    def of(cls, stem: str) -> "Queries":
        return _load(stem)

    def __getattr__(self, name: str) -> Query:
        try:
            return self.by_name[name]
        except KeyError:
            raise AttributeError(f"{self.stem}.sql has no query {name!r}") from None


@cache
def _load(stem: str) -> Queries:
    text = files("channelhub.store").joinpath("queries", f"{stem}.sql").read_text(encoding="utf-8")
    return Queries(stem, parse(text, origin=f"{stem}.sql"))


def parse(text: str, *, origin: str = "text") -> dict[str, Query]:
    """Read the queries of a file. Raises SqlFileError on a doubled name or a query without text."""
    variants: dict[str, dict[str, str]] = {}
    for name, dialect, body in _blocks(text, origin):
        known = variants.setdefault(name, {})
        if dialect in known:
            raise SqlFileError(f"{origin}: {name} [{dialect}] stands twice")
        known[dialect] = body
    return {name: _compile(name, known, origin) for name, known in variants.items()}


def _blocks(text: str, origin: str) -> list[tuple[str, str, str]]:
    blocks: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        if match := _NAME.match(line):
            blocks.append((match["name"], match["dialect"] or "any", []))
        elif line.strip() and not line.lstrip().startswith("--"):
            if not blocks:
                raise SqlFileError(f"{origin}: text before the first `-- name:`")
            blocks[-1][2].append(line.strip())
    for name, _, lines in blocks:
        if not lines:
            raise SqlFileError(f"{origin}: {name} has no text")
    return [(name, dialect, " ".join(lines).rstrip(";")) for name, dialect, lines in blocks]


def _compile(name: str, variants: dict[str, str], origin: str) -> Query:
    sqlite = variants.get("sqlite", variants.get("any", ""))
    postgres = variants.get("postgres", variants.get("any", ""))
    if "any" in variants and len(variants) > 1:
        raise SqlFileError(f"{origin}: {name} has a common text and a twin")
    text = sqlite or postgres
    parameters = tuple(dict.fromkeys(_PARAMETER.findall(_LITERAL.sub("''", text))))
    return Query(
        name=name,
        sqlite=_ANY.sub(r"IN (SELECT value FROM json_each(:\1))", sqlite),
        postgres=_numbered(postgres, parameters),
        parameters=parameters,
        lists=frozenset(_ANY.findall(text)),
    )


def _numbered(text: str, parameters: tuple[str, ...]) -> str:
    """`:name` as `$1` for PostgreSQL, leaving literals alone."""
    numbers = {parameter: f"${place}" for place, parameter in enumerate(parameters, 1)}
    pieces: list[str] = []
    at = 0
    for literal in _LITERAL.finditer(text):
        pieces += [_PARAMETER.sub(lambda match: numbers[match[1]], text[at : literal.start()]), literal[0]]
        at = literal.end()
    pieces.append(_PARAMETER.sub(lambda match: numbers[match[1]], text[at:]))
    return "".join(pieces)
