"""App Store Connect's API for one app's reviews (developer.apple.com/documentation/appstoreconnectapi)."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

import aiohttp
import msgspec

from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.reviews.app_store.config import AppStoreConfig
from connectors.reviews.app_store.shapes import NOTHING, RESPONSES, REVIEWS, Entry, Id, moment
from connectors.reviews.client import Fault, StoreClient
from connectors.reviews.signing import es256

PER_PAGE: Final = 200  # the most that one answer has
MOST_PAGES: Final = 50
MAX_REPLY_CHARS: Final = 5970
_AUDIENCE: Final = "appstoreconnect-v1"
_LIFE_S: Final = 1200  # the longest that Apple takes
_RENEWED_S: Final = 900
_CURE: Final = (
    "see that the key is active under Users and Access, Integrations, has the role Customer Support, "
    "and that key_id and issuer_id are its own"
)


class _Data(msgspec.Struct, frozen=True):
    id: Id


class _Relation(msgspec.Struct, frozen=True):
    data: _Data | None = None


class _Relations(msgspec.Struct, frozen=True):
    response: _Relation = _Relation()


class _When(msgspec.Struct, frozen=True, rename="camel"):
    created_date: str = ""


class _Peek(msgspec.Struct, frozen=True):
    """Of a resource, what it is found by."""

    id: str = ""
    type: str = ""
    attributes: _When = _When()
    relationships: _Relations = _Relations()


class _Links(msgspec.Struct, frozen=True):
    next: str = ""


class _Page(msgspec.Struct, frozen=True):
    data: list[msgspec.Raw]
    included: list[msgspec.Raw] = []
    links: _Links = _Links()


class _Made(msgspec.Struct, frozen=True):
    data: _Data


class _Error(msgspec.Struct, frozen=True):
    code: str
    detail: str = ""


class _Errors(msgspec.Struct, frozen=True):
    errors: list[_Error]


class AppStore:
    """One app."""

    name = "the App Store"

    def __init__(self, config: AppStoreConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._config = config
        self._now = now
        self._path = f"v1/apps/{config.app_id}/{REVIEWS}"
        self._token, self._signed_at = "", 0.0
        self._client = StoreClient(
            http,
            base_url=config.base_url,
            timeout_s=config.request_timeout_s,
            now=now,
            token=self._bearer,
            fault=read_fault,
            busy_codes=frozenset({"RATE_LIMIT_EXCEEDED"}),
            cure=_CURE,
        )

    async def pages(self, *, now: datetime) -> AsyncIterator[Sequence[bytes]]:
        """The newest first, until a page is older than what is looked at again. See Store."""
        floor, cursor = now - timedelta(days=max(self._config.edits_days, self._config.history_days)), ""
        for _ in range(MOST_PAGES):
            page = await self._page(cursor, limit=PER_PAGE)
            yield _joined(page)
            following = _cursor(page.links.next)
            if not following or following == cursor or _is_older(page, floor):
                return
            cursor = following

    async def reply(self, review_id: str, text: str) -> str:
        """See Store: a second answer takes the place of the first."""
        content = {
            "data": {
                "type": RESPONSES,
                "attributes": {"responseBody": text},
                "relationships": {"review": {"data": {"type": REVIEWS, "id": review_id}}},
            }
        }
        return (await self._client.ask("POST", f"v1/{RESPONSES}", _Made, content=content)).data.id

    async def probe(self) -> str:
        await self._page("", limit=1)
        return f"app {self._config.app_id}"

    async def _page(self, cursor: str, *, limit: int) -> _Page:
        """Of a link to the next page only the place is taken: whoever wrote it, the key goes to our address alone."""
        params = [("sort", "-createdDate"), ("limit", str(limit)), ("include", "response")]
        try:
            return await self._client.ask(
                "GET", self._path, _Page, params=[*params, *([("cursor", cursor)] if cursor else [])]
            )
        except Rejected as exc:
            raise Unavailable(f"the store doesn't list the app's reviews; is app_id right? {exc}") from exc

    async def _bearer(self) -> str:
        """A token that is good for some minutes more."""
        now = self._now().timestamp()
        if not self._token or not 0 <= now - self._signed_at < _RENEWED_S:
            who = {"iss": self._config.issuer_id} if self._config.issuer_id else {"sub": "user"}
            claims = who | {"iat": int(now), "exp": int(now) + _LIFE_S, "aud": _AUDIENCE}
            try:
                self._token = es256(claims, key=self._config.private_key.reveal(), key_id=self._config.key_id)
            except ValueError as exc:
                raise AuthFailed(f"private_key is not what a .p8 file of App Store Connect holds ({exc})") from exc
            self._signed_at = now
        return self._token


def read_fault(body: bytes) -> Fault | None:
    """The first error that a refusal names."""
    try:
        error = msgspec.json.decode(body, type=_Errors).errors[0]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, IndexError):
        return None
    return Fault(code=error.code, words=error.detail)


def _joined(page: _Page) -> list[bytes]:
    """Each review with the response that the page includes for it."""
    responses = {peek.id: raw for raw in page.included if (peek := _peek(raw)).type == RESPONSES}
    found = []
    for raw in page.data:
        answer = _peek(raw).relationships.response.data
        response = responses.get(answer.id, NOTHING) if answer else NOTHING
        found.append(msgspec.json.encode(Entry(review=raw, response=response)))
    return found


def _is_older(page: _Page, floor: datetime) -> bool:
    """Whether all of a page was written before."""
    times = [moment(_peek(raw).attributes.created_date) for raw in page.data]
    return bool(times) and all(at is not None and at < floor for at in times)


def _peek(raw: msgspec.Raw) -> _Peek:
    try:
        return msgspec.json.decode(raw, type=_Peek)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Peek()


def _cursor(link: str) -> str:
    try:
        return parse_qs(urlsplit(link).query).get("cursor", [""])[0]
    except ValueError:
        return ""
