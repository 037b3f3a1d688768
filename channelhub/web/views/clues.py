"""Why two may be one person, as the API shows it."""

from collections.abc import Iterable

import msgspec

from channelhub.domain.people import Clue


class ClueView(msgspec.Struct, frozen=True, kw_only=True):
    """Why two may be one person. `kind`: of an address (`phone`, `email`, …), or `order`, `device`, `address` (mail
    addresses that begin alike), `name`. `how`: `claimed` by the sender as their own, `shared` by both; of names `same`,
    `similar`, `partial`, `different`, which speaks against it."""

    kind: str
    how: str


def clues(found: Iterable[Clue]) -> list[ClueView]:
    return [ClueView(kind=one.kind, how=one.how) for one in found]
