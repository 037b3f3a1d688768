"""Authentication-Results (RFC 8601): what a mail server found out about a mail, and which of it is our own server's.

Anybody can write such a header into a mail. Ours is known by its name, by standing on top, and by how many servers'
lines stand above it. Nothing here raises.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_FIELD_CHARS: Final = 8_000
MAX_RESULTS: Final = 40
_METHOD = re.compile(r"([a-z][a-z0-9-]{0,30})(?:/\d{1,3})?\s{0,5}=\s{0,5}([a-z]{1,20})")
_PROPERTY = re.compile(r"([a-z]{1,20}\.[a-z0-9_-]{1,40})\s{0,5}=\s{0,5}(\"[^\"]{0,400}\"|[^\s;\"]{1,400})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check: `method` (spf, dkim, dmarc, …), `result` (pass, fail, …), properties such as `header.d`."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One header. `server` is the name of whoever claims to have checked, in lower case."""

    server: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What our server said, None where it said nothing; and how many headers use its name without being its."""

    statement: Statement | None
    ignored: int = 0


def read(value: str) -> Statement:
    """A header's value without its comments."""
    head, *parts = _split(_without_comments(value[:MAX_FIELD_CHARS]))
    results = []
    for part in parts[:MAX_RESULTS]:
        text = part.strip()
        method = _METHOD.match(text.lower())
        if method is None:
            continue
        properties = {name.lower(): given.strip('"') for name, given in _PROPERTY.findall(text[method.end() :])}
        results.append(Result(method=method.group(1), result=method.group(2), properties=properties))
    words = head.split()
    return Statement(server=words[0].strip('"').lower() if words else "", results=tuple(results))


def ours(fields: Sequence[tuple[str, str]], trusted: Collection[str], *, hops: int, most: int) -> Found:
    """Our own server's statement among the headers of a mail, given as (name in lower case, value), topmost first.

    Of those under a trusted name the topmost `most` count, and only while at most `hops` Received headers stand above:
    a server writes above what it was given, so what a stranger wrote stands further down.
    """
    names = {name.casefold() for name in trusted}
    received, ignored = 0, 0
    taken: list[Statement] = []
    for name, value in fields:
        received += name == "received"
        if name != "authentication-results":
            continue
        statement = read(value)
        if statement.server not in names:
            continue
        is_same = not taken or statement.server == taken[0].server
        if received <= hops and len(taken) < most and is_same:
            taken.append(statement)
        else:
            ignored += 1
    if not taken:
        return Found(statement=None, ignored=ignored)
    results = tuple(result for statement in taken for result in statement.results)
    return Found(statement=Statement(server=taken[0].server, results=results), ignored=ignored)


def _without_comments(text: str) -> str:
    """Comments may be nested; quotes hide parentheses (RFC 5322 §3.2.2)."""
    kept: list[str] = []
    depth, is_quoted = 0, False
    for char in text:
        if char == '"' and not depth:
            is_quoted = not is_quoted
        if not is_quoted and char == "(":
            depth += 1
        elif not is_quoted and char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _split(text: str) -> list[str]:
    """At semicolons outside quotes."""
    parts, start, is_quoted = [], 0, False
    for at, char in enumerate(text):
        if char == '"':
            is_quoted = not is_quoted
        elif char == ";" and not is_quoted:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]
