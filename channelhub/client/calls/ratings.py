"""What customers say about how we did.

Made by `make client`; not changed by hand.
"""

from collections.abc import Iterator

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Id, Tagged, part
from channelhub.client.paging import every


class Ratings:
    """What customers say about how we did."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def page(
        self,
        *,
        outage_id: int | None = None,
        incident_id: int | None = None,
        before: str | int | None = None,
        limit: int | None = None,
    ) -> shapes.RatingPage:
        """What customers say about how we handled their problems."""
        return self._hub.ask(
            Call(
                "GET",
                "/api/v1/ratings",
                query={"outage_id": outage_id, "incident_id": incident_id, "before": before, "limit": limit},
            )
        )

    def every(
        self,
        *,
        outage_id: int | None = None,
        incident_id: int | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[shapes.RatingView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every(
            lambda cursor: self.page(outage_id=outage_id, incident_id=incident_id, before=cursor, limit=limit), before
        )

    def get(self, rating_id: Id) -> shapes.RatingDetail:
        """A rating with every answer that was given."""
        return self._hub.ask(Call("GET", f"/api/v1/ratings/{part(rating_id)}"))

    def get_tagged(self, rating_id: Id) -> Tagged[shapes.RatingDetail]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/ratings/{part(rating_id)}"))

    def get_if_changed(self, rating_id: Id, etag: str) -> Tagged[shapes.RatingDetail] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/ratings/{part(rating_id)}", if_none_match=etag))
