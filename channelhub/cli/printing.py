"""What customers wrote, on a terminal: nothing in it may move the cursor, colour the screen or turn the text around."""

import json
import unicodedata
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: object) -> Text:
    """Text for rich: control characters (C0, C1) and marks that turn the direction are shown as `·`, markup is text."""
    shown = "".join(
        "·" if character in _TURNING or (unicodedata.category(character) == "Cc" and character != "\n") else character
        for character in str(text)
    )
    return Text(shown)


def one_line(text: object, *, width: int = 120) -> Text:
    words = " ".join(str(text).split())
    return plain(words if len(words) <= width else words[: width - 1] + "…")


def when(moment: str | None) -> str:
    """An ISO 8601 time in this machine's zone, to the minute."""
    if not moment:
        return ""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def print_json(value: Any) -> None:
    """One line of JSON on standard output."""
    Console(soft_wrap=True, highlight=False).out(json.dumps(value, ensure_ascii=False), highlight=False)
