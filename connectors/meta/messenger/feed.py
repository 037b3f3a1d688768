"""Comments, posts of visitors, mentions and reviews at a page: what changes in its feed."""

import msgspec

from channelhub.domain.inbound import Content, DeletedMessage, EditedMessage, Inbound, NewMessage, Thread
from connectors.meta.inbox.event import person
from connectors.meta.reading import Change, Entry, moment, read

KIND = "messenger"
_WORDS = frozenset({"comment", "post", "status", "photo", "video", "share"})
_EDITS = frozenset({"edit", "edited"})


class _From(msgspec.Struct):
    id: str | int = ""
    name: str = ""


class _Item(msgspec.Struct, rename={"author": "from"}):
    """A change of the feed (developers.facebook.com/docs/graph-api/webhooks/reference/page)."""

    item: str = ""
    verb: str = ""
    comment_id: str = ""
    post_id: str = ""
    parent_id: str = ""
    author: _From = msgspec.field(default_factory=_From)
    sender_id: str | int = ""
    sender_name: str = ""
    created_time: int | float = 0
    message: str = ""
    photo: str = ""
    video: str = ""

    @property
    def writer(self) -> str:
        return str(self.author.id or self.sender_id)

    @property
    def name(self) -> str:
        """How it is called here; what it is called at Facebook stands after the colon."""
        return f"comment:{self.comment_id or self.post_id}"


class _Review(msgspec.Struct):
    item: str = ""
    verb: str = ""
    rating: int | None = None
    review_text: str = ""
    recommendation_type: str = ""
    reviewer_id: str | int = ""
    reviewer_name: str = ""
    open_graph_story_id: str = ""
    created_time: int | float = 0


def read_change(change: Change, entry: Entry) -> Inbound | None:
    """What a change says; None for those of other fields and items, and for what the page itself wrote."""
    if change.field == "ratings":
        return _review(change, entry)
    item = read(change.value, _Item) if change.field in ("feed", "mention") else None
    if item is None or not (item.comment_id or item.post_id) or item.writer == str(entry.id):
        return None
    if item.verb == "remove" and item.item in _WORDS:
        return DeletedMessage(external_id=item.name, at=moment(entry.time))
    if not item.writer or (change.field == "feed" and item.item not in _WORDS):
        return None
    message = _message(item, entry)
    if not message.content.text:
        return None
    if item.verb in _EDITS:
        return EditedMessage(external_id=item.name, revision=max(1, int(entry.time)), message=message)
    return message if item.verb == "add" else None


def _message(item: _Item, entry: Entry) -> NewMessage:
    """Public words. Each writer's below one post are one conversation, since answers go to one person."""
    lines = (item.message, item.photo, item.video)
    at = moment(item.created_time or entry.time)
    answered = item.parent_id if item.parent_id not in ("", item.post_id) else ""
    return NewMessage(
        external_id=item.name,
        sender=person(KIND, item.writer, name=item.author.name or item.sender_name),
        content=Content(text="\n".join(line for line in lines if line)),
        thread=Thread(
            key=f"{item.post_id}#{item.writer}",
            message_id=item.name,
            in_reply_to=f"comment:{answered}" if answered else "",
        ),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"public": item.item or "mention", "post": item.post_id},
    )


def _review(change: Change, entry: Entry) -> Inbound | None:
    review = read(change.value, _Review)
    if review is None or review.item != "rating" or not review.open_graph_story_id or not review.reviewer_id:
        return None
    name = f"comment:{review.open_graph_story_id}"
    if review.verb == "remove":
        return DeletedMessage(external_id=name, at=moment(entry.time))
    stars = "★" * max(0, min(review.rating or 0, 5)) or review.recommendation_type
    at = moment(review.created_time or entry.time)
    message = NewMessage(
        external_id=name,
        sender=person(KIND, str(review.reviewer_id), name=review.reviewer_name),
        content=Content(text=" ".join(filter(None, (stars, review.review_text)))),
        thread=Thread(key=f"{review.open_graph_story_id}#{review.reviewer_id}", message_id=name),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"public": "review"},
    )
    if review.verb in _EDITS:
        return EditedMessage(external_id=name, revision=max(1, int(entry.time)), message=message)
    return message
