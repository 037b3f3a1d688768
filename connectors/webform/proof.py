"""The proof of work of the page's script: small, without a third party, checked by one digest.

The script looks for a number `n` such that SHA-256 of `{time token}.{n}` begins with so many zero bits. What a person's
browser does in a blink costs a sender of a million posts days. Without JavaScript there is none, which is a doubt only.
"""

import hashlib
import re
from collections import OrderedDict
from typing import Final

MOST_USES: Final = 5  # of one drawing of a page: a person who sends, goes back, mends and sends again
_MOST_PAGES: Final = 20_000  # remembered at once
_NUMBER = re.compile(r"[0-9]{1,15}\Z", re.ASCII)


def is_proved(time_token: str, proof: str, bits: int) -> bool:
    """Whether `proof` is such a number for the token."""
    if not _NUMBER.match(proof):
        return False
    digest = hashlib.sha256(f"{time_token}.{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - bits) == 0


class Drawings:
    """Counts how often each drawing of a page was sent; forgets the one longest unseen."""

    def __init__(self) -> None:
        self._uses: OrderedDict[str, int] = OrderedDict()

    def is_worn(self, time_token: str) -> bool:
        """Count one more; True when it was sent more than `MOST_USES` times."""
        uses = self._uses.pop(time_token, 0) + 1
        self._uses[time_token] = uses
        if len(self._uses) > _MOST_PAGES:
            self._uses.popitem(last=False)
        return uses > MOST_USES
