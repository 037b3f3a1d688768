"""Answers that agents begin with: texts by language, filled with what is known of the customer and the contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from types import MappingProxyType
from typing import Final

#: What may stand for something in a template: `$name`.
NAMES: Final = ("agent", "greeting", "name", "number")
MAX_NAME_CHARS: Final = 80
_GREETINGS: Final[Mapping[str, str]] = MappingProxyType({"en": "Hello", "uk": "Вітаємо", "ru": "Здравствуйте"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTemplate:
    """One occasion: by language its title for agents and its text."""

    name: str
    texts: Mapping[str, tuple[str, Template]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A template with its places filled: words that an agent may change before they are sent."""

    name: str
    title: str
    text: str


def beginnings(
    templates: Sequence[ReplyTemplate], *, language: str, name: str, number: str, agent: str
) -> list[Beginning]:
    """Every template in a language, in the first one that it has where it lacks that.

    `name` is the customer's as they wrote it: a line of it, cut; empty where nobody knows it. What it holds is never
    read as a template.
    """
    shown = _line(name)
    found = []
    for one in templates:
        spoken = language if language in one.texts else next(iter(one.texts))
        title, text = one.texts[spoken]
        greeting = _GREETINGS.get(spoken, _GREETINGS["en"])
        values = {
            "agent": _line(agent),
            "greeting": f"{greeting}, {shown}!" if shown else f"{greeting}!",
            "name": shown,
            "number": number,
        }
        found.append(Beginning(name=one.name, title=title, text=text.safe_substitute(values)))
    return found


def _line(text: str) -> str:
    """On one line, without what can't be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:MAX_NAME_CHARS]
