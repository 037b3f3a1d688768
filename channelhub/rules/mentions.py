"""Who is named in a note: `@kate` names the person who signs in as kate."""

import re
from collections.abc import Collection
from typing import Final

MOST: Final = 20  # named in one note
#: Not within a mail address, a longer word, or an address of a page.
_NAMED = re.compile(r"(?<![\w.@/-])@([a-z0-9][a-z0-9._-]{0,39})", re.IGNORECASE)


def mentioned(text: str, logins: Collection[str]) -> list[str]:
    """The known logins that a text names, each once, in their order; at most `MOST`.

    Full stops and hyphens at the end belong to the sentence where no login has them.
    """
    found: dict[str, None] = {}
    for match in _NAMED.finditer(text):
        name = match[1].lower()
        while name and name not in logins and name[-1] in "._-":
            name = name[:-1]
        if name in logins:
            found.setdefault(name)
    return list(found)[:MOST]
