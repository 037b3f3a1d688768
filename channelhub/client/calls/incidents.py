"""Registered contacts that want an answer.

Made by `make client`; not changed by hand.
"""

from collections.abc import Iterator

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Form, Id, Tagged, part
from channelhub.client.paging import every


class Incidents:
    """Registered contacts that want an answer."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def page(
        self,
        *,
        folder: shapes.Folder | None = None,
        state: shapes.IncidentState | None = None,
        assignee: str | None = None,
        channel: str | None = None,
        account: str | None = None,
        tag: str | None = None,
        order: shapes.Order | None = None,
        before: str | int | None = None,
        limit: int | None = None,
    ) -> shapes.IncidentPage:
        """Incidents, by folder, filters and order. Filters by account and channel, and by tag in the order of changes,
        look at a few thousand incidents a page: it may then have fewer items than `limit`, and `next`.
        """
        return self._hub.ask(
            Call(
                "GET",
                "/api/v1/incidents",
                query={
                    "folder": folder,
                    "state": state,
                    "assignee": assignee,
                    "channel": channel,
                    "account": account,
                    "tag": tag,
                    "order": order,
                    "before": before,
                    "limit": limit,
                },
            )
        )

    def every(
        self,
        *,
        folder: shapes.Folder | None = None,
        state: shapes.IncidentState | None = None,
        assignee: str | None = None,
        channel: str | None = None,
        account: str | None = None,
        tag: str | None = None,
        order: shapes.Order | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[shapes.IncidentView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every(
            lambda cursor: self.page(
                folder=folder,
                state=state,
                assignee=assignee,
                channel=channel,
                account=account,
                tag=tag,
                order=order,
                before=cursor,
                limit=limit,
            ),
            before,
        )

    def folders(self) -> shapes.FolderList:
        """How many incidents each folder of the inbox has."""
        return self._hub.ask(Call("GET", "/api/v1/incidents/folders"))

    def get(self, incident_id: Id) -> shapes.IncidentView:
        """An incident."""
        return self._hub.ask(Call("GET", f"/api/v1/incidents/{part(incident_id)}"))

    def get_tagged(self, incident_id: Id) -> Tagged[shapes.IncidentView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/incidents/{part(incident_id)}"))

    def get_if_changed(self, incident_id: Id, etag: str) -> Tagged[shapes.IncidentView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/incidents/{part(incident_id)}", if_none_match=etag))

    def change(self, incident_id: Id, body: shapes.IncidentChange, *, if_match: str = "") -> shapes.ChangedIncident:
        """Change an incident's state, priority or assignee."""
        return self._hub.ask(Call("PATCH", f"/api/v1/incidents/{part(incident_id)}", body=body, if_match=if_match))

    def tag(self, incident_id: Id, body: shapes.TagsIn) -> shapes.ChangedIncident:
        """Say which tags an incident has."""
        return self._hub.ask(Call("PUT", f"/api/v1/incidents/{part(incident_id)}/tags", body=body))

    def snooze(self, incident_id: Id, body: shapes.SnoozeIn) -> shapes.ChangedIncident:
        """Put an incident out of sight for a while."""
        return self._hub.ask(Call("PUT", f"/api/v1/incidents/{part(incident_id)}/snooze", body=body))

    def wake(self, incident_id: Id) -> shapes.ChangedIncident:
        """Bring a snoozed incident back."""
        return self._hub.ask(Call("DELETE", f"/api/v1/incidents/{part(incident_id)}/snooze"))

    def change_many(self, body: shapes.BulkChange, *, key: str = "") -> shapes.BulkOutcome:
        """Change many incidents at once."""
        return self._hub.ask(Call("POST", "/api/v1/incidents/bulk", body=body, key=key))

    def undo(self, undo_id: Id, *, key: str = "") -> shapes.BulkOutcome:
        """Take back what you did within ten minutes. Each incident gets back what it had, unless it was changed since:
        that one is left alone.
        """
        return self._hub.ask(Call("POST", f"/api/v1/undo/{part(undo_id)}", key=key))

    def views(self) -> shapes.ViewList:
        """Saved views of the inbox."""
        return self._hub.ask(Call("GET", "/api/v1/views"))

    def save_view(self, body: shapes.ViewIn, *, key: str = "") -> shapes.SavedView:
        """Save a view of the inbox."""
        return self._hub.ask(Call("POST", "/api/v1/views", body=body, key=key))

    def view(self, view_id: Id) -> shapes.SavedView:
        """A saved view."""
        return self._hub.ask(Call("GET", f"/api/v1/views/{part(view_id)}"))

    def view_tagged(self, view_id: Id) -> Tagged[shapes.SavedView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/views/{part(view_id)}"))

    def view_if_changed(self, view_id: Id, etag: str) -> Tagged[shapes.SavedView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/views/{part(view_id)}", if_none_match=etag))

    def change_view(self, view_id: Id, body: shapes.ViewChange, *, if_match: str = "") -> shapes.SavedView:
        """Change a saved view of yours."""
        return self._hub.ask(Call("PATCH", f"/api/v1/views/{part(view_id)}", body=body, if_match=if_match))

    def remove_view(self, view_id: Id) -> None:
        """Delete a saved view of yours."""
        self._hub.ask(Call("DELETE", f"/api/v1/views/{part(view_id)}", form=Form.NOTHING))
