"""What is ours: what an agent or the hub wrote, and mail that only says so or that came back to us.

An agent's words are those that were written here. A mail never is: whoever can send us one can write our address into
From. So a mail from an address of ours stays on the incoming side, marked, and nobody is made to answer it.
"""

from collections.abc import Collection

from channelhub.domain.inbound import Direction, NewMessage
from channelhub.rules import tokens

OWN = "own"  # it names an address of ours as its sender
RETURNED = "returned"  # it carries our own mark: a mail that we sent has come back to us


def direction(message: NewMessage, *, channel: str) -> Direction:
    """On which side of the timeline it stands."""
    return Direction.IN if channel == "email" else message.direction


def marks(
    message: NewMessage, *, channel: str, writer: str, own_addresses: Collection[str], secret: bytes
) -> tuple[str, ...]:
    """Why it counts as ours. `writer` is the sender's address as a comparison key."""
    if channel != "email":
        return ()
    found = []
    if message.direction is Direction.OUT or writer in own_addresses or _untagged(writer) in own_addresses:
        found.append(OWN)
    is_bounce = message.automatic.is_bounce  # which may bring our headers back
    if not is_bounce and tokens.first((message.thread.mark, message.thread.message_id), secret=secret) is not None:
        found.append(RETURNED)
    return tuple(found)


def looks_returned(message: NewMessage) -> bool:
    """Whether it carries what may be our mark; `marks` knows."""
    return bool(message.thread.mark) or message.thread.message_id[: len(tokens.MARK)].lower() == tokens.MARK


def is_ours(found: Collection[str]) -> bool:
    """Whether a message with these marks opens nothing, is answered by nobody and counts in no outage."""
    return OWN in found or RETURNED in found


def _untagged(address: str) -> str:
    """`help+tag@example.org` is `help@example.org` (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
