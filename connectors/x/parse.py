"""From a stored post to what it says. Pure: the same bytes give the same values, whenever and wherever."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, Content, EditedMessage, Inbound, NewMessage, Thread, Unknown
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.x.files import of_direct, of_tweet
from connectors.x.reading import of_iso, of_milliseconds, plain, user
from connectors.x.settings import Settings, read_settings
from connectors.x.shapes import Direct, Directs, Event, Includes, Note, Post, Tweet, User

KIND = "x"
POST = "post:"  # before the id of what was said in public
DIRECT = "dm:"
MAX_NAME_CHARS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    event: Event
    id: str
    settings: Settings

    @property
    def us(self) -> str:
        return self.settings.user_id or self.event.filter.user_id

    def unknown(self, shape: str = "", *, who: Sender | None = None, at: datetime | None = None) -> Unknown:
        """What is kept and shown by its name."""
        name = (shape or self.event.event_type)[:MAX_SHAPE_CHARS]
        return Unknown(external_id=f"event:{self.id}", shape=name, sender=who, sent_at=at)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one event says. A kind that we don't know is an Unknown; what is no event, or one that isn't of its
    documented shape, raises Unparseable."""
    try:
        event = msgspec.json.decode(raw.body, type=Post).data
    except UNREADABLE as exc:
        raise Unparseable(f"no event of X: {str(exc)[:300]}") from exc
    if not event.event_type:
        raise Unparseable("no event of X: it has no kind")
    told = _Told(event=event, id=raw.delivery_id, settings=read_settings(raw.settings))
    reads = _READERS.get(event.event_type)
    try:
        return reads(told) if reads else [told.unknown()]
    except UNREADABLE as exc:
        raise Unparseable(f"{event.event_type[:MAX_SHAPE_CHARS]}: {str(exc)[:300]}") from exc


def is_public(conversation_key: str) -> bool:
    """Whether all see what is said there: below a post, not among two."""
    return "#" in conversation_key


def person(number: str, found: User) -> Sender:
    """An account by X's number of it, which stays; names change hands."""
    handle = Handle(kind=KIND, value=number, evidence=Evidence.CHANNEL_ID)
    name = found.name or (f"@{found.username}" if found.username else "")
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle,), origin=f"{KIND}:{number}")


def _public(told: _Told) -> list[Inbound]:
    """A mention of us, an answer or a quote. One that is several of these comes as several, under one name."""
    tweet = msgspec.json.decode(told.event.payload, type=Tweet)
    warnings: list[str] = []
    includes = read_part(told.event.includes, Includes, "includes", warnings) or Includes()
    users = {one.id: one for one in map(user, includes.users)}
    sender, at = person(tweet.author_id, users.get(tweet.author_id, User())), of_iso(tweet.created_at)
    if tweet.author_id == told.us or not told.settings.posts:
        return [told.unknown(who=sender, at=at)]
    note = read_part(tweet.note_tweet, Note, "note_tweet", warnings) or Note()
    text = plain(note.text or tweet.text, tweet.entities, warnings)
    name = f"{POST}{tweet.first_id}"
    message = NewMessage(
        external_id=name,
        sender=sender,
        content=Content(text=text, attachments=of_tweet(includes, warnings)),
        thread=Thread(
            key=f"{tweet.conversation_id or tweet.first_id}#{tweet.author_id}",
            message_id=name,
            in_reply_to=f"{POST}{tweet.in_reply_to_tweet_id}" if tweet.in_reply_to_tweet_id else "",
        ),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"public": told.event.event_type},
        warnings=tuple(warnings),
    )
    if tweet.id == tweet.first_id:
        return [message]
    return [EditedMessage(external_id=name, revision=len(tweet.edit_history_tweet_ids), message=message)]


def _direct(told: _Told) -> list[Inbound]:
    """Direct messages that came in."""
    held = msgspec.json.decode(told.event.payload, type=Directs)
    found = [_one(told, held, raw) for raw in held.direct_message_events]
    return found or [told.unknown("dm.received without messages")]


def _one(told: _Told, held: Directs, raw: msgspec.Raw) -> Inbound:
    """What can't be read is an Unknown among others, and parked where it is alone."""
    try:
        return _said(told, held, msgspec.json.decode(raw, type=Direct))
    except UNREADABLE:
        if len(held.direct_message_events) == 1:
            raise
    name = hashlib.sha256(raw).hexdigest()[:32]
    return Unknown(external_id=f"event:{name}", shape="direct message that can't be read")


def _said(told: _Told, held: Directs, direct: Direct) -> Inbound:
    create, at = direct.message_create, of_milliseconds(direct.created_timestamp)
    sender = person(create.sender_id, user(held.users.get(create.sender_id, msgspec.Raw())))
    warnings: list[str] = []
    text = plain(create.message_data.text, create.message_data.entities, warnings)
    files = of_direct(create.message_data, direct.id, warnings)
    if create.sender_id == told.us or not (text or files or warnings):
        return told.unknown("dm.received without content", who=sender, at=at)
    name = f"{DIRECT}{direct.id}"
    return NewMessage(
        external_id=name,
        sender=sender,
        content=Content(text=text, attachments=files),
        thread=Thread(key=create.sender_id, message_id=name),
        sent_at=at,
        is_time_vouched=at is not None,
        warnings=tuple(warnings),
    )


_READERS: dict[str, Callable[[_Told], Sequence[Inbound]]] = {
    "post.mention.create": _public,
    "post.reply.create": _public,
    "post.quote.create": _public,
    "dm.received": _direct,
}
