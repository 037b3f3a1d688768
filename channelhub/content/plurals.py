"""Counted things in the words of a language: 1 клиент, 2 клиента, 5 клиентов."""

from collections.abc import Sequence


def counted(language: str, number: int, forms: Sequence[str]) -> str:
    """The form that `number` asks for, with the number in place of `{n}`.

    `forms` are one, few and many for Russian and Ukrainian, one and many for every other language (CLDR's rules for
    whole numbers).
    """
    return forms[_place(language, number) if len(forms) > 2 else int(number != 1)].replace("{n}", str(number))


def _place(language: str, number: int) -> int:
    if language not in ("ru", "uk"):
        return 0 if number == 1 else 2
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def amount(language: str, value: float, *, digits: int = 1) -> str:
    """A number with the language's decimal mark."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language in ("ru", "uk") else text
