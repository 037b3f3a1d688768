"""Which incidents a folder of the inbox holds, in which order, and what a tag may be."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from channelhub.content.visible import visible
from channelhub.domain.incidents import IncidentState

MAX_TAG_CHARS: Final = 40
MOST_TAGS: Final = 20  # of one incident
ME: Final = "me"
NOBODY: Final = "nobody"
OPEN_STATES: Final = tuple(one for one in IncidentState if one.is_open)
CLOSED_STATES: Final = tuple(one for one in IncidentState if not one.is_open)


class Folder(StrEnum):
    """A heading of the inbox. A snoozed incident stands in `snoozed` only until it wakes, a closed one in `closed`."""

    OPEN = "open"
    NEW = "new"
    MINE = "mine"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Order(StrEnum):
    """`newest` and `oldest` by when they were opened, `changed` by what happened last, the latest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"


_STATES: Final = {
    Folder.NEW: (IncidentState.NEW, IncidentState.REOPENED),
    Folder.WAITING: (IncidentState.WAITING,),
    Folder.CLOSED: CLOSED_STATES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What to look for. `is_snoozed`, `assignee`: None where it doesn't matter; assignee empty: nobody's."""

    states: tuple[IncidentState, ...]
    is_snoozed: bool | None
    assignee: str | None
    channel: str = ""
    account: str = ""
    tag: str = ""
    order: Order = Order.NEWEST


class TagRefused(ValueError):
    """No tag; the text says why."""


def look(
    folder: Folder | None,
    *,
    me: str,
    state: IncidentState | None = None,
    assignee: str = "",
    channel: str = "",
    account: str = "",
    tag: str = "",
    order: Order = Order.NEWEST,
) -> Look:
    """A folder, narrowed; without one, among all incidents. `assignee`: a name, `me`, `nobody`; empty: whoever."""
    states = tuple(IncidentState) if folder is None else _STATES.get(folder, OPEN_STATES)
    return Look(
        states=states if state is None else tuple(one for one in states if one is state),
        is_snoozed=None if folder is None or folder is Folder.CLOSED else folder is Folder.SNOOZED,
        assignee=_wanted(assignee or (ME if folder is Folder.MINE else ""), me),
        channel=channel,
        account=account,
        tag=tag,
        order=order,
    )


def _wanted(assignee: str, me: str) -> str | None:
    if not assignee:
        return None
    return {ME: me, NOBODY: ""}.get(assignee, assignee)


def tag_of(text: str) -> str:
    """A tag as it is kept: small letters, single blanks. Raises TagRefused."""
    tag = " ".join(unicodedata.normalize("NFC", text).lower().split())
    if not 0 < len(tag) <= MAX_TAG_CHARS:
        raise TagRefused(f"a tag has 1 to {MAX_TAG_CHARS} characters")
    if "," in tag or visible(tag) != tag:
        raise TagRefused("a tag has no commas and no hidden characters")
    return tag
