"""From what was stored to what it says. Pure: the same bytes give the same values, whenever and wherever."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from channelhub.content import html, replies
from channelhub.content.filenames import label
from channelhub.domain.inbound import MAX_SHAPE_CHARS, Attachment, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.helpdesk.said import Person, Said, moment, tell
from connectors.helpdesk.zammad.shapes import AGENT, CUSTOMER, Article, File, Line, Ticket, User

KIND: Final = "zammad"
MAX_PICTURES: Final = 100  # that a text shows
_PICTURE: Final = re.compile(r"/api/v1/ticket_attachment/(\d{1,18})/(\d{1,18})/(\d{1,18})(?!\d)")
_NOBODY: Final = 1  # Zammad's own user, called "-"


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one delivery says. What we don't know is an Unknown; what is none raises Unparseable."""
    try:
        line = msgspec.json.decode(raw.body, type=Line)
        article = msgspec.json.decode(line.article, type=Article)
    except UNREADABLE as exc:
        why = "no ticket and article of Zammad's (a custom payload of the webhook has to be switched off)"
        raise Unparseable(f"{why}: {str(exc)[:300]}") from exc
    if article.sender not in (CUSTOMER, AGENT):
        shape = f"article of {article.sender}"[:MAX_SHAPE_CHARS]
        return [Unknown(external_id=str(article.id), shape=shape, sent_at=moment(article.created_at))]
    return [tell(_said(article, line), kind=KIND, raw=raw)]


def _said(article: Article, line: Line) -> Said:
    ticket, warnings = line.ticket, list[str]()
    known = {user.id: user for user in (*line.users, *_inside(article, ticket)) if user.id is not None}
    page = _page(article)
    customer = _customer(article, ticket, known)
    writer = article.created_by_id or _NOBODY
    agent = _person(known.get(writer) or User(id=writer)) if article.sender == AGENT else None
    files = read_part(article.attachments, list[File], "attachments", warnings) or []
    return Said(
        id=str(article.id),
        conversation=f"ticket:{article.ticket_id}",
        customer=customer,
        agent=agent,
        text=page.text,
        hidden=replies.hidden(page.text, page.marks, sender_name=(agent or customer).name),
        is_note=article.internal,
        subject=ticket.title or "",
        at=moment(article.created_at),
        attachments=(*(_file(one, article) for one in files), *_pictures(article, {one.id for one in files})),
        via=article.type or "",
        warnings=tuple(warnings),
    )


def _inside(article: Article, ticket: Ticket) -> Iterator[User]:
    """The people that a post tells beside what they belong to."""
    return (user for user in (ticket.customer, article.created_by) if isinstance(user, User))


def _customer(article: Article, ticket: Ticket, known: dict[int, User]) -> Person:
    """Who wrote, where that is a customer; else whom the ticket is of.

    An agent who notes a call writes for its customer, and a program posts for all of them: the ticket says for whom.
    """
    if article.sender == CUSTOMER and article.origin_by_id is not None:
        return _person(known.get(article.origin_by_id) or User(id=article.origin_by_id))
    writer = None if article.created_by_id is None else known.get(article.created_by_id)
    if article.sender == CUSTOMER and writer is not None and writer.is_customer:
        return _person(writer)
    if ticket.customer_id is None or ticket.customer_id == _NOBODY:
        raise Unparseable("an article of a ticket that is nobody's")
    return _person(known.get(ticket.customer_id) or User(id=ticket.customer_id))


def _person(user: User) -> Person:
    numbers = [number.strip() for number in (user.mobile, user.phone) if number]
    return Person(
        id=str(user.id),
        name=user.name,
        email=user.email or "",
        phone=next((number for number in numbers if number.startswith("+")), ""),
    )


def _page(article: Article) -> html.Page:
    body = article.body or ""
    if "html" in (article.content_type or "").lower():
        return html.read(body)
    return html.Page(text=body, marks=(), safe="")


def _file(file: File, article: Article) -> Attachment:
    told = file.preferences
    content_type = (told.content_type or told.mime_type) if told else None
    return Attachment(
        filename=label(file.filename or f"file-{file.id}"),
        content_type=(content_type or "application/octet-stream")[:100],
        size=_size(file.size),
        is_inline=bool(told and (told.disposition or "").strip().lower().startswith("inline")),
        reference=f"{article.ticket_id}/{article.id}/{file.id}",
    )


def _pictures(article: Article, told: set[int]) -> Iterator[Attachment]:
    """What stands in the text: Zammad leaves it out of the files. Addresses of other articles' files are whoever wrote
    the text's own, and asked for by nobody."""
    own = (str(article.ticket_id), str(article.id))
    found = (one[2] for one in _PICTURE.findall(article.body or "") if one[:2] == own and int(one[2]) not in told)
    for number in list(dict.fromkeys(found))[:MAX_PICTURES]:
        yield Attachment(
            filename=f"picture-{number}",
            content_type="application/octet-stream",
            size=0,
            is_inline=True,
            reference="/".join((*own, number)),
        )


def _size(told: str | int | None) -> int:
    try:
        return max(0, int(told or 0))
    except ValueError:
        return 0
