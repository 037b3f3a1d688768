"""From what was stored to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Sequence
from typing import Final

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import MAX_SHAPE_CHARS, Attachment, DeletedMessage, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.said import Person, Said, moment, tell
from connectors.helpdesk.zendesk.delivery import ADDED, LISTED, PREFIX, TAKEN_BACK
from connectors.helpdesk.zendesk.shapes import Attachment as File
from connectors.helpdesk.zendesk.shapes import Comment, Event, Line, PostedComment, Ticket, User, Via

KIND: Final = "zendesk"


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one delivery says. What we don't know is an Unknown; what is none raises Unparseable."""
    try:
        if raw.envelope.extra.get(LISTED):
            return [tell(_listed(msgspec.json.decode(raw.body, type=Line)), kind=KIND, raw=raw)]
        return [_posted(msgspec.json.decode(raw.body, type=Event), raw)]
    except UNREADABLE as exc:
        raise Unparseable(f"nothing that Zendesk documents: {str(exc)[:300]}") from exc


def _posted(event: Event, raw: RawMessage) -> Inbound:
    what = event.type.removeprefix(PREFIX)
    if what == ADDED:
        comment = msgspec.json.decode(event.event.comment, type=PostedComment)
        return tell(_added(event, comment, msgspec.json.decode(event.detail, type=Ticket)), kind=KIND, raw=raw)
    if what in TAKEN_BACK and event.event.comment:
        comment = msgspec.json.decode(event.event.comment, type=PostedComment)
        return DeletedMessage(external_id=str(comment.id), at=moment(event.time))
    return Unknown(
        external_id=event.id[:100] or raw.delivery_id, shape=what[:MAX_SHAPE_CHARS], sent_at=moment(event.time)
    )


def _added(event: Event, comment: PostedComment, ticket: Ticket) -> Said:
    author = None if comment.author is None else User(id=comment.author.id, name=comment.author.name)
    is_staff = comment.author is None or comment.author.is_staff
    return Said(
        id=str(comment.id),
        conversation=f"ticket:{ticket.id}",
        customer=_customer(author, ticket, (), is_staff=is_staff),
        agent=_agent(author, ticket, is_staff=is_staff),
        text=comment.body or "",
        is_note=not comment.is_public,
        subject=ticket.subject or "",
        at=moment(event.time),
        via=_via(ticket.via),
    )


def _listed(line: Line) -> Said:
    comment, ticket = msgspec.json.decode(line.comment, type=Comment), line.ticket
    author = next((user for user in line.users if str(user.id) == str(comment.author_id)), None)
    is_staff = author is None or author.role != "end-user"
    if author is None and comment.author_id is not None:
        author = User(id=comment.author_id)
    return Said(
        id=str(comment.id),
        conversation=f"ticket:{ticket.id}",
        customer=_customer(author, ticket, line.users, is_staff=is_staff),
        agent=_agent(author, ticket, is_staff=is_staff),
        text=comment.plain_body or comment.body or "",
        is_note=not comment.public,
        subject=ticket.subject or "",
        at=moment(comment.created_at),
        attachments=tuple(_file(one) for one in comment.attachments if one.content_url),
        via=_via(comment.via or ticket.via),
    )


def _is_customer(author: User | None, ticket: Ticket, *, is_staff: bool) -> bool:
    """Everybody who is no agent; an agent, too, on a ticket of their own."""
    return author is not None and (not is_staff or str(author.id) == str(ticket.requester_id))


def _customer(author: User | None, ticket: Ticket, known: Sequence[User], *, is_staff: bool) -> Person:
    """Who wrote, of those who aren't agents; for agents' words, who asked."""
    if author is not None and _is_customer(author, ticket, is_staff=is_staff):
        return _person(author)
    if ticket.requester_id is None:
        raise Unparseable("a comment on a ticket that nobody asked for")
    asking = (user for user in known if str(user.id) == str(ticket.requester_id))
    return _person(next(asking, User(id=ticket.requester_id)))


def _agent(author: User | None, ticket: Ticket, *, is_staff: bool) -> Person | None:
    if _is_customer(author, ticket, is_staff=is_staff):
        return None
    return Person(id="") if author is None else _person(author)


def _person(user: User) -> Person:
    return Person(id=str(user.id), name=user.name or "", email=user.email or "", phone=(user.phone or "").strip())


def _file(file: File) -> Attachment:
    return Attachment(
        filename=label(file.file_name or f"file-{file.id}"),
        content_type=(file.content_type or "application/octet-stream")[:100],
        size=max(0, file.size or 0),
        is_inline=bool(file.inline),
        reference=file.content_url or "",
    )


def _via(via: Via | None) -> str:
    return str(via.channel) if via is not None and via.channel is not None else ""
