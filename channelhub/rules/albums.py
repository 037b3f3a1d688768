"""What an album shows as one, whatever order its parts came in and however often."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an album: its words and how many files it shows."""

    message_id: int
    text: str
    attachments: int
    is_deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """What stands on the timeline for all of them, under the name and time of the part `message_id`."""

    message_id: int
    text: str
    attachments: int
    is_deleted: bool


def compose(parts: Sequence[Part]) -> Album:
    """The album of these parts, one or more, in the channel's order.

    The first part with words stands for all: it is what search finds and what outages count. What its sender took back
    shows nothing any more, unless that is all there was.
    """
    left = [one for one in parts if not one.is_deleted] or list(parts)
    worded = [one for one in left if one.text]
    return Album(
        message_id=(worded or left)[0].message_id,
        text="\n".join(one.text for one in worded),
        attachments=sum(one.attachments for one in left),
        is_deleted=all(one.is_deleted for one in parts),
    )
