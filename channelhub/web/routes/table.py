"""Every route of the server, in the order of the documentation."""

from channelhub.web import probes
from channelhub.web.pages import (
    declining,
    documentation,
    doing,
    entering,
    rating,
    reading,
    regrouping,
    reporting,
    telling,
)
from channelhub.web.routes import (
    alerts,
    batches,
    contents,
    conversations,
    customers,
    customers_in,
    event_types,
    history,
    hub,
    incidents,
    journey_events,
    messages,
    monitoring,
    notices,
    outage_reports,
    outages,
    postmortem,
    ratings,
    replay,
    reports,
    resending,
    retention,
    sending,
    similar,
    stream,
    tokens,
    webhook_deliveries,
    webhooks,
)
from channelhub.web.routing import Route


def routes() -> tuple[Route, ...]:
    pages = (
        *reading.ROUTES,
        *reporting.ROUTES,
        *doing.ROUTES,
        *regrouping.ROUTES,
        *entering.ROUTES,
        *declining.ROUTES,
        *telling.ROUTES,
        *postmortem.PAGES,
        *rating.routes(),
    )
    return (*API, *documentation.routes(API), *pages)


API: tuple[Route, ...] = (
    *messages.ROUTES,
    *journey_events.ROUTES,
    *history.ROUTES,
    *contents.ROUTES,
    *similar.ROUTES,
    *customers.ROUTES,
    *customers_in.ROUTES,
    *batches.ROUTES,
    *conversations.ROUTES,
    *incidents.ROUTES,
    *outages.ROUTES,
    *monitoring.ROUTES,
    *alerts.ROUTES,
    *webhooks.ROUTES,
    *webhook_deliveries.ROUTES,
    *notices.ROUTES,
    *postmortem.ROUTES,
    *outage_reports.ROUTES,
    *ratings.ROUTES,
    *reports.ROUTES,
    *hub.ROUTES,
    *tokens.ROUTES,
    *replay.ROUTES,
    *retention.ROUTES,
    *sending.ROUTES,
    *resending.ROUTES,
    *event_types.ROUTES,
    *stream.ROUTES,
    *probes.ROUTES,
)
