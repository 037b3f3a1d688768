"""Who may only say that they are somebody: an address that was proved and now isn't, a name that is another's.

It is a mark for a person to look at, never a refusal: people write from new addresses, and have namesakes.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from channelhub.domain.people import KNOWING, Evidence, Identity
from channelhub.rules.clues import name_key
from channelhub.rules.resemblance import Likeness, resemblance

#: The flag of an entry on the timeline.
FLAG: Final = "impersonation"
#: Results of SPF, DKIM and DMARC (RFC 8601, 2.7) that say that a mail is not its domain's.
_FAILED: Final = frozenset({"fail", "softfail", "hardfail"})
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


class Pretence(StrEnum):
    """What a sender's name pretends."""

    ADDRESS = "address"  # it holds another mail address than the one that wrote
    COLLEAGUE = "colleague"  # it is that of somebody of us
    CUSTOMER = "customer"  # it is that of one known customer, whose address this isn't


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Of one identity. `customer_id`: the known customer of that name."""

    identity_id: int
    pretence: Pretence
    customer_id: int | None = None


def lacks_proof(evidence: Evidence, authenticity: str) -> bool:
    """Whether an unproved mail from a proved address is odd: its domain's mail proves itself (`evidence`), or a check
    of this one failed (`authenticity`, as the message shows it: `dmarc=fail dkim=none, checked here`). That nothing
    was checked, or could be, is odd of no mail: it is only claimed."""
    results = {one.rpartition("=")[2] for one in authenticity.partition(",")[0].split()}
    return evidence is Evidence.DMARC or bool(results & _FAILED)


def is_known(own: Iterable[Identity]) -> bool:
    """Whether something better than their address says who a customer is."""
    return any(one.evidence in KNOWING for one in own)


def pretends_address(one: Identity, own: Collection[str]) -> bool:
    """Whether the name shows a mail address that isn't among the customer's `own`: `"ann@a.example" <x@b.example>`."""
    return any(found.casefold().rstrip(".") not in own for found in _ADDRESS.findall(one.name))


def is_colleague(one: Identity, colleagues: Iterable[str]) -> bool:
    """Whether the name is the given and family name of somebody of us."""
    key = name_key(one.name)
    return key is not None and any(
        name_key(name) == key and resemblance(one.name, name) is Likeness.SAME for name in colleagues
    )


def namesake(one: Identity, others: Iterable[Identity]) -> int | None:
    """The one known customer of this name; None where there are several: then it is only a common name."""
    found = {
        other.customer_id
        for other in others
        if other.customer_id != one.customer_id
        and other.evidence in KNOWING
        and resemblance(one.name, other.name) is Likeness.SAME
    }
    return found.pop() if len(found) == 1 else None
