"""What a token can be narrowed to: a short list of scopes next to the roles, and which of them a route needs.

A role is a bundle; scopes take away from it and never add. A route without a scope is closed to tokens that have some.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from channelhub.web.auth import Role
from channelhub.web.routing import Route


class Scope(StrEnum):
    """Names are part of the API: they never change their meaning."""

    READ_CUSTOMERS = "read:customers"
    WRITE_CUSTOMERS = "write:customers"
    READ_MESSAGES = "read:messages"
    WRITE_MESSAGES = "write:messages"
    WRITE_REPLIES = "write:replies"
    READ_INCIDENTS = "read:incidents"
    WRITE_INCIDENTS = "write:incidents"
    READ_OUTAGES = "read:outages"
    WRITE_OUTAGES = "write:outages"
    WRITE_NOTICES = "write:notices"
    READ_EVENTS = "read:events"
    READ_HUB = "read:hub"
    WRITE_HUB = "write:hub"
    READ_WEBHOOKS = "read:webhooks"
    WRITE_WEBHOOKS = "write:webhooks"


_SEEN = frozenset({Scope.READ_CUSTOMERS, Scope.READ_INCIDENTS, Scope.READ_OUTAGES, Scope.READ_EVENTS})
_DONE = _SEEN | {
    Scope.READ_MESSAGES,
    Scope.WRITE_CUSTOMERS,
    Scope.WRITE_REPLIES,
    Scope.WRITE_INCIDENTS,
    Scope.WRITE_OUTAGES,
}
#: The scopes of which a role holds all.
_WHOLE: Mapping[Role, frozenset[Scope]] = MappingProxyType(
    {
        Role.INGEST: frozenset({Scope.WRITE_MESSAGES}),
        Role.READER: _SEEN,
        Role.AGENT: _DONE,
        Role.LEAD: _DONE | {Scope.WRITE_NOTICES},
        Role.ADMIN: frozenset(Scope),
    }
)
#: The scopes of which a role holds all or a part.
BUNDLES: Mapping[Role, frozenset[Scope]] = MappingProxyType(
    {
        Role.INGEST: _WHOLE[Role.INGEST] | {Scope.READ_MESSAGES, Scope.READ_EVENTS},
        Role.READER: _SEEN | {Scope.READ_MESSAGES, Scope.READ_HUB},
        Role.AGENT: _DONE | {Scope.WRITE_NOTICES, Scope.READ_HUB, Scope.WRITE_HUB},
        Role.LEAD: _DONE | {Scope.WRITE_NOTICES, Scope.READ_HUB, Scope.WRITE_HUB},
        Role.ADMIN: frozenset(Scope),
    }
)

#: The first that fits an address below /api/v1 says its scopes for reading and for changing.
_RULES: tuple[tuple[re.Pattern[str], Scope | None, Scope | None], ...] = tuple(
    (re.compile(pattern), reading, changing)
    for pattern, reading, changing in (
        (r"(messages|journey-events)(/batch)?|import/.*", Scope.READ_MESSAGES, Scope.WRITE_MESSAGES),
        (r"messages/\{id\}/send-again", None, Scope.WRITE_REPLIES),
        (r"messages/\{id\}/not-spam", None, Scope.WRITE_INCIDENTS),
        (r"conversations/\{id\}/draft", Scope.WRITE_REPLIES, Scope.WRITE_REPLIES),
        (r"conversations(/.*)?", Scope.READ_CUSTOMERS, Scope.WRITE_REPLIES),
        (r"(notes|mentions)(/.*)?", Scope.READ_CUSTOMERS, Scope.WRITE_CUSTOMERS),
        (r"messages/\{id\}/attachments/\{n\}/retry", None, Scope.WRITE_HUB),
        (r"messages/.*", Scope.READ_MESSAGES, None),
        (r"customers(/batch)?", Scope.READ_CUSTOMERS, Scope.WRITE_MESSAGES),
        (r"customers/\{id\}/export", None, None),  # all of a person at once: takes a whole role
        (r"card-links", None, Scope.WRITE_CUSTOMERS),
        (r"customers/\{id\}/erasure|erasures(/.*)?", None, None),
        (r"customers/.*|links/.*|identities/.*", Scope.READ_CUSTOMERS, Scope.WRITE_CUSTOMERS),
        (r"(incidents|undo|views)(/.*)?", Scope.READ_INCIDENTS, Scope.WRITE_INCIDENTS),
        (r"outages/\{id\}/notices|notices(/.*)?", Scope.READ_OUTAGES, Scope.WRITE_NOTICES),
        (r"outages(/.*)?", Scope.READ_OUTAGES, Scope.WRITE_OUTAGES),
        (r"(reports|ratings|monitoring-alerts)(/.*)?", Scope.READ_OUTAGES, None),
        (r"(stream|event-types)(/.*)?", Scope.READ_EVENTS, None),
        (r"(webhooks|deliveries)(/.*)?", Scope.READ_WEBHOOKS, Scope.WRITE_WEBHOOKS),
        (r"(alerts|attachments|connectors|parked|replay|retention|sending)(/.*)?", Scope.READ_HUB, Scope.WRITE_HUB),
    )
)


def scope_of(route: Route) -> Scope | None:
    """The scope that a token with scopes needs for a route; None where no such token may use it: pages, tokens
    themselves (one that makes tokens would reach beyond its scopes), and what isn't listed here."""
    if route.is_page or not route.path.startswith("/api/v1/"):
        return None
    path = route.path.removeprefix("/api/v1/")
    for pattern, reading, changing in _RULES:
        if pattern.fullmatch(path):
            return reading if route.method == "GET" else changing
    return None


def least_role(scopes: Iterable[Scope]) -> Role:
    """The least role that holds all of them: what a token gets that is made with scopes only."""
    wanted = frozenset(scopes)
    return next(role for role in reversed(Role) if wanted <= _WHOLE[role])
