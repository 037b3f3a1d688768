"""The documents of an export: the customer, and one line for each entry, message and incident."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from channelhub.domain.times import from_us
from channelhub.pipeline.commands.notes import NOTE
from channelhub.store import incidents, outages, people, profiles, ratings, workplace
from channelhub.store.opening import Store
from channelhub.web.export.history import Whose, entries, message_ids
from channelhub.web.routes import contents, customers
from channelhub.web.routes.notes import note_view
from channelhub.web.views import desk, timelines
from channelhub.web.views import people as views
from channelhub.web.views.ratings import RatingDetail, rating_detail

MOST_RATINGS = 10_000
LINES = 50  # are packed at once


class LinkHistory(views.LinkView, frozen=True, kw_only=True):
    """A link, also one that counts no more."""

    revoked_at: datetime | None


class ProfileView(msgspec.Struct, frozen=True, kw_only=True):
    """What one trusted account says of one address."""

    identity_id: str
    account: str
    segment: str
    attributes: dict[str, str]
    updated_at: datetime


class CustomerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`customer.json`. `format` grows when a field changes its meaning; new fields don't change it."""

    format: int
    made_at: datetime
    card: views.CardView  # without what is perhaps other people's; timeline and outages have files of their own
    identities: list[views.IdentityView]  # all of them
    links: list[LinkHistory]
    profiles: list[ProfileView]
    ratings: list[RatingDetail]


async def customer(store: Store, one: Whose, now: datetime) -> bytes:
    """Everything that doesn't grow with the history."""
    async with store.readers.read() as session:
        card = await customers.card_view(session, one.customer_id, at=now)
        known = {each.id: each for each in card.identities}
        given = await ratings.of_identities(session, one.ids, limit=MOST_RATINGS)
        owners = dict.fromkeys(one.ids, one.customer_id)
        document = CustomerDocument(
            format=1,
            made_at=now,
            card=msgspec.structs.replace(
                card, suggestions=[], outages=[], timeline=timelines.TimelineView(items=[], next=None, newer=None)
            ),
            identities=[known.get(str(each.id)) or views.identity(each) for each in one.identities],
            links=[
                LinkHistory(
                    **msgspec.structs.asdict(views.link(each)),
                    revoked_at=None if each.revoked_us is None else from_us(each.revoked_us),
                )
                for each in await people.links_of(session, one.ids)
            ],
            profiles=[
                ProfileView(
                    identity_id=str(each.identity_id),
                    account=each.account,
                    segment=each.segment,
                    attributes=dict(each.attributes),
                    updated_at=from_us(each.updated_us),
                )
                for each in await profiles.of_identities(session, one.ids)
            ],
            ratings=[rating_detail(each, owners, await ratings.versions(session, each.id)) for each in given],
        )
    return msgspec.json.format(msgspec.json.encode(document))


async def timeline_lines(store: Store, one: Whose) -> AsyncIterator[bytes]:
    async for page in entries(store, one):
        yield b"".join(_line(timelines.entry(each)) for each in page)


async def message_lines(store: Store, one: Whose) -> AsyncIterator[bytes]:
    """Messages in full, with every version of their words and what became of those that were sent. Of conversations
    linked with theirs, only those of the customer: the others name somebody else's address."""
    waiting: list[bytes] = []
    async for message_id in message_ids(store, one):
        async with store.readers.read() as session:
            found = await contents.load(session, message_id)
        own = [each for each in found.linked if each.customer_id == str(one.customer_id)]
        waiting.append(_line(msgspec.structs.replace(found, linked=own)))
        if len(waiting) == LINES:
            yield b"".join(waiting)
            waiting = []
    yield b"".join(waiting)


async def note_lines(store: Store, one: Whose) -> AsyncIterator[bytes]:
    """What agents wrote for each other about them, with every version."""
    async for page in entries(store, one):
        async with store.readers.read() as session:
            yield b"".join([_line(await note_view(session, each.id)) for each in page if each.type == NOTE])


async def incident_lines(store: Store, one: Whose) -> AsyncIterator[bytes]:
    """Incidents that the history names, open and closed, each once."""
    seen: set[int] = set()
    async for page in entries(store, one):
        for incident_id in dict.fromkeys(each.incident_id for each in page):
            if incident_id is None or incident_id in seen:
                continue
            seen.add(incident_id)
            async with store.readers.read() as session:
                found = await incidents.get(session, incident_id)
                tags = (await workplace.tags_of(session, [incident_id]))[incident_id]
            if found is not None:
                yield _line(desk.incident(found, customer_id=one.customer_id, tags=tags))


async def outage_lines(store: Store, one: Whose) -> AsyncIterator[bytes]:
    """Outages that this customer's entries stand in: their state and title, nothing of other customers."""
    seen: set[int] = set()
    async for page in entries(store, one):
        for outage_id in dict.fromkeys(each.outage_id for each in page):
            if outage_id is None or outage_id in seen:
                continue
            seen.add(outage_id)
            async with store.readers.read() as session:
                found = await outages.get(session, outage_id)
            if found is not None:
                yield _line({"id": str(found.id), "state": str(found.state), "opened_at": from_us(found.opened_us)})


def _line(value: object) -> bytes:
    return msgspec.json.encode(value) + b"\n"
