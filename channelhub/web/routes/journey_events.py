"""Journey events in over HTTP: what happened to customers in the shop, at the bank, on the way, in the CRM."""

from aiohttp import web

from channelhub.domain.journey_in import MAX_BYTES, MEDIA_TYPE, JourneyEventIn, delivery_id, read_journey_event
from channelhub.domain.message_in import InvalidMessageError
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.web.auth import INTAKE
from channelhub.web.intake import problem_of, trust_of
from channelhub.web.parts import PARTS
from channelhub.web.routes.messages import Accepted
from channelhub.web.routes.taking_in import take_in
from channelhub.web.routing import Route
from channelhub.web.security import SECURITY


async def post_journey_event(request: web.Request) -> web.Response:
    return await take_in(request, raw_from, max_bytes=MAX_BYTES)


def raw_from(body: bytes, request: web.Request) -> RawMessage:
    """The delivery that a posted event is: its bytes, who sent them, and how far its account is believed. Raises
    Problem."""
    parts = request.app[PARTS]
    try:
        event = read_journey_event(body)
    except InvalidMessageError as exc:
        raise problem_of(exc) from exc
    trust = trust_of(event.account, request, parts)
    peer = request.app[SECURITY].proxies.peer_address(request)
    return RawMessage(
        account=event.account,
        delivery_id=delivery_id(event),
        body=body,
        content_type=MEDIA_TYPE,
        envelope=Envelope(peer=peer, is_tls=parts.is_https, extra={"trust": trust}),
        channel_time=event.occurred_at,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/journey-events",
        handler=post_journey_event,
        roles=INTAKE,
        summary="Bring in what happened to a customer elsewhere",
        description="An order, a payment, a delivery, a return. It stands on the customer's timeline at its own time, "
        "however late it comes; it opens no incident and is not answered. Answers after it is on disk: repeat it with "
        "the same external_id and revision until a 2xx comes.",
        body=JourneyEventIn,
        answer=Accepted,
        status=202,
        is_repeatable=True,
        problems=(400, 404, 413, 415, 422, 503),
    ),
)
