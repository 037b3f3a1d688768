"""`/rate/{token}`: where a customer says how we did. No sign-in: the signed token is the key, to this only.

Looking stores nothing, because mail scanners open every link. A forged form of another site would need the
token; who has that needs no forgery.
"""

from typing import Annotated, Final

import msgspec
from aiohttp import web

from channelhub.domain.people import Identity
from channelhub.domain.ratings import HIGHEST, LOWEST, MAX_COMMENT, Asked, Rating
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.pipeline.commands.ratings import rate
from channelhub.rules import ratings as rules
from channelhub.store import people, ratings
from channelhub.web.auth import PUBLIC
from channelhub.web.bodies import read_query
from channelhub.web.forwarded import origin_block
from channelhub.web.pages.doing import read_form
from channelhub.web.pages.rendering import language, render
from channelhub.web.pages.texts import LANGUAGES
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Handler, Route
from channelhub.web.security import SECURITY
from channelhub.web.throttle import FailureLimit

MAX_FORM_BYTES: Final = 32 * 1024  # 2000 letters of any script, percent-encoded
TRIES_PER_MINUTE: Final = 60  # of one network: wrong links, and answers
_HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class RateQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`score` only chooses beforehand."""

    score: Annotated[str, msgspec.Meta(max_length=10)] = ""


class RatingDoor:
    """Shows the question and takes the answer, a bounded number from each network."""

    def __init__(self) -> None:
        self._tries = FailureLimit(per_minute=TRIES_PER_MINUTE)

    async def show(self, request: web.Request) -> web.StreamResponse:
        chosen = read_query(request, RateQuery).score
        parts = request.app[PARTS]
        asked = self._asked(request)
        identity, known = (None, None) if asked is None else await _known(request, asked)
        if asked is None or identity is None:
            return _page(request, identity, "unknown", status=404)
        is_open = rules.is_open(asked, known, now_us=to_us(parts.acting.now()))
        if known is None and not is_open:
            return _page(request, identity, "late", status=410)
        return _page(request, identity, "thanks" if known else "asking", known=known, chosen=chosen, is_open=is_open)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        parts = request.app[PARTS]
        asked = self._asked(request)
        if asked is None:
            return _page(request, None, "unknown", status=404)
        self._count(request)
        form = await read_form(request, max_bytes=MAX_FORM_BYTES)
        score, comment = form.get("score", ""), form.get("comment", "").replace("\r\n", "\n").strip()
        if not _is_score(score) or len(comment) > MAX_COMMENT:
            identity, known = await _known(request, asked)
            return _page(request, identity, "incomplete", known=known, comment=comment[:MAX_COMMENT], status=422)
        try:
            await rate(parts.acting, asked, score=int(score), comment=comment)
        except CommandRefused:
            identity, known = await _known(request, asked)
            return _page(request, identity, "late" if identity else "unknown", known=known, status=410)
        raise web.HTTPSeeOther(f"/rate/{request.match_info['token']}")

    def _asked(self, request: web.Request) -> Asked | None:
        secret = request.app[PARTS].acting.book().secret
        asked = rules.read(request.match_info["token"], secret=secret)
        if asked is None:
            self._count(request)
        return asked

    def _count(self, request: web.Request) -> None:
        """Raises Problem (429) when too much comes from there."""
        origin = origin_block(request.app[SECURITY].proxies.peer_address(request))
        wait_s = self._tries.fail(origin, now_s=request.app[PARTS].acting.now().timestamp())
        if wait_s:
            raise Problem(Kind.TOO_MANY, "Too many answers from here.", headers={"Retry-After": str(int(wait_s) + 1)})


def _is_score(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isdigit() and LOWEST <= int(text) <= HIGHEST


async def _known(request: web.Request, asked: Asked) -> tuple[Identity | None, Rating | None]:
    async with request.app[PARTS].store.readers.read() as session:
        found = await people.identities(session, [asked.identity_id])
        return found.get(asked.identity_id), await ratings.get(session, rules.rating_id(asked))


def _page(
    request: web.Request,
    identity: Identity | None,
    what: str,
    *,
    status: int = 200,
    known: Rating | None = None,
    chosen: str = "",
    comment: str = "",
    is_open: bool = True,
) -> web.Response:
    """The page in the language that the customer writes, else the browser's."""
    theirs = identity.language if identity is not None else ""
    return render(
        request,
        "rate.html",
        status=status,
        headers=_HEADERS,
        spoken=theirs if theirs in LANGUAGES else language(request),
        what=what,
        known=known,
        is_open=is_open and what in ("asking", "thanks", "incomplete"),
        chosen=chosen if _is_score(chosen) else str(known.score) if known else "",
        comment=comment or (known.comment if known else ""),
        scores=[str(score) for score in range(LOWEST, HIGHEST + 1)],
        max_comment=MAX_COMMENT,
    )


def _open(method: str, handler: Handler, summary: str) -> Route:
    return Route(
        method=method, path="/rate/{token}", handler=handler, summary=summary, roles=PUBLIC, is_page=True,
        media_type="text/html",
    )  # fmt: skip


def routes() -> tuple[Route, ...]:
    """A door of its own for each server: it counts."""
    door = RatingDoor()
    return (_open("GET", door.show, "How did we do?"), _open("POST", door.answer, "Answer how we did"))
