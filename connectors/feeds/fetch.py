"""One look at a feed: asked for only if it changed, and at its own place only."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.feeds.config import FeedConfig

MAX_FEED_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_REST_S = 6 * 3600.0  # a feed may ask to be left alone for so long
_TAG_CHARS = 500  # of an ETag or date that is sent back
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server has. `etag` and `modified` are sent back as they came; `rest_s` is what it asks for."""

    body: bytes
    charset: str
    etag: str
    modified: str
    rest_s: float


async def fetch(
    config: FeedConfig,
    http: aiohttp.ClientSession,
    now: Callable[[], datetime],
    *,
    etag: str = "",
    modified: str = "",
) -> Answer | None:
    """None where nothing changed. Raises Unavailable, and AuthFailed for what waits for a person."""
    url = config.url
    headers = {"Accept": _ACCEPT} | ({"If-None-Match": etag} if etag else {})
    headers |= {"If-Modified-Since": modified} if modified else {}
    try:
        for _ in range(MAX_REDIRECTS):
            async with http.get(
                url,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=config.request_timeout_s),
                allow_redirects=False,
            ) as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    url = _next(config.url, url, answer.headers.get("Location", ""))
                    continue
                return await _take(answer, now)
    except (aiohttp.ClientError, TimeoutError) as exc:
        raise Unavailable(f"the feed can't be had ({type(exc).__name__})") from exc
    except AnswerTooLong as exc:
        raise Unavailable(f"the feed is larger than {MAX_FEED_BYTES} bytes: ask its owner for a shorter one") from exc
    raise Unavailable("the feed's address leads from one to another without end")


async def _take(answer: aiohttp.ClientResponse, now: Callable[[], datetime]) -> Answer | None:
    match answer.status:
        case 304:
            return None
        case 200:
            body = await read_answer(answer, max_bytes=MAX_FEED_BYTES)
            age = _AGE.search(answer.headers.get("Cache-Control", ""))
            return Answer(
                body=body,
                charset=(answer.charset or "")[:40],
                etag=_sent_back(answer.headers.get("ETag", "")),
                modified=_sent_back(answer.headers.get("Last-Modified", "")),
                rest_s=min(float(age[1]), MAX_REST_S) if age else 0.0,
            )
        case 401 | 403:
            raise AuthFailed(f"the feed is not for everybody ({answer.status}): give an address that needs no login")
        case 410:
            raise AuthFailed("the feed is gone for good (410): put its new address into url, or remove the account")
        case 429 | 503:
            date = answer.headers.get("Date", "")
            wait_s = retry_after_s(answer.headers.get("Retry-After", ""), now=now(), date=date)
            raise Unavailable(f"the feed's server asks us to wait ({answer.status})", retry_after_s=wait_s)
        case status:
            raise Unavailable(f"there is no feed at url just now ({status})")


def _next(first: str, url: str, location: str) -> str:
    """Where a redirect leads, if that is the same host: another one may lie inside our network."""
    target = urlsplit(urljoin(url, location))
    host = (target.hostname or "").removeprefix("www.")
    if target.scheme not in ("http", "https") or host != (urlsplit(first).hostname or "").removeprefix("www."):
        raise Unavailable(f"the feed moved to {target.scheme}://{target.netloc[:100]}: put its new address into url")
    return target.geturl()


def _sent_back(value: str) -> str:
    """One that is too long to be one is not sent back; then the feed comes whole each time."""
    return value if len(value) <= _TAG_CHARS else ""
