"""What customers say about how we handled their problems."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from aiohttp import web

from channelhub.domain.ratings import RatedKind, Rating
from channelhub.store import people, ratings
from channelhub.store.database import Session
from channelhub.web.answers import json_answer
from channelhub.web.bodies import MAX_ID, path_id, read_query
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.customers import place_of
from channelhub.web.routing import Route
from channelhub.web.views import ratings as views
from channelhub.web.views.ratings import RatingDetail, RatingPage, RatingView
from channelhub.web.views.timelines import place


class RatingQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which ratings, the newest first. One of the ids, or none for all."""

    outage_id: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="Only of this outage.")] | None = None
    incident_id: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="Only of this incident.")] | None = None
    before: Annotated[str, msgspec.Meta(max_length=40, description="`next` of the page before.")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


async def page(request: web.Request) -> web.Response:
    query = read_query(request, RatingQuery)
    subject = _subject(query)
    before = place_of(query.before)
    async with request.app[PARTS].store.readers.read() as session:
        if subject is None:
            found = await ratings.page(session, before=before, limit=query.limit + 1)
        else:
            found = await ratings.page_of(session, *subject, before=before, limit=query.limit + 1)
        shown = found[: query.limit]
        items = await shown_ratings(session, shown)
    following = (shown[-1].changed_us, shown[-1].id) if len(found) > query.limit else None
    return json_answer(RatingPage(items=items, next=place(following)))


async def get(request: web.Request) -> web.Response:
    async with request.app[PARTS].store.readers.read() as session:
        found = await ratings.get(session, path_id(request))
        if found is None:
            raise Problem(Kind.NOT_FOUND, "No rating has this id.")
        versions = await ratings.versions(session, found.id)
        owners = await people.identities(session, [found.identity_id])
    customers = {one.id: one.customer_id for one in owners.values()}
    return json_answer(views.rating_detail(found, customers, versions))


async def shown_ratings(session: Session, found: Sequence[Rating]) -> list[RatingView]:
    """Ratings with whose they are today."""
    owners = await people.identities(session, [one.identity_id for one in found])
    customers = {one.id: one.customer_id for one in owners.values()}
    return [views.rating(one, customers) for one in found]


def _subject(query: RatingQuery) -> tuple[RatedKind, int] | None:
    if query.outage_id is not None and query.incident_id is not None:
        raise Problem(Kind.INVALID, "Send outage_id or incident_id.", errors={"incident_id": "or the other"})
    if query.outage_id is not None:
        return RatedKind.OUTAGE, query.outage_id
    return None if query.incident_id is None else (RatedKind.INCIDENT, query.incident_id)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/ratings",
        handler=page,
        summary="What customers say about how we handled their problems",
        query=RatingQuery,
        answer=RatingPage,
        problems=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/ratings/{id}",
        handler=get,
        summary="A rating with every answer that was given",
        answer=RatingDetail,
        problems=(404,),
    ),
)
