"""For how long what happened and messages are kept, what would go, and how removing it gets on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.times import from_us
from channelhub.pipeline.expiring import Announced, Count
from channelhub.settings.retention import LEAST_MESSAGE_DAYS, MessageRetention
from channelhub.store import erasures
from channelhub.store.erasures import Erasure
from channelhub.web.answers import json_answer
from channelhub.web.auth import LEAD
from channelhub.web.bodies import read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route


class KeptView(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record. `days` 0: kept for ever. `forgotten`: rows removed since the hub started."""

    what: str
    days: int
    forgotten: int


class MessageRuleView(msgspec.Struct, frozen=True, kw_only=True):
    """How long messages of an account or channel are kept; an empty name fits any, and the first rule that fits counts.

    `keep_open`: an incident goes as a whole, so many days after the last that happened in it, and not while it is open.
    """

    account: str
    channel: str
    days: int
    keep_open: bool


class MessagesKeptView(msgspec.Struct, frozen=True, kw_only=True):
    """Rules of messages. They act from `acts_at` on, a day after they were first seen. `removed` went when some were
    removed last, which began at `began_at` and is over at `ended_at`."""

    rules: list[MessageRuleView]
    acts_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    removed: int


class RetentionView(msgspec.Struct, frozen=True, kw_only=True):
    """`swept_at`: the end of the last whole sweep since the hub started. `refused`: why the last one stopped before.
    `messages` is null where they are kept for ever."""

    items: list[KeptView]
    swept_at: datetime | None
    refused: str
    messages: MessagesKeptView | None


class PreviewQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A rule to try; without `days` those of the configuration are."""

    account: Annotated[str, msgspec.Meta(max_length=63, description="Of this account.")] = ""
    channel: Annotated[str, msgspec.Meta(max_length=63, description="Of this channel, as email.")] = ""
    days: (
        Annotated[int, msgspec.Meta(ge=LEAST_MESSAGE_DAYS, le=36_500, description="Days after which messages go.")]
        | None
    ) = None
    keep_open: Annotated[
        bool,
        msgspec.Meta(description="Incidents go as a whole, and not while they are open; else by each message's age."),
    ] = True


class PreviewItem(msgspec.Struct, frozen=True, kw_only=True):
    """What would go of one account: messages that came before `before`, in so many incidents, the first of them at
    `oldest_at`. `kept_open` are as old, and stay because somebody works on them."""

    account: str
    channel: str
    before: datetime
    keep_open: bool
    messages: int
    incidents: int
    kept_open: int
    oldest_at: datetime | None


class RetentionPreview(msgspec.Struct, frozen=True, kw_only=True):
    """By account; those that no rule fits keep everything and aren't named."""

    items: list[PreviewItem]


async def get(request: web.Request) -> web.Response:
    sweep = request.app[PARTS].retention
    if sweep is None:
        raise Problem(Kind.NOT_FOUND, "This server removes nothing.")
    swept = sweep.swept
    items = [KeptView(what=str(kept), days=days, forgotten=swept.forgotten[kept]) for kept, days in sweep.days.items()]
    messages = await messages_kept(request)
    return json_answer(RetentionView(items=items, swept_at=swept.ended_at, refused=swept.refused, messages=messages))


async def messages_kept(request: web.Request) -> MessagesKeptView | None:
    """None: for ever."""
    parts = request.app[PARTS]
    known = None if parts.expiry is None else await parts.expiry.announced()
    if known is None:
        return None
    async with parts.store.readers.read() as session:
        last = await erasures.newest_expiry(session)
    return _kept(known, last)


def _kept(known: Announced, last: Erasure | None) -> MessagesKeptView:
    return MessagesKeptView(
        rules=[
            MessageRuleView(account=one.account, channel=one.channel, days=one.days, keep_open=one.keep_open)
            for one in known.rules
        ],
        acts_at=from_us(known.acts_us),
        began_at=None if last is None else from_us(last.asked_us),
        ended_at=None if last is None or last.done_us is None else from_us(last.done_us),
        removed=0 if last is None else last.counts.get("messages", 0),
    )


async def preview(request: web.Request) -> web.Response:
    query = read_query(request, PreviewQuery)
    parts = request.app[PARTS]
    if parts.expiry is None:
        raise Problem(Kind.NOT_FOUND, "This server removes nothing.")
    return json_answer(preview_view(await parts.expiry.preview(tried(query, parts.expiry.rules))))


def tried(query: PreviewQuery, configured: Sequence[MessageRetention]) -> Sequence[MessageRetention]:
    """The rules to try. Raises Problem for an account or channel without days."""
    if query.days is not None:
        rule = MessageRetention(
            account=query.account, channel=query.channel, days=query.days, keep_open=query.keep_open
        )
        return [rule]
    if query.account or query.channel or not query.keep_open:
        raise Problem(Kind.INVALID, "A rule to try needs days.")
    return configured


def preview_view(counts: Sequence[Count]) -> RetentionPreview:
    return RetentionPreview(
        items=[
            PreviewItem(
                account=one.limit.account,
                channel=one.channel,
                before=from_us(one.limit.before_us),
                keep_open=one.limit.keep_open,
                messages=one.goes,
                incidents=len(one.incidents),
                kept_open=one.open,
                oldest_at=None if one.oldest_us is None else from_us(one.oldest_us),
            )
            for one in counts
        ]
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/retention",
        handler=get,
        summary="For how long events, audit and alerts are kept, and how removing older ones gets on",
        answer=RetentionView,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/api/v1/retention/preview",
        handler=preview,
        summary="How many messages would go now by the rules, or by one to try",
        roles=LEAD,
        query=PreviewQuery,
        answer=RetentionPreview,
        problems=(404, 422),
    ),
)
