"""Templates of what is sent to a gateway: texts with slots such as {to} and {text}, in a table of any shape."""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

SLOTS: Final = frozenset({"to", "text", "token", "id", "secret", "callback"})
MOST_VALUES: Final = 200
MOST_LEVELS: Final = 8
_SLOT: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

Tree: TypeAlias = "str | int | float | bool | list[Tree] | dict[str, Tree]"


def check(value: Any, level: int = 0) -> int:
    """How many values a table has. Raises ValueError for unknown slots, lone braces, other values, and too much."""
    if level > MOST_LEVELS:
        raise ValueError(f"a table of more than {MOST_LEVELS} levels")
    if isinstance(value, str):
        _filled(value, dict.fromkeys(SLOTS, ""))
        return 1
    if isinstance(value, bool | int | float):
        return 1
    if not isinstance(value, list | dict):
        raise ValueError(f"expected texts, numbers, lists and tables, not {value!r}")
    inner = value.values() if isinstance(value, dict) else value
    count = sum(check(one, level + 1) for one in inner)
    if count > MOST_VALUES:
        raise ValueError(f"a table of more than {MOST_VALUES} values")
    return count


def fill(value: Any, slots: Mapping[str, str]) -> Any:
    """The same table with its slots filled. What stands beside a slot stays; `{{` and `}}` are braces."""
    if isinstance(value, str):
        return _filled(value, slots)
    if isinstance(value, list):
        return [fill(one, slots) for one in value]
    if isinstance(value, dict):
        return {name: fill(one, slots) for name, one in value.items()}
    return value


def _filled(text: str, slots: Mapping[str, str]) -> str:
    def meant(found: "re.Match[str]") -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] is None or found[1] not in slots:
            raise ValueError(f"{found[0]!r} in {text[:60]!r} is no slot: there are {', '.join(sorted(SLOTS))}")
        return slots[found[1]]

    return _SLOT.sub(meant, text)
