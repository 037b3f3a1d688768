"""What many customers report at once.

Made by `make client`; not changed by hand.
"""

from collections.abc import Iterator
from typing import Literal

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Id, Tagged, part
from channelhub.client.paging import every


class Outages:
    """What many customers report at once."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def page(
        self,
        *,
        open: bool | None = None,
        before: str | int | None = None,
        limit: int | None = None,
        language: Literal["en", "ru", "uk"] | None = None,
    ) -> shapes.OutagePage:
        """Outages, the newest first."""
        return self._hub.ask(
            Call("GET", "/api/v1/outages", query={"open": open, "before": before, "limit": limit, "language": language})
        )

    def every(
        self,
        *,
        open: bool | None = None,
        before: str | None = None,
        limit: int | None = None,
        language: Literal["en", "ru", "uk"] | None = None,
    ) -> Iterator[shapes.OutageView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every(lambda cursor: self.page(open=open, before=cursor, limit=limit, language=language), before)

    def emerging(self) -> shapes.EmergingList:
        """Bursts that may become outages: evidence is rising, but not enough to suspect one."""
        return self._hub.ask(Call("GET", "/api/v1/outages/emerging"))

    def get(self, outage_id: Id, *, language: Literal["en", "ru", "uk"] | None = None) -> shapes.OutageDetail:
        """An outage with its reports and what explains it."""
        return self._hub.ask(Call("GET", f"/api/v1/outages/{part(outage_id)}", query={"language": language}))

    def get_tagged(
        self, outage_id: Id, *, language: Literal["en", "ru", "uk"] | None = None
    ) -> Tagged[shapes.OutageDetail]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/outages/{part(outage_id)}", query={"language": language}))

    def get_if_changed(
        self, outage_id: Id, etag: str, *, language: Literal["en", "ru", "uk"] | None = None
    ) -> Tagged[shapes.OutageDetail] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(
            Call("GET", f"/api/v1/outages/{part(outage_id)}", query={"language": language}, if_none_match=etag)
        )

    def confirm(self, outage_id: Id, body: shapes.OutageDecision, *, key: str = "") -> shapes.OutageDetail:
        """It is an outage."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/confirm", body=body, key=key))

    def monitor(self, outage_id: Id, body: shapes.OutageDecision, *, key: str = "") -> shapes.OutageDetail:
        """The fix is in: watch whether reports go on."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/monitor", body=body, key=key))

    def dismiss(self, outage_id: Id, body: shapes.OutageDecision, *, key: str = "") -> shapes.OutageDetail:
        """It is none; stay silent about the same for a while."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/dismiss", body=body, key=key))

    def resolve(self, outage_id: Id, body: shapes.OutageDecision, *, key: str = "") -> shapes.OutageDetail:
        """It is over."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/resolve", body=body, key=key))

    def postmortem(
        self, outage_id: Id, *, language: Literal["en", "ru", "uk"] | None = None, reports: bool | None = None
    ) -> shapes.PostmortemView:
        """The record of an outage: course, numbers, how long everything took."""
        return self._hub.ask(
            Call(
                "GET", f"/api/v1/outages/{part(outage_id)}/postmortem", query={"language": language, "reports": reports}
            )
        )

    def merge(self, outage_id: Id, body: shapes.OutageMerge, *, key: str = "") -> shapes.OutageDetail:
        """It is the same matter as another, which gets its reports."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/merge", body=body, key=key))

    def unmerge(self, outage_id: Id, body: shapes.OutageDecision, *, key: str = "") -> shapes.OutageDetail:
        """A merged outage stands on its own again."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/unmerge", body=body, key=key))

    def split(self, outage_id: Id, body: shapes.OutageSplit, *, key: str = "") -> shapes.OutageDetail:
        """These reports are another matter: a new outage."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/split", body=body, key=key))

    def add_member(self, outage_id: Id, body: shapes.OutageMember, *, key: str = "") -> shapes.OutageDetail:
        """A message belongs to it, and to no other open outage."""
        return self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/members", body=body, key=key))

    def remove_member(self, outage_id: Id, message_id: Id, *, version: int | None = None) -> shapes.OutageDetail:
        """A message is about something else, for good."""
        return self._hub.ask(
            Call("DELETE", f"/api/v1/outages/{part(outage_id)}/members/{part(message_id)}", query={"version": version})
        )
