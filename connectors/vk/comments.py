"""What is said in public: comments below posts, photos, videos and goods, discussions, visitors' posts on the wall."""

from collections.abc import Callable
from dataclasses import dataclass

from channelhub.domain.inbound import (
    Content,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    NewMessage,
    Thread,
)
from channelhub.sdk.errors import Unparseable
from connectors.vk.attached import Found
from connectors.vk.moments import moment
from connectors.vk.people import handle, person
from connectors.vk.shapes import Comment
from connectors.vk.told import Told
from connectors.vk.words import plain

COMMENTS = ("wall_reply", "photo_comment", "video_comment", "market_comment", "board_post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Something that can be commented on: `kind` is wall, photo, video, market or board."""

    kind: str
    owner: int
    item: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}_{self.item}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said in public at a spot; `comment` is 0 for a post of the wall itself."""

    spot: Spot
    comment: int = 0

    def __str__(self) -> str:
        return f"{self.spot}_{self.comment}" if self.comment else str(self.spot)


def read_name(name: str) -> Said:
    """What was named by `str(said)`. Raises ValueError for anything else."""
    kind, _, place = name.partition(":")
    owner, item, *comment = place.split("_")
    if kind not in _SPOTS or len(comment) > 1:
        raise ValueError(f"no comment: {name[:100]}")
    spot = Spot(kind=kind, owner=int(owner), item=int(item))
    return Said(spot=spot, comment=int(comment[0]) if comment else 0)


def is_public(conversation_key: str) -> bool:
    """Whether all see what is said there: at a spot, not in a dialog or a group chat."""
    return "#" in conversation_key


def new(told: Told) -> Inbound:
    """A comment, or one that was put back: to its reader the same."""
    comment, said = _read(told)
    return _message(told, comment, said)


def edited(told: Told) -> Inbound:
    """VK says neither when nor how often it was edited, so the versions stand in the order in which they came."""
    comment, said = _read(told)
    found = _message(told, comment, said)
    if not isinstance(found, NewMessage):
        return found
    return EditedMessage(external_id=found.external_id, revision=told.arrived_ms, message=found)


def deleted(told: Told) -> Inbound:
    _, said = _read(told)
    return DeletedMessage(external_id=str(said)) if told.settings.comments else told.unknown()


def post(told: Told) -> Inbound:
    """`wall_post_new`: what a visitor wrote on the wall, or suggests. What the community posts is its own."""
    found = told.read(Comment)
    spot = Spot(kind="wall", owner=found.owner_id or told.community, item=found.id)
    return _message(told, found, Said(spot=spot))


def _read(told: Told) -> tuple[Comment, Said]:
    comment = told.read(Comment)
    kind = told.event.type.partition("_")[0]
    owner, item = _SPOTS[kind](comment)
    if not item:
        raise Unparseable(f"{told.event.type}: it isn't said where")
    return comment, Said(spot=Spot(kind=kind, owner=owner or told.community, item=item), comment=comment.id)


def _message(told: Told, comment: Comment, said: Said) -> Inbound:
    """Public words. Each writer's at one spot are one conversation, since answers go to one person."""
    at, writer = moment(comment.date), comment.from_id
    if writer == told.community and comment.reply_to_user > 0:
        return DeliveryStatus(
            external_id=f"{said}:sent",
            about=(),
            status="sent",
            sent_id=str(said),
            sent_to=handle(comment.reply_to_user),
            at=at,
        )
    found = Found()
    found.take(comment.attachments)
    text = "\n".join(line for line in (plain(comment.text), *found.lines) if line)
    is_empty = not text and not found.files
    if writer in (0, told.community) or not told.settings.comments or is_empty:
        return told.unknown(who=writer, at=at)
    answered = Said(spot=said.spot, comment=comment.reply_to_comment) if comment.reply_to_comment else None
    return NewMessage(
        external_id=str(said),
        sender=person(writer),
        content=Content(text=text, attachments=tuple(found.files)),
        thread=Thread(key=f"{said.spot}#{writer}", message_id=str(said), in_reply_to=str(answered) if answered else ""),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"public": "comment" if said.comment else "post", "post": str(said.spot)},
        warnings=tuple(found.warnings),
    )


#: Where a comment of each kind stands: the owner and the number of what it is below.
_SPOTS: dict[str, Callable[[Comment], tuple[int, int]]] = {
    "wall": lambda c: (c.owner_id or c.post_owner_id, c.post_id),
    "photo": lambda c: (c.photo_owner_id or c.owner_id, c.photo_id),
    "video": lambda c: (c.video_owner_id or c.owner_id, c.video_id),
    "market": lambda c: (c.market_owner_id or c.owner_id, c.item_id),
    "board": lambda c: (c.topic_owner_id, c.topic_id),
}
