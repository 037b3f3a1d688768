"""Whether an address is sent a notice, and at which of a customer's addresses."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from channelhub.domain.notices import Unsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """An address that a notice concerns. `out_of_reach` says why no account can write to it."""

    identity_id: int
    customer_id: int
    is_machine: bool = False  # all it wrote of the outage came from a machine, or is spam
    is_blocked: bool = False
    place: int = 0  # the conversation it would be written in; 0: one of its own
    out_of_reach: Unsent | None = None


def choose(
    addressees: Iterable[Addressee],
    *,
    told: Mapping[int, Unsent],
    declining: Set[int],
    taken: Set[int] = frozenset(),
) -> dict[int, Unsent | None]:
    """For each address in order, why nothing is sent to it; None: a message is.

    `told` are customers who were told already, with the word for it, `declining` those who want no notices.
    A customer is told at the first of their addresses that can be written to, and a chat of several people once:
    `taken` are conversations in which it was said already.
    """
    chosen: dict[int, Unsent | None] = {}
    here: set[int] = set()
    places = set(taken)
    for one in addressees:
        verdict: Unsent | None = None
        if one.customer_id in declining:
            verdict = Unsent.OPTED_OUT
        elif one.is_blocked:
            verdict = Unsent.BLOCKED
        elif one.is_machine:
            verdict = Unsent.AUTOMATIC
        elif one.customer_id in here:
            verdict = Unsent.TOLD_ELSEWHERE
        elif one.customer_id in told:
            verdict = told[one.customer_id]
        elif one.out_of_reach is not None:
            verdict = one.out_of_reach
        elif one.place in places:
            verdict = Unsent.TOLD_ELSEWHERE
        else:
            here.add(one.customer_id)
            places |= {one.place} - {0}
        chosen[one.identity_id] = verdict
    return chosen
