"""Customers in over HTTP: what a system that knows them says of them."""

from aiohttp import web

from channelhub.domain.customer_in import MAX_BYTES, MEDIA_TYPE, CustomerIn, delivery_id, read_customer
from channelhub.domain.message_in import InvalidMessageError
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.web.auth import INTAKE
from channelhub.web.intake import problem_of, require_trusted, trust_of
from channelhub.web.parts import PARTS
from channelhub.web.routes.messages import Accepted
from channelhub.web.routes.taking_in import take_in
from channelhub.web.routing import Route
from channelhub.web.security import SECURITY


async def post_customer(request: web.Request) -> web.Response:
    return await take_in(request, raw_from, max_bytes=MAX_BYTES)


def raw_from(body: bytes, request: web.Request) -> RawMessage:
    """The delivery that a posted customer is: its bytes, who sent them, and how far its account is believed. Raises
    Problem."""
    parts = request.app[PARTS]
    try:
        customer = read_customer(body)
    except InvalidMessageError as exc:
        raise problem_of(exc) from exc
    trust = trust_of(customer.account, request, parts)
    require_trusted(customer.account, trust)
    peer = request.app[SECURITY].proxies.peer_address(request)
    return RawMessage(
        account=customer.account,
        delivery_id=delivery_id(body),
        body=body,
        content_type=MEDIA_TYPE,
        envelope=Envelope(peer=peer, is_tls=parts.is_https, extra={"trust": trust}),
        channel_time=customer.updated_at,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/customers",
        handler=post_customer,
        roles=INTAKE,
        summary="Say who a customer is",
        description="Their addresses are linked, with the account as evidence; name, language, segment and attributes "
        "are kept unless something newer is known. Only for accounts that are trusted. Answers after it is on disk: "
        "repeat it until a 2xx comes. `id` names the delivery; the card is found by any of the addresses.",
        body=CustomerIn,
        answer=Accepted,
        status=202,
        is_repeatable=True,
        problems=(400, 404, 413, 415, 422, 503),
    ),
)
