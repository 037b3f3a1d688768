"""Text whose hidden characters are written out, for a reader who must see what is there and obey none of it.

Characters that show nothing can hide instructions from people that a program still reads: controls, zero-width and
bidirectional marks, tags (U+E0000…), variation selectors. Lists: Unicode's general categories C and Z, and
Default_Ignorable_Code_Point of DerivedCoreProperties.txt.
"""

import unicodedata
from typing import Final

_KEPT: Final = frozenset("\n\t")
_EMOJI_STYLE: Final = "\ufe0f"  # one after another character is how emoji are written; alone it says nothing
_HIDDEN_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_HIDDEN_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def visible(text: str) -> str:
    """The text with each hidden character as ⟨U+200B⟩. Line breaks and tabs stay; CR LF becomes LF."""
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.isprintable():
        return text
    before = _EMOJI_STYLE
    shown = []
    for character in text:
        shown.append(f"⟨U+{ord(character):04X}⟩" if _is_hidden(character, before) else character)
        before = character
    return "".join(shown)


def _is_hidden(character: str, before: str) -> bool:
    if character in _KEPT:
        return False
    if character == _EMOJI_STYLE:
        return before == _EMOJI_STYLE
    if "\ufe00" <= character <= "\ufe0e" or "\U000e0100" <= character <= "\U000e01ef":
        return True
    return character in _HIDDEN_LETTERS or unicodedata.category(character) in _HIDDEN_CATEGORIES
