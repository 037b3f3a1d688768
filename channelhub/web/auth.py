"""Who asks: a bearer token or a signed-in browser, and what that role may do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web

from channelhub.sdk.errors import NotCommitted
from channelhub.store import sessions
from channelhub.store import tokens as token_store
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.web import tokens
from channelhub.web.forwarded import Proxies, origin_block
from channelhub.web.problems import Kind, Problem
from channelhub.web.throttle import FailureLimit

CACHE_S = 1.0  # a revoked token ends within this time
MARK_USED_EVERY = timedelta(minutes=1)
FAILURES_PER_MINUTE = 30
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION_COOKIE = "channelhub_session"
SECURE_SESSION_COOKIE = "__Host-channelhub_session"


class Role(StrEnum):
    """What a person or a token may do: of the first four each may all that the next one may."""

    ADMIN = "admin"
    LEAD = "lead"  # beside an agent's work what goes to many customers, and out of the hub
    AGENT = "agent"  # answer, link, decide
    READER = "reader"  # see everything but sources as they came, change nothing
    INGEST = "ingest"  # bring messages in, and see what became of them


ADMIN = frozenset({Role.ADMIN})
LEAD = ADMIN | {Role.LEAD}
AGENT = LEAD | {Role.AGENT}
READ = AGENT | {Role.READER}
INTAKE = frozenset({Role.ADMIN, Role.INGEST})
ANYBODY_KNOWN = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()  # needs no token


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks. `account` is empty where the token serves every account, `scopes` where it may do all of its role;
    `user_id` is 0 where it is nobody who signs in by name, else `name` is their login."""

    name: str
    role: Role
    account: str = ""
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    token_id: int = 0  # 0: no token of the list, but the daemon's own or a session
    is_browser: bool = False
    user_id: int = 0

    @property
    def actor(self) -> str:
        """As the audit trail names it."""
        return f"{self.role}:{self.name}"

    @property
    def acts(self) -> bool:
        """Whether it may do an agent's work: pages show others no buttons for that."""
        return self.role in AGENT

    @property
    def leads(self) -> bool:
        return self.role in LEAD

    @property
    def administers(self) -> bool:
        return self.role in ADMIN

    def may(self, roles: frozenset[Role], scope: str | None) -> bool:
        """Whether its role is one of these and, where it has scopes, this is one of them. No scope fits None."""
        return self.role in roles and (not self.scopes or scope in self.scopes)

    def may_use(self, account: str) -> bool:
        return not self.account or self.account == account


LOCAL = Principal(name="local", role=Role.ADMIN)  # a command of the daemon's own user
PRINCIPAL = web.RequestKey("principal", Principal)


class TokenExpiredError(Exception):
    """A token was shown whose time is over since `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class Authenticator:
    """Finds the principal of a request. Answers are remembered for a second, so that a flood of requests
    with one token costs one look at the database a second."""

    def __init__(
        self, store: Store, *, now: Callable[[], datetime], proxies: Proxies, public_url: str, local_token: str
    ) -> None:
        self._store = store
        self._now = now
        self._proxies = proxies
        self._public_origin = _origin(public_url)
        self.cookie_name = SECURE_SESSION_COOKIE if public_url.startswith("https://") else SESSION_COOKIE
        self._local_digest = tokens.digest(local_token) if local_token else None
        self._known: dict[bytes, tuple[float, Principal]] = {}
        self._failures = FailureLimit(per_minute=FAILURES_PER_MINUTE)
        self._marking: dict[bytes, asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Let what is being written of tokens' last use come to its end."""
        await asyncio.gather(*self._marking.values())

    async def principal(self, request: web.Request) -> Principal | None:
        """Who asks, or None when nothing was shown. Raises Problem for a token or cookie that is not valid."""
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            return await self.owner(request, authorization)
        cookie = request.cookies.get(self.cookie_name)
        found = await self._by_cookie(cookie) if cookie else None
        if found is not None and request.method not in SAFE_METHODS:
            self.refuse_cross_site(request)
        return found

    async def owner(self, request: web.Request, authorization: str) -> Principal:
        """Whose token an Authorization header shows. Raises Problem, as for every failed attempt, where it is not
        valid; a token that was valid once is told that its time is over."""
        try:
            found = await self._by_token(authorization)
        except TokenExpiredError as exc:
            raise self._too_many(request) or _expired(exc) from exc
        if found is None:
            raise self.refusal(request, "The token is unknown, revoked or misspelt.")
        return found

    def refusal(self, request: web.Request, detail: str) -> Problem:
        """The 401 for a failed attempt, or the 429 for one too many."""
        return self._too_many(request) or self.missing(detail)

    def _too_many(self, request: web.Request) -> Problem | None:
        """Count a failed attempt; the 429 where it is one too many."""
        origin = origin_block(self._proxies.peer_address(request))
        wait_s = self._failures.fail(origin, now_s=asyncio.get_running_loop().time())
        if wait_s:
            return Problem(
                Kind.TOO_MANY, "Too many failed attempts from here.", headers={"Retry-After": str(int(wait_s) + 1)}
            )
        return None

    def missing(self, detail: str = "Send Authorization: Bearer chub_… with a token made for this.") -> Problem:
        """The 401 for a request that shows nothing valid."""
        return Problem(Kind.UNAUTHORIZED, detail, headers={"WWW-Authenticate": 'Bearer realm="channelhub"'})

    def refuse_cross_site(self, request: web.Request) -> None:
        """Raises Problem unless the browser says that our own page sent this (Fetch Metadata, else Origin)."""
        site = request.headers.get("Sec-Fetch-Site")
        if site in ("same-origin", "none"):
            return
        origin = request.headers.get("Origin", "")
        is_ours = origin != "" and origin in (self._public_origin, f"{request.scheme}://{request.host}")
        if site is not None or not is_ours:
            raise Problem(Kind.CROSS_SITE, "Requests that change something must come from our own pages.")

    async def is_still_valid(self, request: web.Request) -> bool:
        """Whether a request that goes on for long may still go on: who asked is still in, with the same role."""
        try:
            found = await self.principal(request)
        except Problem:
            return False
        return found is not None and found.role is request[PRINCIPAL].role

    def forget(self) -> None:
        """Look at the database again: a token or a session was just revoked."""
        self._known.clear()

    async def _by_token(self, authorization: str) -> Principal | None:
        """Whose token an Authorization header shows; None when it is not valid. Raises TokenExpiredError."""
        key = _token_digest(authorization)
        if key is None:
            return None
        return self._local(key) or await self._remembered(key, self._load_token)

    def known_by_token(self, authorization: str) -> Principal | None:
        """As `owner`, without a look at the database: None where one is needed, or a refusal."""
        key = _token_digest(authorization)
        return None if key is None else self._local(key) or self._still_remembered(key)

    def _local(self, key: bytes) -> Principal | None:
        if self._local_digest is not None and tokens.is_same(key, self._local_digest):
            return LOCAL
        return None

    async def _by_cookie(self, cookie: str) -> Principal | None:
        if len(cookie) > tokens.MAX_LENGTH:
            return None
        return await self._remembered(tokens.digest(cookie), self._load_session)

    async def _remembered(self, key: bytes, load: Callable[[bytes], Awaitable[Principal | None]]) -> Principal | None:
        remembered = self._still_remembered(key)
        if remembered is not None:
            return remembered
        now_s = asyncio.get_running_loop().time()
        found = await load(key)
        if len(self._known) > 10_000:
            self._known.clear()
        if found is not None:
            self._known[key] = (now_s, found)
        else:
            self._known.pop(key, None)
        return found

    def _still_remembered(self, key: bytes) -> Principal | None:
        remembered = self._known.get(key)
        is_fresh = remembered is not None and asyncio.get_running_loop().time() - remembered[0] < CACHE_S
        return remembered[1] if remembered is not None and is_fresh else None

    async def _load_token(self, key: bytes) -> Principal | None:
        async with self._store.readers.read() as session:
            stored = await token_store.by_digest(session, key)
        if stored is None or stored.revoked_at is not None or not tokens.is_same(stored.digest, key):
            return None
        now = self._now()
        if stored.expires_at is not None and stored.expires_at <= now:
            self._known.pop(key, None)
            raise TokenExpiredError(stored.expires_at)
        if stored.used_at is None or now - stored.used_at >= MARK_USED_EVERY:
            self._begin_marking(key, lambda session: token_store.mark_used(session, stored.id, at=now))
        return Principal(
            name=stored.name,
            role=Role(stored.role),
            account=stored.account,
            scopes=stored.scopes,
            expires_at=stored.expires_at,
            token_id=stored.id,
        )

    async def _load_session(self, key: bytes) -> Principal | None:
        async with self._store.readers.read() as session:
            stored = await sessions.by_digest(session, key)
        now = self._now()
        if stored is None or stored.expires_at <= now or stored.is_disabled:
            return None
        if stored.seen_at is None or now - stored.seen_at >= MARK_USED_EVERY:
            self._begin_marking(key, lambda session: sessions.mark_seen(session, key, at=now))
        return Principal(name=stored.name, role=Role(stored.role), is_browser=True, user_id=stored.user_id)

    def _begin_marking(self, key: bytes, mark: Callable[[Session], Awaitable[None]]) -> None:
        """Write beside the request when its token or session was used, one write at a time for each."""
        if key not in self._marking:
            task = asyncio.create_task(self._mark_used(mark), name="token used")
            self._marking[key] = task
            task.add_done_callback(lambda _: self._marking.pop(key, None))

    async def _mark_used(self, mark: Callable[[Session], Awaitable[None]]) -> None:
        try:
            await self._store.writer.command(mark)
        except NotCommitted:
            return  # only a date for a list; the request itself must not fail on it


@lru_cache(maxsize=256)  # clients that post much show the same header with each message
def _token_digest(authorization: str) -> bytes | None:
    """What a token is kept as; None for a header that can hold no token of ours."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > tokens.MAX_LENGTH:
        return None
    return tokens.digest(token)


def _expired(exc: TokenExpiredError) -> Problem:
    """The 401 that says so (RFC 6750, 3.1)."""
    return Problem(
        Kind.TOKEN_EXPIRED,
        f"The token expired at {exc.at.isoformat()}; ask an administrator for a new one.",
        headers={"WWW-Authenticate": 'Bearer realm="channelhub", error="invalid_token", error_description="expired"'},
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
