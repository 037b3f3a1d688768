"""Which answers show a customer, and that who got one is noted (`pipeline/looks.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from aiohttp import web

from channelhub.pipeline.looks import Look, LookBook, Seen
from channelhub.rules import card_links
from channelhub.web.auth import PRINCIPAL
from channelhub.web.parts import PARTS
from channelhub.web.routing import Route

_SHOWN: Final = frozenset({200, 206})


@dataclass(frozen=True, slots=True)
class _Shows:
    seen: Seen
    subject: str  # customer, message, conversation: by the id; address: by `identity`; link: by a signed address


_CARD: Final = _Shows(Seen.CARD, "customer")
_MESSAGE: Final = _Shows(Seen.MESSAGE, "message")
_ATTACHMENT: Final = _Shows(Seen.ATTACHMENT, "message")
_CONVERSATION: Final = _Shows(Seen.CONVERSATION, "conversation")
_BY_ADDRESS: Final = _Shows(Seen.CARD, "address")
_BY_LINK: Final = "link:card"  # who looks by a signed address: nobody by name
#: What is seen by a GET of these. An export is in the audit before its first byte is sent.
SHOWS: Mapping[str, _Shows] = MappingProxyType(
    {
        "/api/v1/customers/lookup": _BY_ADDRESS,
        "/api/v1/customers/{id}": _CARD,
        "/api/v1/customers/{id}/timeline": _CARD,
        "/customers/{id}": _CARD,
        "/customers/by-identity": _BY_ADDRESS,
        "/card": _BY_ADDRESS,
        "/card/{token}": _Shows(Seen.CARD, "link"),
        "/api/v1/conversations/{id}": _CONVERSATION,
        "/conversations/{id}": _CONVERSATION,
        "/api/v1/messages/{id}": _MESSAGE,
        "/messages/{id}": _MESSAGE,
        "/messages/{id}/html": _MESSAGE,
        "/api/v1/messages/{id}/raw": _Shows(Seen.RAW, "message"),
        "/api/v1/messages/{id}/attachments/{n}": _ATTACHMENT,
        "/messages/{id}/attachments/{n}/preview": _ATTACHMENT,
    }
)


def watched(route: Route, looks: LookBook | None) -> Route:
    """The route, noting who was shown a customer; as it is where it shows none."""
    shows = SHOWS.get(route.path) if route.method == "GET" else None
    if shows is None or looks is None:
        return route

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await route.handler(request)
        if answer.status in _SHOWN and request.method != "HEAD":  # which shows nobody
            looks.note(_look(request, shows))
        return answer

    return replace(route, handler=handle)


def _look(request: web.Request, shows: _Shows) -> Look:
    if shows.subject == "link":
        link = card_links.read(request.match_info["token"], secret=request.app[PARTS].acting.book().secret)
        return Look(actor=_BY_LINK, seen=shows.seen, address=link.identity if link else "")
    actor = request[PRINCIPAL].actor
    if shows.subject == "address":
        return Look(actor=actor, seen=shows.seen, address=request.query["identity"])
    subject_id = int(request.match_info["id"])
    if shows.subject == "message":
        return Look(actor=actor, seen=shows.seen, message_id=subject_id)
    if shows.subject == "conversation":
        return Look(actor=actor, seen=shows.seen, conversation_id=subject_id)
    return Look(actor=actor, seen=shows.seen, customer_id=subject_id)
