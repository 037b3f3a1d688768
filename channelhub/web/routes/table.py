"""Every route of the server, in the order of the documentation."""

from channelhub.web import probes
from channelhub.web.routes import contents, conversations, customers, hub, incidents, messages, outages, stream
from channelhub.web.routing import Route


def routes() -> tuple[Route, ...]:
    return (
        *messages.ROUTES,
        *contents.ROUTES,
        *customers.ROUTES,
        *conversations.ROUTES,
        *incidents.ROUTES,
        *outages.ROUTES,
        *hub.ROUTES,
        *stream.ROUTES,
        *probes.ROUTES,
    )
