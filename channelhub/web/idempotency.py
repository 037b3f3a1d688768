"""`Idempotency-Key`: the same request again is answered like the first, and does nothing (IETF HTTPAPI, "The
Idempotency-Key HTTP Header Field").

The key is taken in a commit before the handler begins, and gets its answer in a commit after it ended. While it runs,
and after a crash in between, the key is answered 409, unless the route itself drops repetitions: then it runs again.
"""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from aiohttp import web

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.sdk.errors import NotCommitted
from channelhub.store import idempotency
from channelhub.store.idempotency import Keyed
from channelhub.store.opening import Store
from channelhub.web.auth import Principal
from channelhub.web.bodies import BODY, read_body
from channelhub.web.problems import Kind, Problem
from channelhub.web.routing import Route

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
MAX_KEY_CHARS = 255
MAX_BODY_BYTES = 36 * 1024 * 1024  # as much as any route takes
MAX_ANSWER_BYTES = 256 * 1024
MOST_SECRETS = 200  # answers that are kept in memory only
_LARGE_BYTES = 256 * 1024  # digesting more than this would hold up others


class Idempotency:
    """Runs each keyed request once."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._running: set[str] = set()
        self._secrets: dict[str, bytes] = {}

    async def once(self, request: web.Request, route: Route, principal: Principal) -> web.StreamResponse:
        """The handler's answer, or the first one's again. Raises Problem: 422 for an unusable key or one of another
        request, 409 while the first isn't answered."""
        key = _checked(request.headers[HEADER])
        request[BODY] = body = await read_body(request, max_bytes=MAX_BODY_BYTES)
        key_id = hashlib.blake2b(f"{principal.actor}\0{principal.account}\0{key}".encode(), digest_size=20).hexdigest()
        fingerprint = await _fingerprint(request, body)
        if key_id in self._running:
            raise _under_way()
        self._running.add(key_id)
        try:
            answer = await self._begun(key_id, fingerprint, route) or await self._run(request, route, key_id)
        finally:
            self._running.discard(key_id)
        answer.headers[HEADER] = key
        return answer

    async def _begun(self, key_id: str, fingerprint: str, route: Route) -> web.Response | None:
        """The first answer again; None where the request is to be worked on now."""
        begun_us, kept_us = to_us(self._now()), KEPT // timedelta(microseconds=1)
        writer = self._store.writer
        if await writer.command(
            lambda session: idempotency.begin(
                session, key_id, fingerprint=fingerprint, begun_us=begun_us, kept_us=kept_us
            )
        ):
            self._secrets.pop(key_id, None)
            return None
        async with self._store.readers.read() as session:
            known = await idempotency.get(session, key_id)
        if known is None:
            raise _under_way()
        if known.fingerprint != fingerprint:
            detail = f"This {HEADER} was used for another request; take a new one for each request."
            raise Problem(Kind.INVALID, detail, errors={HEADER: "was used for another request"})
        return self._again(key_id, known, route)

    def _again(self, key_id: str, known: Keyed, route: Route) -> web.Response | None:
        kept = self._secrets.get(key_id) if known.answer is None else known.answer
        if known.status and kept is not None:
            content_type = known.content_type or None
            return web.Response(
                body=kept or None, status=known.status, content_type=content_type, headers={REPLAYED: "true"}
            )
        if route.is_repeatable:
            return None
        if known.status:
            raise Problem(Kind.CONFLICT, f"This was done and answered {known.status}; the answer isn't kept.")
        raise Problem(Kind.CONFLICT, "The first request was cut off. Look what it has done, then take a new key.")

    async def _run(self, request: web.Request, route: Route, key_id: str) -> web.StreamResponse:
        writer = self._store.writer
        try:
            answer = await route.handler(request)
        except (Problem, CommandRefused, NotCommitted, web.HTTPException):
            with suppress(NotCommitted):  # then it counts as cut off
                await writer.command(lambda session: idempotency.forget(session, key_id))
            raise
        said = bytes(answer.body) if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
        kept: bytes | None = said if len(said) <= MAX_ANSWER_BYTES else None
        if route.is_answer_secret:
            while len(self._secrets) >= MOST_SECRETS:
                self._secrets.pop(next(iter(self._secrets)))
            self._secrets[key_id], kept = said, None
        content_type = answer.content_type if said else ""
        with suppress(NotCommitted):  # it is done, and that is what counts now
            await writer.command(
                lambda session: idempotency.keep(
                    session, key_id, status=answer.status, content_type=content_type, answer=kept
                )
            )
        return answer


def _checked(key: str) -> str:
    """Raises Problem for a key that can't be one. The draft writes keys in quotes; without them they are the same."""
    plain = key[1:-1] if len(key) >= 2 and key[0] == key[-1] == '"' else key
    if not 0 < len(plain) <= MAX_KEY_CHARS or not plain.isascii() or not plain.isprintable():
        detail = f"{HEADER} has 1 to {MAX_KEY_CHARS} visible ASCII characters."
        raise Problem(Kind.INVALID, detail, errors={HEADER: "not usable"})
    return plain


async def _fingerprint(request: web.Request, body: bytes) -> str:
    head = f"{request.method} {request.rel_url.raw_path_qs}\0".encode()

    def digest() -> str:
        return hashlib.sha256(head + body).hexdigest()

    return await asyncio.to_thread(digest) if len(body) > _LARGE_BYTES else digest()


def _under_way() -> Problem:
    return Problem(
        Kind.CONFLICT, "The first request with this key is still being worked on.", headers={"Retry-After": "1"}
    )
