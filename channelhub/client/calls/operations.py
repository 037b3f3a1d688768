"""Keeping the hub: accounts, parked deliveries, sending, history, probes.

Made by `make client`; not changed by hand.
"""

from collections.abc import Iterator
from typing import Literal

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Form, Id, Tagged, part
from channelhub.client.paging import every


class Operations:
    """Keeping the hub: accounts, parked deliveries, sending, history, probes."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def erasures(self, *, state: Literal["any", "not-compact", "open"] | None = None) -> shapes.ErasureList:
        """Receipts of erasures."""
        return self._hub.ask(Call("GET", "/api/v1/erasures", query={"state": state}))

    def erasure(self, erasure_id: Id) -> shapes.ErasureView:
        """The receipt of an erasure."""
        return self._hub.ask(Call("GET", f"/api/v1/erasures/{part(erasure_id)}"))

    def erasure_tagged(self, erasure_id: Id) -> Tagged[shapes.ErasureView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/erasures/{part(erasure_id)}"))

    def erasure_if_changed(self, erasure_id: Id, etag: str) -> Tagged[shapes.ErasureView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/erasures/{part(erasure_id)}", if_none_match=etag))

    def connectors(self) -> shapes.ConnectorList:
        """Every account and how it is doing."""
        return self._hub.ask(Call("GET", "/api/v1/connectors"))

    def probe(self, *, key: str = "") -> shapes.ConnectorList:
        """Ask every account's channel now, and tell how each is doing. Takes nothing from the channels. Each has 10 s
        to answer.
        """
        return self._hub.ask(Call("POST", "/api/v1/connectors/probe", key=key))

    def parked(self, *, after: str | int | None = None, limit: int | None = None) -> shapes.ParkedPage:
        """What could not be read."""
        return self._hub.ask(Call("GET", "/api/v1/parked", query={"after": after, "limit": limit}))

    def every_of_parked(self, *, after: str | None = None, limit: int | None = None) -> Iterator[shapes.ParkedView]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every(lambda cursor: self.parked(after=cursor, limit=limit), after)

    def parked_one(self, parked_id: Id) -> shapes.ParkedView:
        """One parked delivery."""
        return self._hub.ask(Call("GET", f"/api/v1/parked/{part(parked_id)}"))

    def parked_one_tagged(self, parked_id: Id) -> Tagged[shapes.ParkedView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/parked/{part(parked_id)}"))

    def parked_one_if_changed(self, parked_id: Id, etag: str) -> Tagged[shapes.ParkedView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/parked/{part(parked_id)}", if_none_match=etag))

    def retry_parked(self, parked_id: Id, *, key: str = "") -> None:
        """Read it again."""
        self._hub.ask(Call("POST", f"/api/v1/parked/{part(parked_id)}/retry", form=Form.NOTHING, key=key))

    def resume_sending(self, *, key: str = "") -> shapes.Resumed:
        """Let sending go on after a restore."""
        return self._hub.ask(Call("POST", "/api/v1/sending/resume", key=key))

    def audit(
        self,
        *,
        before: str | int | None = None,
        limit: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        customer: int | None = None,
    ) -> shapes.AuditPage:
        """Who did what, and who looked at whom."""
        return self._hub.ask(
            Call(
                "GET",
                "/api/v1/audit",
                query={"before": before, "limit": limit, "actor": actor, "action": action, "customer": customer},
            )
        )

    def every_of_audit(
        self,
        *,
        before: str | None = None,
        limit: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        customer: int | None = None,
    ) -> Iterator[shapes.AuditView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every(
            lambda cursor: self.audit(before=cursor, limit=limit, actor=actor, action=action, customer=customer), before
        )

    def replay(self, body: shapes.ReplayRequest, *, key: str = "") -> shapes.ReplayPage:
        """Read stored deliveries again and mend what comes from their bytes."""
        return self._hub.ask(Call("POST", "/api/v1/replay", body=body, key=key))

    def retention(self) -> shapes.RetentionView:
        """For how long events, audit and alerts are kept, and how removing older ones gets on."""
        return self._hub.ask(Call("GET", "/api/v1/retention"))

    def retention_preview(
        self,
        *,
        account: str | None = None,
        channel: str | None = None,
        days: int | None = None,
        keep_open: bool | None = None,
    ) -> shapes.RetentionPreview:
        """How many messages would go now by the rules, or by one to try."""
        return self._hub.ask(
            Call(
                "GET",
                "/api/v1/retention/preview",
                query={"account": account, "channel": channel, "days": days, "keep_open": keep_open},
            )
        )

    def sending(self) -> shapes.SendingSendingView:
        """What waits to be sent, and whether sending is paused."""
        return self._hub.ask(Call("GET", "/api/v1/sending"))

    def livez(self) -> shapes.Alive:
        """Whether the process is alive."""
        return self._hub.ask(Call("GET", "/livez"))

    def readyz(self) -> shapes.Ready:
        """Whether the database takes writes and the pipeline works."""
        return self._hub.ask(Call("GET", "/readyz"))

    def metrics(self) -> str:
        """Prometheus metrics: for this machine, or with an admin's token."""
        return self._hub.ask(Call("GET", "/metrics", form=Form.TEXT))
