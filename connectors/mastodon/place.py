"""What a conversation is called: how public it is, and the post that it began with."""

from dataclasses import dataclass

#: The most public first.
VISIBILITIES = ("public", "unlisted", "private", "direct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Posts of a thread that are less public than others are a conversation of their own, and so are their answers."""

    visibility: str
    root: str

    @property
    def key(self) -> str:
        return f"{self.visibility}:{self.root}"


def read_key(key: str) -> Place:
    """Raises ValueError for what is no conversation of Mastodon."""
    visibility, _, root = key.partition(":")
    if visibility not in VISIBILITIES or not root:
        raise ValueError("no conversation of Mastodon")
    return Place(visibility=visibility, root=root)


def is_public(key: str) -> bool:
    """Whether others than those who are named see what is said in a conversation: all do, or all who follow."""
    return not key.startswith(f"{VISIBILITIES[-1]}:")


def known(visibility: str) -> str:
    """One that we don't know is taken for the narrowest."""
    return visibility if visibility in VISIBILITIES else VISIBILITIES[-1]


def narrower(one: str, other: str) -> str:
    """The less public of both."""
    return max(known(one), known(other), key=VISIBILITIES.index)
