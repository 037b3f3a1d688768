"""Notes that agents write for each other, and where somebody is named in one."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.times import from_us
from channelhub.pipeline.commands import notes as commands
from channelhub.pipeline.commands.notes import MAX_CHARS, Writer
from channelhub.store import notes, people
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.auth import AGENT, PRINCIPAL
from channelhub.web.bodies import MAX_ID, checked_text, path_id, read_json, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

SHOWN_CHARS = 1000
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHARS, description="@login names a person.")]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]


class NoteIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note beside a customer's messages. It is never sent."""

    text: _Words
    conversation_id: Annotated[_Id | None, msgspec.Meta(description="What it is about; null: the customer.")] = None


class NoteChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New words of a note."""

    text: _Words
    revision: Annotated[int, msgspec.Meta(ge=0, description="The version that was read; another one since is 409.")]


class NoteVersionView(msgspec.Struct, frozen=True, kw_only=True):
    """The words of one version; 0 is the first."""

    revision: int
    author: str
    at: datetime
    text: str


class NoteView(msgspec.Struct, frozen=True, kw_only=True):
    """A note. `versions` are the newest first."""

    id: str
    customer_id: str
    conversation_id: str | None
    author: str
    at: datetime
    revision: int
    text: str
    mentions: list[str]
    versions: list[NoteVersionView]


class MentionView(msgspec.Struct, frozen=True, kw_only=True):
    """That one is named in a note. `text` is its beginning."""

    note_id: str
    customer_id: str
    conversation_id: str | None
    author: str
    at: datetime
    seen: bool
    text: str


class MentionPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `next` is what to pass as `before`; null at the end."""

    items: list[MentionView]
    next: str | None


class MentionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Where whoever asks is named."""

    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = MAX_ID
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to which note whoever asks has seen where they are named."""

    upto: Annotated[_Id, msgspec.Meta(description="The id of a note.")]


def writer(request: web.Request) -> Writer:
    """Who asks, as the writer of a note."""
    known = request[PRINCIPAL]
    return Writer(actor=known.actor, name=known.name, leads=known.leads)


async def add(request: web.Request) -> web.Response:
    body = await read_json(request, NoteIn)
    acting = request.app[PARTS].acting
    note_id = await commands.write(
        acting,
        writer(request),
        checked_text(body.text, "text"),
        customer_id=path_id(request),
        conversation_id=int(body.conversation_id or 0),
    )
    async with acting.store.readers.read() as session:
        return json_answer(await note_view(session, note_id), status=201)


async def get(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await note_view(session, path_id(request)))


async def change(request: web.Request) -> web.Response:
    body = await read_json(request, NoteChange)
    acting, note_id = request.app[PARTS].acting, path_id(request)
    text = checked_text(body.text, "text")
    await commands.change(acting, writer(request), note_id, text, revision=body.revision)
    async with acting.store.readers.read() as session:
        return json_answer(await note_view(session, note_id))


async def mentions(request: web.Request) -> web.Response:
    query = read_query(request, MentionQuery)
    async with request.app[PARTS].store.readers.read() as session:
        return json_answer(await mention_page(session, request[PRINCIPAL].name, query.before, query.limit))


async def see(request: web.Request) -> web.Response:
    body = await read_json(request, Seen)
    await commands.see(request.app[PARTS].acting, request[PRINCIPAL].name, upto=min(int(body.upto), MAX_ID))
    return web.Response(status=204)


async def note_view(session: Session, note_id: int) -> NoteView:
    """Raises Problem (404) where there is none."""
    note = await notes.get(session, note_id)
    if note is None:
        raise Problem(Kind.NOT_FOUND, "There is no such note.")
    owner = (await people.identities(session, [note.identity_id]))[note.identity_id]
    versions = await notes.texts(session, note_id)
    return NoteView(
        id=str(note.id),
        customer_id=str(owner.customer_id),
        conversation_id=_id(note.conversation_id),
        author=note.author,
        at=from_us(note.at_us),
        revision=note.revision,
        text=versions[0].text,
        mentions=await notes.mentioned(session, note_id),
        versions=[
            NoteVersionView(revision=one.revision, author=one.author, at=from_us(one.at_us), text=one.text)
            for one in versions
        ],
    )


async def mention_page(session: Session, login: str, before: int, limit: int) -> MentionPage:
    """Where somebody is named."""
    found = await notes.mentions_of(session, login, before=before, limit=limit, chars=SHOWN_CHARS)
    items = [
        MentionView(
            note_id=str(one.note_id),
            customer_id=str(one.customer_id),
            conversation_id=_id(one.conversation_id),
            author=one.author,
            at=from_us(one.at_us),
            seen=one.seen_us is not None,
            text=one.text,
        )
        for one in found
    ]
    return MentionPage(items=items, next=items[-1].note_id if len(items) == limit else None)


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/customers/{id}/notes",
        handler=add,
        summary="Write a note beside a customer's messages",
        description="An entry of the timeline of type `note`. Customers never see it: it stands in no transcript of a "
        "chat, and events name it without its words.",
        body=NoteIn,
        answer=NoteView,
        status=201,
        problems=(400, 404, 415, 422, 503),
    ),
    Route(
        method="GET",
        path="/api/v1/notes/{id}",
        handler=get,
        summary="A note with all its versions",
        answer=NoteView,
        problems=(404,),
    ),
    Route(
        method="PATCH",
        path="/api/v1/notes/{id}",
        handler=change,
        summary="Write a note anew",
        description="By its writer, or a lead. The earlier versions stay.",
        body=NoteChange,
        answer=NoteView,
        problems=(400, 404, 409, 415, 422, 503),
    ),
    Route(
        method="GET",
        path="/api/v1/mentions",
        handler=mentions,
        summary="Where I am named in notes",
        query=MentionQuery,
        answer=MentionPage,
        problems=(422,),
    ),
    Route(
        method="POST",
        path="/api/v1/mentions/seen",
        handler=see,
        roles=AGENT,
        summary="I have seen where I am named",
        body=Seen,
        status=204,
        is_repeatable=True,
        problems=(400, 415, 422, 503),
    ),
)
