"""Templates of messages about events: text in, a title and lines out, and nothing that they can call.

A template is Jinja over the event's facts: `data` (each field of the event's type, empty where it has no value),
`type`, `account`, `at`, `id`; of a summary `counts`, `total`, `first_at`, `last_at`. Its first line is the title. What
it makes is plain text, whatever a value holds: each is one line of limited length, and whoever shows the text escapes
all of it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from channelhub.content.plurals import counted
from channelhub.domain.alerts import EventAlert, EventSummary
from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.rules.event_alerts.words import word
from channelhub.rules.outage.alerting import without_addresses

MAX_TEMPLATE_CHARS: Final = 20_000
TITLE_CHARS, TEXT_CHARS, VALUE_CHARS, MOST_VALUES = 200, 2800, 300, 20
_FILTERS: Final = ("default", "first", "join", "last", "length", "list", "lower", "round", "sort", "title", "upper")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_TIME: Final = "%Y-%m-%d %H:%M UTC"


class BadTemplate(ValueError):
    """A template that can't be read, or doesn't fit its event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message about an event: plain text, the title one line."""

    title: str
    text: str


class _Sandbox(ImmutableSandboxedEnvironment):
    """Without calls, and without what makes a short template a long text."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call(self, *_args: Any, **_kwargs: Any) -> Any:
        raise SecurityError("a template can't call anything")

    def call_binop(self, _context: Any, operator: str, _left: Any, _right: Any) -> Any:
        raise SecurityError(f"a template can't use {operator}")


Template = Callable[[EventAlert | EventSummary], Words]


def template(text: str, language: str) -> Template:
    """A function that writes messages by a template. It raises BadTemplate where the event lacks what it names.

    Raises BadTemplate for what is no template.
    """
    if len(text) > MAX_TEMPLATE_CHARS:
        raise BadTemplate(f"it is longer than {MAX_TEMPLATE_CHARS} characters")
    try:
        made = _environment(language).from_string(text)
    except TemplateError as exc:
        raise BadTemplate(f"line {getattr(exc, 'lineno', 1)}: {exc}") from exc
    except (RecursionError, SyntaxError, MemoryError) as exc:  # of the compiler behind it
        raise BadTemplate("it is too deep") from exc

    def write(content: EventAlert | EventSummary) -> Words:
        try:
            return _split(made.render(_facts(content)), content, language)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as exc:
            raise BadTemplate(str(exc)) from exc

    return write


def _environment(language: str) -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_finished)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS} | {
        "word": lambda value: word(language, str(value)),
        "when": _when,
        "counted": lambda number, *forms: counted(language, int(number), forms),
    }
    return made


def _finished(value: Any) -> Any:
    return "" if value is None else value


def _when(value: Any) -> str:
    """A moment as people read it; anything else as it is."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment.astimezone(UTC).strftime(_TIME)
    except ValueError:
        return str(value)


def _facts(content: EventAlert | EventSummary) -> dict[str, Any]:
    if isinstance(content, EventSummary):
        counts = [{"type": one, "count": count} for one, count in list(content.counts.items())[:MOST_VALUES]]
        return {
            "counts": counts,
            "total": sum(content.counts.values()),
            "first_at": _when(content.first_at),
            "last_at": _when(content.last_at),
        }
    return {
        "id": str(content.id),
        "type": content.type,
        "account": _clean(content.account),
        "at": _when(content.at),
        "data": _data(content),
    }


def _data(content: EventAlert) -> dict[str, Any]:
    """Every field of the type; what customers wrote, an outage's words, without addresses."""
    known = CATALOGUE.get(content.type)
    names = [] if known is None else [one.encode_name for one in msgspec.structs.fields(known.payload)]
    data = {**dict.fromkeys(names), **{name: _clean(value) for name, value in content.data.items()}}
    for name in ("terms", "reasons"):
        if isinstance(data.get(name), list):
            data[name] = [without_addresses(str(one).removeprefix("#")) for one in data[name]]
    return data


def _clean(value: Any) -> Any:
    """The same in one line and of limited length."""
    if isinstance(value, str):
        shown = " ".join(_CONTROL.sub(" ", value).split())
        return shown if len(shown) <= VALUE_CHARS else f"{shown[:VALUE_CHARS]}…"
    if isinstance(value, Mapping):
        return {_clean(str(name)): _clean(one) for name, one in list(value.items())[:MOST_VALUES]}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value[:MOST_VALUES]]
    return value


def _split(text: str, content: EventAlert | EventSummary, language: str) -> Words:
    """The first line that says something is the title; lines that say nothing go."""
    lines = [line for line in (_CONTROL.sub(" ", line).strip() for line in text.splitlines()) if line]
    if not lines:
        raise BadTemplate("it makes no text")
    title = f"{word(language, 'test')}: {lines[0]}" if getattr(content, "is_test", False) else lines[0]
    return Words(title=title[:TITLE_CHARS], text="\n".join(lines[1:])[:TEXT_CHARS])
