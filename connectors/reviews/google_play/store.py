"""The Android Publisher API for one app's reviews (developers.google.com/android-publisher/reply-to-reviews)."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

import aiohttp
import msgspec

from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.reviews.client import Fault, StoreClient
from connectors.reviews.google_play.config import GooglePlayConfig
from connectors.reviews.google_play.tokens import Tokens

PER_PAGE: Final = 100  # the most that one answer has
MOST_PAGES: Final = 45  # four looks an hour stay below the quota
MAX_REPLY_CHARS: Final = 350
_CURE: Final = (
    "invite the service account under Users and permissions of the Play Console, with Reply to reviews for this app, "
    "and enable the Google Play Android Developer API in its project"
)


class _Pagination(msgspec.Struct, frozen=True, rename="camel"):
    next_page_token: str = ""


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    """Google leaves out what is empty."""

    reviews: list[msgspec.Raw] = []
    token_pagination: _Pagination = _Pagination()


class _Edited(msgspec.Struct, frozen=True, rename="camel"):
    reply_text: str = ""


class _Replied(msgspec.Struct, frozen=True):
    result: _Edited


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    code: int
    message: str | None = None
    status: str = ""
    errors: list[_Reason] = []


class _Errors(msgspec.Struct, frozen=True):
    error: _Error


class GooglePlay:
    """One app."""

    name = "Google Play"

    def __init__(self, config: GooglePlayConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._package = config.package_name
        self._path = f"applications/{config.package_name}/reviews"
        self._tokens = Tokens(config, http, now)
        self._client = StoreClient(
            http,
            base_url=config.base_url,
            timeout_s=config.request_timeout_s,
            now=now,
            token=self._tokens.token,
            fault=read_fault,
            busy_codes=frozenset(
                {
                    "RESOURCE_EXHAUSTED",
                    "rateLimitExceeded",
                    "userRateLimitExceeded",
                    "quotaExceeded",
                    "dailyLimitExceeded",
                }
            ),
            cure=_CURE,
        )

    async def pages(self, *, now: datetime) -> AsyncIterator[Sequence[bytes]]:  # noqa: ARG002 - the store knows a week
        """What was written or changed in a week, the newest change first. See Store."""
        place = ""
        for _ in range(MOST_PAGES):
            page = await self._page(place, limit=PER_PAGE)
            yield [bytes(one) for one in page.reviews]
            following = page.token_pagination.next_page_token
            if not following or following == place:
                return
            place = following

    async def reply(self, review_id: str, text: str) -> str:
        """See Store. Some reviews take no answer although the account may answer: then that is no fault of its key."""
        path = f"{self._path}/{quote(review_id, safe='')}:reply"
        try:
            await self._client.ask("POST", path, _Replied, content={"replyText": text})
        except AuthFailed as exc:
            await self.probe()
            raise Rejected(f"Google Play takes no answer to this review: {exc}") from exc
        return f"reply:{review_id}"

    async def probe(self) -> str:
        await self._page("", limit=1)
        return self._package

    async def _page(self, place: str, *, limit: int) -> _Page:
        params = [("maxResults", str(limit)), *([("token", place)] if place else [])]
        try:
            try:
                return await self._client.ask("GET", self._path, _Page, params=params)
            except AuthFailed:
                if not self._tokens.forget():
                    raise
                return await self._client.ask("GET", self._path, _Page, params=params)
        except Rejected as exc:
            raise Unavailable(f"the store doesn't list the app's reviews; is package_name right? {exc}") from exc


def read_fault(body: bytes) -> Fault | None:
    """What a refusal says; its reason names a quota more surely than its status does."""
    try:
        error = msgspec.json.decode(body, type=_Errors).error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    reason = error.errors[0].reason if error.errors else ""
    return Fault(code=reason or error.status or str(error.code), words=error.message or "")
