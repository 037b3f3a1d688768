"""Why two may be one person, and who may be somebody else, as the API shows it."""

from collections.abc import Iterable

import msgspec

from channelhub.domain.people import Clue
from channelhub.rules.impersonation import Suspicion


class ClueView(msgspec.Struct, frozen=True, kw_only=True):
    """Why two may be one person. `kind`: of an address (`phone`, `email`, …), or `order`, `device`, `address` (mail
    addresses that begin alike), `name`. `how`: `claimed` by the sender as their own, `proved` of both although they
    are kept apart (other customer ids), `shared` by both; of names `same`,
    `similar`, `partial`, `different`, which speaks against it."""

    kind: str
    how: str


class SuspicionView(msgspec.Struct, frozen=True, kw_only=True):
    """An identity whose name may be another's. `pretence`: `address`, it holds a mail address that isn't theirs;
    `colleague`, it is that of somebody who signs in here; `customer`, it is that of the known `customer_id`."""

    identity_id: str
    pretence: str
    customer_id: str | None


def suspicion(one: Suspicion) -> SuspicionView:
    return SuspicionView(
        identity_id=str(one.identity_id),
        pretence=str(one.pretence),
        customer_id=None if one.customer_id is None else str(one.customer_id),
    )


def clues(found: Iterable[Clue]) -> list[ClueView]:
    return [ClueView(kind=one.kind, how=one.how) for one in found]
