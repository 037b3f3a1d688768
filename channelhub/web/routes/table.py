"""Every route of the server, in the order of the documentation."""

from channelhub.web import probes
from channelhub.web.routes import messages, stream
from channelhub.web.routing import Route


def routes() -> tuple[Route, ...]:
    return (*messages.ROUTES, *stream.ROUTES, *probes.ROUTES)
