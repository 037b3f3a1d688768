"""Tells the owner of an endpoint by mail that it was disabled, through an account's outbox."""

from collections.abc import Callable
from dataclasses import dataclass

from channelhub.domain.message_ids import OWN_PLACE, message_id
from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.domain.webhooks import Endpoint
from channelhub.pipeline.rulebook import Wording
from channelhub.store import outbox
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem

KIND = "owner"
NOBODY = 0  # an owner is no customer: the mail stands in no conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerMail:
    """Through which account owners are written to, in which words. `next_id` gives an outbox id within a job."""

    account: str
    words: Callable[[Endpoint], Wording]
    next_id: Callable[[], int]

    async def queue(self, session: Session, endpoint: Endpoint, *, at_us: int) -> None:
        """Queue the mail in the transaction that disables the endpoint, once for each time that happens."""
        if not endpoint.owner_email:
            return
        words, outbox_id = self.words(endpoint), self.next_id()
        payload = Outbound(
            id=outbox_id,
            to=endpoint.owner_email,
            to_kind="email",
            subject=words.subject,
            text=words.text,
            is_automatic=True,
        )
        item = OutboxItem(
            id=outbox_id,
            dedupe_key=f"webhook-disabled:{endpoint.id}:{endpoint.version}",
            kind=KIND,
            account=self.account,
            identity_id=NOBODY,
            conversation_id=NOBODY,
            message_id=message_id(outbox_id, OWN_PLACE),
            payload=payload,
            state=OutboxState.QUEUED,
            due_us=at_us,
            created_us=at_us,
        )
        await outbox.add(session, [item])
