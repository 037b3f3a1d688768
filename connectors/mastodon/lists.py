"""Lists of an instance, read from where we are to their end: the oldest first, none passed over."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import msgspec

from connectors.mastodon.client import MastodonClient
from connectors.mastodon.delivery import moment, peek_at
from connectors.mastodon.shapes import Peek

MOST_BACK = 100  # pages, while the place to begin at is looked for
#: Notifications that nobody addressed to us. Everything else is asked for, also what was invented after this.
_NOISE: Final = (
    "follow", "follow_request", "poll", "update", "quoted_update", "status", "admin.sign_up", "admin.report",
)  # fmt: skip


class Listing(msgspec.Struct, frozen=True):
    """A list: where it is, how many of it one answer has at most, and what is asked for."""

    path: str
    limit: int
    params: tuple[tuple[str, str], ...] = ()


NOTIFICATIONS = Listing(path="v1/notifications", limit=80, params=tuple(("exclude_types[]", kind) for kind in _NOISE))


def own_posts(account_id: str) -> Listing:
    """What the account itself posts, answers that nobody else sees included."""
    return Listing(path=f"v1/accounts/{account_id}/statuses", limit=40, params=(("exclude_reblogs", "true"),))


async def pages_after(client: MastodonClient, listing: Listing, place: str) -> AsyncIterator[list[msgspec.Raw]]:
    """What the list has after an id, page by page, the oldest first. `min_id` gives what comes next after it; with
    `since_id` the newest would come, and what lies between be lost."""
    while True:
        page = await _page(client, listing, ("min_id", place), limit=listing.limit)
        page.sort(key=lambda one: number(peek_at(one)))
        if not page:
            return
        yield page
        following = place_behind(page, place)
        if following == place:
            return
        place = following


async def newest(client: MastodonClient, listing: Listing) -> list[msgspec.Raw]:
    """The latest page."""
    return await _page(client, listing, limit=listing.limit)


async def beginning(client: MastodonClient, listing: Listing, floor: datetime) -> str:
    """The id after which the list is younger than `floor`; "0" where all of it is."""
    before: tuple[str, str] | None = None
    for _ in range(MOST_BACK):
        page = [
            peek_at(one) for one in await _page(client, listing, *([before] if before else []), limit=listing.limit)
        ]
        old = [number(one) for one in page if (at := moment(one.created_at)) is not None and at < floor]
        if old:
            return str(max(old))
        if not page:
            break
        before = ("max_id", str(min(map(number, page))))
    return "0"


def place_behind(page: list[msgspec.Raw], place: str) -> str:
    """The id after which a page's next one begins; the one before it where the page tells none."""
    return str(max(int(place), *(number(peek_at(one)) for one in page)))


def number(peek: Peek) -> int:
    """Ids are numbers, and in their order."""
    return int(peek.id) if peek.id.isascii() and peek.id.isdigit() and len(peek.id) <= 30 else 0


async def _page(client: MastodonClient, listing: Listing, *place: tuple[str, str], limit: int) -> list[msgspec.Raw]:
    return await client.get(listing.path, list[msgspec.Raw], params=[("limit", str(limit)), *place, *listing.params])
