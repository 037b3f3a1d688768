"""Who of our people may forward customers' mail to an account: the key, its faults, and what is noted with a mail."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from connectors.email.relay_config import described
from connectors.email.routes import is_entry

#: In `Envelope.extra`: the addresses and domains that may forward, separated by blanks.
NOTED = "forwarders"

Forwarders = Annotated[
    tuple[str, ...],
    described(
        "Addresses and domains of our people: a customer's mail that they forward here is shown as the message of the "
        "customer whom it names, as claimed. Empty: a forward is the message of who sent it."
    ),
]


def faults(forwarders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each entry that can't work, and why."""
    for entry in forwarders:
        if not is_entry(entry):
            yield "forwarders", f"{entry!r} is neither an address nor a domain"


def noted(forwarders: Sequence[str]) -> dict[str, str]:
    """What is noted in the envelope of a mail when it comes, so that a later reading says the same."""
    return {NOTED: " ".join(forwarders)} if forwarders else {}


def may_forward(address: str, forwarders: str) -> bool:
    """Whether the address is one of those noted, or in one of the domains."""
    folded = address.casefold()
    domain = folded.rpartition("@")[2]
    return bool(folded) and any(one.casefold().removeprefix("@") in (folded, domain) for one in forwarders.split())
