"""What a conversation is called: a room, or a thread in it. And what our own requests are."""

from dataclasses import dataclass

_OURS = "channelhub."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`root` is the event that a thread begins with; empty in the room itself."""

    room: str
    root: str = ""

    @property
    def key(self) -> str:
        """Ids have no spaces in them (spec.matrix.org, Common identifier format)."""
        return f"{self.room} {self.root}" if self.root else self.room


def read_key(key: str) -> Place:
    """The place that a conversation is at. Raises ValueError for what is no room."""
    room, _, root = key.partition(" ")
    if not room.startswith("!"):
        raise ValueError("not a room of Matrix")
    return Place(room=room, root=root)


def transaction(name: str, number: int) -> str:
    """What a request to send is called: the homeserver takes each once for an access token."""
    return f"{_OURS}{name}.{number}"


def transaction_is_ours(transaction_id: str) -> bool:
    """Whether the hub sent it, not another program with the same token."""
    return transaction_id.startswith(_OURS)
