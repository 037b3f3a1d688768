"""`/status/{token}`: where who sent a form sees how the request stands. No sign-in: the signed token is the key.

It shows the incident's number and state and what was said, never notes, names of agents or anything of the card.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from channelhub.domain.inbound import Direction
from channelhub.domain.times import from_us
from channelhub.rules import following as rules
from channelhub.rules.following import Followed
from channelhub.rules.incident import Incident
from channelhub.store import following, incidents, message_texts, messages
from channelhub.store.database import Session
from channelhub.store.messages import Message
from channelhub.web.auth import PUBLIC
from channelhub.web.forwarded import origin_block
from channelhub.web.pages.rendering import language, render
from channelhub.web.pages.texts import LANGUAGES
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route
from channelhub.web.security import SECURITY
from channelhub.web.throttle import FailureLimit

MOST_MESSAGES: Final = 100
MAX_SHOWN_CHARS: Final = 20_000  # of one message
TRIES_PER_MINUTE: Final = 60  # wrong links of one network
_PROCESSED_WITHIN_S: Final = 120  # so long a page without a number asks again by itself
_ASK_AGAIN_S: Final = 3
_HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message as the page shows it."""

    is_ours: bool
    at: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What a link shows, once it was processed."""

    incident: Incident | None
    said: list[ShownMessage]
    goes_on: bool


class StatusDoor:
    """Shows what a link follows; counts wrong links of each network."""

    def __init__(self) -> None:
        self._tries = FailureLimit(per_minute=TRIES_PER_MINUTE)

    async def show(self, request: web.Request) -> web.StreamResponse:
        parts = request.app[PARTS]
        now_s = parts.acting.now().timestamp()
        followed = rules.read(request.match_info["token"], secret=parts.acting.book().secret)
        if followed is None:
            self._count(request, now_s)
            return _page(request, "unknown", status=404)
        if now_s >= followed.until_s:
            return _page(request, "late", status=410)
        async with parts.store.readers.read() as session:
            found = await _load(session, followed)
            is_held = found is not None or await following.is_held(session, followed.inbox_id)
        if not is_held:
            return _page(request, "gone", status=410)
        if found is None and now_s > followed.since_s + _PROCESSED_WITHIN_S:
            return _page(request, "kept")
        return _page(request, "shown", followed=followed, found=found)

    def _count(self, request: web.Request, now_s: float) -> None:
        """Raises Problem (429) when too many wrong links come from there."""
        origin = origin_block(request.app[SECURITY].proxies.peer_address(request))
        wait_s = self._tries.fail(origin, now_s=now_s)
        if wait_s:
            raise Problem(Kind.TOO_MANY, "Too many wrong links.", headers={"Retry-After": str(int(wait_s) + 1)})


async def _load(session: Session, followed: Followed) -> _Request | None:
    """None while the delivery waits to be read, and once its message was erased or parked."""
    ids = await messages.of_inbox(session, followed.inbox_id)
    first = await messages.get(session, ids[0]) if ids else None
    if first is None:
        return None
    incident = None if first.incident_id is None else await incidents.get(session, first.incident_id)
    if incident is not None and incident.conversation_id != first.conversation_id and not first.evidence.is_verified:
        incident = None  # an older request of that address: who only typed the address learns nothing of it
    said, goes_on = await _said(session, first)
    return _Request(incident=incident, said=said, goes_on=goes_on)


async def _said(session: Session, first: Message) -> tuple[list[ShownMessage], bool]:
    if first.conversation_id is None:
        return [], False
    everything = await following.said(session, first.conversation_id, limit=MOST_MESSAGES)
    public, goes_on = rules.public_part(everything, first.account)
    versions = await message_texts.of_messages(session, [one.message_id for one in public])
    shown = []
    for one in public:
        newest = next(iter(versions.get(one.message_id, ())), None)
        if newest is not None:
            words = newest.text if newest.reply_text is None else newest.reply_text
            shown.append(
                ShownMessage(
                    is_ours=one.direction is Direction.OUT,
                    at=from_us(one.at_us),
                    subject=newest.subject,
                    text=words[:MAX_SHOWN_CHARS],
                )
            )
    return shown, goes_on


def _page(
    request: web.Request,
    what: str,
    *,
    status: int = 200,
    followed: Followed | None = None,
    found: _Request | None = None,
) -> web.Response:
    """What isn't known of the address's parameters is passed over: messengers and mail programs add their own."""
    spoken = request.query.get("lang", "")
    return render(
        request,
        "status.html",
        status=status,
        headers=_HEADERS,
        spoken=spoken if spoken in LANGUAGES else language(request),
        what=what,
        sent=request.query.get("sent", ""),
        incident=found.incident if found else None,
        said=found.said if found else [],
        goes_on=found.goes_on if found else False,
        ask_again_s=_ASK_AGAIN_S if what == "shown" and found is None else 0,
        until=datetime.fromtimestamp(followed.until_s, UTC) if followed else None,
    )


def routes() -> tuple[Route, ...]:
    """A door of its own for each server: it counts."""
    return (
        Route(
            method="GET", path="/status/{token}", handler=StatusDoor().show, summary="How a request stands",
            roles=PUBLIC, is_page=True, media_type="text/html",
        ),
    )  # fmt: skip
