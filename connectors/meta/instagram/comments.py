"""Comments below an account's posts and live videos."""

import msgspec

from channelhub.domain.inbound import Content, Inbound, NewMessage, Thread
from connectors.meta.inbox.event import person
from connectors.meta.reading import Change, Entry, moment, read

KIND = "instagram"


class _From(msgspec.Struct):
    id: str | int = ""
    username: str = ""
    self_ig_scoped_id: str | int = ""


class _Media(msgspec.Struct):
    id: str | int = ""
    media_product_type: str = ""


class _Comment(msgspec.Struct, rename={"author": "from"}):
    """developers.facebook.com/docs/instagram-platform/webhooks: it has no time of its own."""

    id: str
    text: str = ""
    parent_id: str = ""
    author: _From = msgspec.field(default_factory=_From)
    media: _Media = msgspec.field(default_factory=_Media)


def read_change(change: Change, entry: Entry) -> Inbound | None:
    """A comment; None for other fields, and for what the account itself wrote."""
    comment = read(change.value, _Comment) if change.field in ("comments", "live_comments") else None
    if comment is None or not comment.author.id or not comment.text:
        return None
    author = str(comment.author.id)
    if author == str(entry.id) or str(comment.author.self_ig_scoped_id) == author:
        return None
    name, at = f"comment:{comment.id}", moment(entry.time)
    return NewMessage(
        external_id=name,
        sender=person(KIND, author, name=comment.author.username),
        content=Content(text=comment.text),
        thread=Thread(
            key=f"{comment.media.id}#{author}",
            message_id=name,
            in_reply_to=f"comment:{comment.parent_id}" if comment.parent_id else "",
        ),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={
            key: value
            for key, value in {
                "public": "live comment" if change.field == "live_comments" else "comment",
                "post": str(comment.media.id),
                "placement": comment.media.media_product_type,
            }.items()
            if value
        },
    )
