"""Counted things on the pages: 1 вкладення, 2 вкладення, 5 вкладень."""

from channelhub.content.plurals import counted

#: Parts the forms of a text: `file|files`, in Ukrainian and Russian one, few and many.
BETWEEN = "|"


def plural(language: str, forms: str, number: int) -> str:
    """The form that a number asks for."""
    return counted(language, number, forms.split(BETWEEN))
