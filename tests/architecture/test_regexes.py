"""No expression of ours can be made to work for long: each is run, as the code runs it, on the texts that hurt."""

import importlib
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import FrameType, ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.content import attribution, signatures
from tests.architecture.sources import sources

MOST_S = 1.0  # of processor time, for one text; what goes back and forth takes minutes
LENGTH = 50_000
METHODS = {"match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
#: In the text, because all tests wait for what is done while they are collected, and syntax trees take long.
USE = re.compile(rf"(?<![\w.])(\w+)\.({'|'.join(sorted(METHODS))})\b")
#: What is repeated: words of our expressions, separators, and openings that never close.
REPEATED = (
    *("a", "1", "а", " ", "\n", "\t", "\xa0", "\r\n", ".", "-", "_", ",", ";", ":", "/", "\\", "'", '"', "<", ">"),
    *(
        "(",
        "[",
        "{",
        "=",
        "&",
        "%",
        "@",
        "+",
        "#",
        "*",
        "|",
        "?",
        "!",
        "a ",
        "a.",
        "a-",
        "a@",
        "a:",
        "a,",
        "a=",
        "1.",
        "1:",
    ),
    *("> ", ">\n", "-- ", "--", "a\n", "\n ", "\n\n>", "On ", "On a, a ", "wrote:", "12:00 ", "=?", "=?utf-8?q?a?= "),
    *(
        "<a ",
        "<a@b> ",
        "<!--",
        "<a b=",
        "&#",
        "&a;",
        '"\\',
        'a"',
        "a=b;",
        "n*1=a;",
        "http://",
        "(a",
        "()",
        '","',
        "%41",
    ),
)
#: What stands behind the repetition, so that what nearly matched fails.
END = "\x01"
#: Texts that never reach the expression at full length, and the bound they have there.
BOUNDED = {
    "channelhub.content.attribution._ENDS_WITH_ADDRESS": 320,
    "channelhub.content.attribution._ENDS_WITH_VERB": attribution.MAX_END_CHARS,
    "channelhub.content.attribution._ENDS_BARE": attribution.MAX_END_CHARS,
    "channelhub.content.headers._BARE": 16 * 1024,  # of a header, headerblock.py
    "channelhub.content.signatures._SENTENCE": signatures.MAX_LINE_CHARS,
}


class TooSlow(Exception):
    """The processor time is used up."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One compiled expression and the methods by which its module uses it."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]
    length: int

    def run(self, repeated: str, end: str) -> None:
        text = endless(repeated, self.length) + end
        given: Any = text if isinstance(self.pattern.pattern, str) else text.encode()
        for method in self.methods:
            with processor_time():
                self._use(method, given)

    def _use(self, method: str, given: Any) -> None:
        if method in ("sub", "subn"):
            self.pattern.sub(given[:0], given)
        elif method == "finditer":
            for _ in self.pattern.finditer(given):
                pass
        else:
            getattr(self.pattern, method)(given)


@lru_cache(maxsize=2 * len(REPEATED))
def endless(repeated: str, length: int) -> str:
    return (repeated * (length // len(repeated) + 1))[:length]


@contextmanager
def processor_time() -> Iterator[None]:
    """Raises TooSlow after `MOST_S`; `re` looks for signals while it works."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def expressions() -> list[Expression]:
    found: dict[str, Expression] = {}
    for source in sources("channelhub/content", "channelhub/rules", "channelhub/domain", "connectors"):
        module = importlib.import_module(source.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        used = _methods(source.text)
        for name, value in vars(module).items():
            for number, pattern in enumerate(_patterns(value)):
                full = f"{module.__name__}.{name}" + (f"[{number}]" if not isinstance(value, re.Pattern) else "")
                methods = tuple(sorted(used.get(name, set()))) or ("search",)
                if name in used or not isinstance(value, re.Pattern):
                    found[full] = Expression(full, pattern, methods, BOUNDED.get(full, LENGTH))
    return list(found.values())


def _patterns(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for inner in value:
            yield from _patterns(inner)
    elif isinstance(value, dict) and not isinstance(value, ModuleType):
        for inner in (*value.keys(), *value.values()):
            yield from _patterns(inner)


def _methods(text: str) -> dict[str, set[str]]:
    """By which methods the module uses each of its names, itself or through an alias such as `one.search`."""
    used: dict[str, set[str]] = {}
    for match in USE.finditer(text):
        used.setdefault(match[1], set()).add(match[2])
    return used


EXPRESSIONS = expressions()


@pytest.mark.slow
@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda one: one.name)
def test_is_quick_on_endless_repetition(expression: Expression) -> None:
    for repeated in REPEATED:
        try:
            expression.run(repeated, END)
        except TooSlow:
            pytest.fail(f"{expression.name} on {repeated!r} repeated")


@pytest.mark.slow
@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda one: one.name)
@settings(max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pieces=st.lists(st.sampled_from(REPEATED) | st.text(max_size=3), min_size=1, max_size=4), end=st.text(max_size=2)
)
def test_is_quick_on_repeated_pieces(expression: Expression, pieces: list[str], end: str) -> None:
    piece = "".join(pieces) or "a"
    try:
        expression.run(piece, end)
    except TooSlow:
        pytest.fail(f"{expression.name} on {piece!r} repeated, then {end!r}")


def test_an_expression_that_can_be_made_slow_is_found() -> None:
    slow = Expression("slow", re.compile(r"(a+)+b"), ("search",), LENGTH)

    with pytest.raises(TooSlow):
        slow.run("a", "")


def test_all_expressions_are_looked_at() -> None:
    compiled = sum(source.text.count("re.compile(") for source in sources("channelhub/content", "connectors"))

    assert len(EXPRESSIONS) >= 0.8 * compiled
    assert set(BOUNDED) <= {one.name for one in EXPRESSIONS}
