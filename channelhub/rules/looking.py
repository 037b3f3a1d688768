"""Which entries of a timeline somebody wants to see: of a channel, of a kind, with some words. Pure.

Words are found by their beginnings, in any case and form: `замовленням` finds `замовлення`, `refunded` finds `refund`.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from channelhub.content.stems import stem

#: What an entry can be, in the order in which people choose among them.
KINDS: Final = (
    "message", "note", "call", "incident", "outage", "notice", "rating", "journey", "contact", "reaction", "reach",
    "delivery", "loop", "unknown",
)  # fmt: skip
MAX_WORDS: Final = 8
_LEAST_STEM: Final = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Wanted:
    """Empty: everything."""

    channel: str = ""
    kind: str = ""
    words: str = ""

    @property
    def is_everything(self) -> bool:
        return not (self.channel or self.kind or self.beginnings)

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """Of the words, folded, the first `MAX_WORDS`."""
        return tuple(dict.fromkeys(map(_beginning, _WORD.findall(folded(self.words))[:MAX_WORDS])))

    def admits(self, *, channel: str, kind: str) -> bool:
        return (not self.channel or channel == self.channel) and (not self.kind or kind == self.kind)

    def has_words(self, text: str) -> bool:
        """Whether every word stands in a text."""
        if not self.beginnings:
            return True
        shown = folded(text)
        return all(_begins_a_word(one, shown) for one in self.beginnings)


EVERYTHING: Final = Wanted()


def folded(text: str) -> str:
    """In small letters, with one spelling of letters that people type in two ways."""
    return text.casefold().replace("ё", "е").replace("’", "'").replace("ʼ", "'")  # a table takes ten times as long


def _beginning(word: str) -> str:
    """What all forms of a word begin with: the shortest of its stems in three languages."""
    stems = [stem(word, language) for language in ("ru", "uk", "en")]
    begins = [one for one in stems if len(one) >= _LEAST_STEM and word.startswith(one)]
    return min(begins, key=len, default=word)


def _begins_a_word(beginning: str, text: str) -> bool:
    at = text.find(beginning)
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            return True
        at = text.find(beginning, at + 1)
    return False
