"""The pages that show: inbox, customer, message, outages, parked, accounts."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.outages import OutageState
from channelhub.domain.spans import pieces
from channelhub.domain.times import to_us
from channelhub.pipeline import windows
from channelhub.pipeline.card import Card, lookup
from channelhub.pipeline.commands.acting import Acting
from channelhub.rules.outage.course import course
from channelhub.store import conversations, hub, latest, outages, parking, timeline, tokens, webhooks
from channelhub.store.database import Session
from channelhub.web.auth import ADMIN, PRINCIPAL
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.pages.chart import chart
from channelhub.web.pages.parting import still_one, taken_out
from channelhub.web.pages.regrouping import Controls, controls
from channelhub.web.pages.rendering import language, render
from channelhub.web.pages.telling import kinds_for
from channelhub.web.parts import PARTS
from channelhub.web.routes import contents, customers
from channelhub.web.routes.alerts import target_views
from channelhub.web.routes.notices import outage_view
from channelhub.web.routes.outages import detail
from channelhub.web.routes.similar import similar_views
from channelhub.web.routing import Handler, Route
from channelhub.web.views import desk, people, ways
from channelhub.web.views import messages as message_views
from channelhub.web.views import tokens as token_views
from channelhub.web.views import webhooks as webhook_views
from channelhub.web.views.explanation import chart_points
from channelhub.web.views.notices import NoticeView
from channelhub.web.views.ways import WayView

PAGE = 50
ENDPOINTS = 1000  # that are looked through for those that need somebody
TOKENS = 200  # of those that are not revoked, the newest
SIMILAR = 5
CARD_WITHIN_S = 5.0  # somebody who calls for the first time is known so soon
CARD_AGAIN_S = 0.1
DRAWN = 20  # open outages whose course the list draws
EMPTY = people.CustomerHits(items=[], next=None)


class HomeQuery(msgspec.Struct, frozen=True, kw_only=True):
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID


class CustomerQuery(msgspec.Struct, frozen=True, kw_only=True):
    before: Annotated[str, msgspec.Meta(max_length=40)] = ""
    conversation: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = 0
    unlinked: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="A link that was taken apart.")] = 0
    out: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="An identity that was taken out.")] = 0


class IdentityQuery(msgspec.Struct, frozen=True, kw_only=True):
    identity: Annotated[str, msgspec.Meta(min_length=3, max_length=400)]


class BeforeQuery(msgspec.Struct, frozen=True, kw_only=True):
    before: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = MAX_ID


class AfterQuery(msgspec.Struct, frozen=True, kw_only=True):
    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBox:
    """Where an answer would go: the conversation's own identity. `key` makes a doubled click one answer."""

    way: WayView
    address: str  # as first written
    elsewhere: WayView | None  # where they can be answered instead
    key: str


async def home(request: web.Request) -> web.Response:
    query = read_query(request, HomeQuery)
    parts = request.app[PARTS]
    words = query.q.strip()
    async with parts.store.readers.read() as session:
        hits = await _hits(session, words, query.before, parts.default_region) if words else EMPTY
        newest = [] if words else await latest.page(session, before=query.before, limit=PAGE)
        current = [one for one in await outages.still_open(session) if one.state is not OutageState.EMERGING]
        counts = await outages.counts(session, [one.id for one in current])
        parked = await parking.count(session)
        is_paused = await hub.fact(session, hub.SENDING_PAUSED) is not None
    return render(
        request,
        "home.html",
        words=words,
        hits=hits,
        latest=newest,
        older=newest[-1].id if len(newest) == PAGE else None,
        outages=[desk.outage(one, counts) for one in current],
        accounts=parts.accounts(),
        parked=parked,
        is_paused=is_paused,
    )


async def _hits(session: Session, words: str, before: int, region: str) -> people.CustomerHits:
    """An address leads to its customer first, whatever words it also is."""
    found = await customers.search_view(session, words, before=before, limit=20)
    known = {one.customer_id for one in found.items if one.message_id is None}
    exact = await customers.by_address(session, words, default_region=region) if before == MAX_ID else None
    if exact is None or exact.customer_id in known:
        return found
    return people.CustomerHits(items=[exact, *found.items], next=found.next)


async def by_identity(request: web.Request) -> web.StreamResponse:
    """To the card of who has an identity: what a telephone system opens when it rings. Of somebody who calls for the
    first time the card is made while this waits, for a moment; else the search says that nobody is known."""
    identity = read_query(request, IdentityQuery).identity
    parts = request.app[PARTS]
    until = asyncio.get_running_loop().time() + CARD_WITHIN_S
    while True:
        async with parts.store.readers.read() as session:
            found = await lookup(session, identity, default_region=parts.default_region)
        if found is not None:
            raise web.HTTPSeeOther(f"/customers/{found}")
        if asyncio.get_running_loop().time() >= until:
            raise web.HTTPSeeOther("/?" + urlencode({"q": identity.partition(":")[2][:200]}))
        await asyncio.sleep(CARD_AGAIN_S)


async def customer(request: web.Request) -> web.StreamResponse:
    query = read_query(request, CustomerQuery)
    customer_id = path_id(request)
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        card = await customers.load(session, customer_id, limit=PAGE, before=customers.place_of(query.before))
        counts = await outages.counts(session, [one.id for one in card.outages])
        reply = await _reply_box(session, card, query.conversation, parts.acting)
        still = await still_one(session, query.unlinked, card)
        out = await taken_out(session, query.out)
    if card.customer_id != customer_id:
        raise web.HTTPSeeOther(f"/customers/{card.customer_id}?{request.query_string}".rstrip("?"))
    view = people.card(card, counts)
    return render(
        request,
        "customer.html",
        card=view,
        timeline=view.timeline,
        names={one.id: one.shown for one in view.identities},
        is_older=bool(query.before),
        reply=reply,
        still=still,
        out=out,
    )


async def _reply_box(session: Session, card: Card, wanted: int, acting: Acting) -> ReplyBox | None:
    """For the conversation asked for, else the newest that the customer wrote in."""
    incoming = [one.conversation_id for one in card.entries if one.conversation_id and one.direction == "in"]
    chosen = wanted if wanted in incoming else incoming[0] if incoming else wanted
    known = conversations.present(await conversations.get_many(session, [chosen]), chosen)
    if known is None or known.identity_id not in {one.id for one in card.identities}:
        return None
    here, elsewhere = await windows.answering(session, acting.book(), known, now_us=to_us(acting.now()))
    return ReplyBox(
        way=ways.way(here),
        address=here.identity.shown,
        elsewhere=None if elsewhere is None else ways.way(elsewhere),
        key=secrets.token_urlsafe(16),
    )


async def message(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        one = await contents.load(session, path_id(request))
    alike = await similar_views(parts, path_id(request), limit=SIMILAR)
    return render(request, "message.html", one=one, alike=alike, pieces=pieces(one.text, one.hidden))


async def outage_list(request: web.Request) -> web.Response:
    query = read_query(request, BeforeQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await outages.page(session, before=query.before, limit=PAGE)
        counts = await outages.counts(session, [one.id for one in found])
        drawn = [one.id for one in found if one.state.is_open][:DRAWN]
        courses = {one: course(await latest.report_times_us(session, one, limit=2000), {}, None) for one in drawn}
    views = [(one.state, desk.outage(one, counts)) for one in found if one.state is not OutageState.EMERGING]
    return render(
        request,
        "outages.html",
        current=[view for state, view in views if state.is_open],
        past=[view for state, view in views if not state.is_open],
        older=found[-1].id if len(found) == PAGE else None,
        charts={str(one): chart(chart_points(each)) for one, each in courses.items()},
    )


async def outage(request: web.Request) -> web.Response:
    outage_id, parts = path_id(request), request.app[PARTS]

    async def load(
        session: Session,
    ) -> tuple[desk.OutageDetail, dict[int, timeline.Entry], list[NoticeView], Controls]:
        one = await detail(session, outage_id, parts.explaining, language=language(request))
        shown = await timeline.get_many(session, [int(member.message_id) for member in one.members[:200]])
        return one, shown, (await outage_view(session, outage_id)).items, await controls(session, outage_id)

    one, shown, notices, offered = await parts.store.readers.look(load)
    state = OutageState(one.state)
    return render(
        request,
        "outage.html",
        one=one,
        notices=notices,
        notice_kinds=() if one.merged_into else kinds_for(state),
        chart=chart(one.chart, noticed_at=one.opened_at),
        texts={str(message_id): entry.preview[:300] for message_id, entry in shown.items()},
        controls=offered,
    )


async def parked(request: web.Request) -> web.Response:
    query = read_query(request, AfterQuery)
    async with request.app[PARTS].store.readers.read() as session:
        found = await parking.page(session, after=query.after // MESSAGES_PER_DELIVERY, limit=PAGE)
    shown = [message_views.parked(one) for one in found]
    return render(request, "parked.html", parked=shown, next=shown[-1].id if len(shown) == PAGE else None)


async def accounts(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    async with parts.store.readers.read() as session:
        targets = await target_views(session, parts.alert_targets())
        endpoints = webhook_views.healths(await webhooks.page(session, after=0, limit=ENDPOINTS))
        is_admin = request[PRINCIPAL].role in ADMIN
        live = await tokens.live(session, limit=TOKENS) if is_admin else []
    return render(
        request,
        "accounts.html",
        accounts=parts.accounts(),
        targets=targets,
        webhooks=endpoints[:PAGE],
        tokens=[token_views.token(one) for one in live],
        now=parts.acting.now(),
    )


def _page(path: str, handler: Handler, summary: str) -> Route:
    return Route(method="GET", path=path, handler=handler, summary=summary, is_page=True, media_type="text/html")


ROUTES = (
    _page("/", home, "The inbox: newest messages, open outages, accounts"),
    _page("/customers/by-identity", by_identity, "To the card of who has an identity"),
    _page("/customers/{id}", customer, "A customer's card"),
    _page("/messages/{id}", message, "A message in full"),
    _page("/outages", outage_list, "Outages"),
    _page("/outages/{id}", outage, "An outage"),
    _page("/parked", parked, "What could not be read"),
    _page("/accounts", accounts, "Accounts and how they are doing"),
)
