"""Cyrillic words with a Latin letter that looks the same, as keyboards switched too late write them (`iнтернет`)."""

from typing import Final

_LATIN: Final = "aceiopxy"
_TO_CYRILLIC: Final = str.maketrans(_LATIN, "асеіорху")
_ALIKE: Final = frozenset(_LATIN)


def in_one_script(word: str) -> str:
    """A lower-case word in Cyrillic where all its Latin letters have lookalikes there; any other word as it is.

    Of a compound (`ip-адрес`) each part by itself.
    """
    return word if word.isascii() else "-".join(_part(part) for part in word.split("-"))


def _part(word: str) -> str:
    latin = {letter for letter in word if "a" <= letter <= "z"}
    if not latin or not latin <= _ALIKE or not any("\u0400" <= letter <= "\u04ff" for letter in word):
        return word
    return word.translate(_TO_CYRILLIC)
