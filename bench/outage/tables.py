"""The texts that streams are made of: what people write, by matter and language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("ru", "uk", "en")
_FOLDER = Path(__file__).parent / "texts"

Phrasings = Mapping[str, tuple[str, ...]]
"""Different ways to write one thing, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """`usual` are matters of any day, `outages` the troubles many have at once, `neutral` what many ask though nothing
    is broken, `traps` automatic and bulk messages, `around` greetings and the like, `slots` what fills the braces."""

    usual: Mapping[str, Phrasings]
    outages: Mapping[str, Phrasings]
    neutral: Mapping[str, Phrasings]
    traps: Mapping[str, Phrasings]
    around: Mapping[str, Phrasings]
    slots: Mapping[str, Phrasings]


@cache
def tables() -> Tables:
    """Every text there is, read once."""
    return Tables(
        usual=_matters("usual_*.toml"),
        outages=_matters("outages_*.toml"),
        neutral=_matters("neutral.toml"),
        traps=_matters("traps.toml"),
        around=_matters("around.toml"),
        slots=_matters("slots.toml"),
    )


def _matters(pattern: str) -> dict[str, Phrasings]:
    found: dict[str, Phrasings] = {}
    for file in sorted(_FOLDER.glob(pattern)):
        for name, by_language in tomllib.loads(file.read_text("utf-8")).items():
            if name in found:
                raise ValueError(f"{file.name}: {name} is in another file, too")
            found[name] = {language: _phrasings(by_language[language]) for language in LANGUAGES}
    return found


def _phrasings(written: str | list[str]) -> tuple[str, ...]:
    """A string holds one phrasing a line, with `\\n` for a line break of its own; a list holds them as they are."""
    if isinstance(written, list):
        return tuple(written)
    return tuple(line.replace("\\n", "\n") for line in written.strip().splitlines())
