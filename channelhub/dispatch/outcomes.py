"""What became of a message that was handed over: how the call ended, and what was reported while it lasted."""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.dispatch.schedule import MAX_ATTEMPTS, next_try_s
from channelhub.domain.outbound import OutboxState, SendReceipt, SentParts
from channelhub.rules import delivery
from channelhub.sdk.parts import PartlySent
from channelhub.store.delivery_reports import MOST_KEPT, DeliveryReport
from channelhub.store.outbox import OutboxItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one try ended. `retry_s`: in how many seconds it is tried again; `parts`: what was sent, where several."""

    state: OutboxState
    error: str = ""
    external_ref: str = ""
    parts: SentParts | None = None
    retry_s: float | None = None
    is_blocked: bool = False

    @property
    def names(self) -> set[str]:
        """How the channel calls what it took."""
        return {self.external_ref, *(self.parts.names if self.parts else ())} - {""}

    @property
    def most_reports(self) -> int:
        """How many reports there may be on it."""
        return MOST_KEPT * (self.parts.total if self.parts else 1)

    def after(self, reported: Sequence[DeliveryReport]) -> tuple[OutboxState, str]:
        """The state once these reports are known, the newest first, and why."""
        if self.parts is None:
            state = delivery.state_after(self.state, [one.status for one in reported])
        else:
            state = delivery.state_of_parts(self.state, [(one.part, one.status) for one in reported], self.parts)
        decisive = next((one for one in reported if one.status is state), None)
        if decisive is None:
            return state, self.error
        which = delivery.which_part(decisive.part, self.parts) if self.parts and state is OutboxState.FAILED else ""
        return state, ": ".join(filter(None, (which, decisive.detail)))


def sent(receipt: SendReceipt) -> Outcome:
    """The channel took it."""
    several = SentParts(names=receipt.parts, total=len(receipt.parts)) if len(receipt.parts) > 1 else None
    return Outcome(state=OutboxState.SENT, external_ref=receipt.external_id, parts=several)


def unclear(exc: Exception) -> Outcome:
    """It may have arrived, or a part of it did."""
    if isinstance(exc, PartlySent) and exc.names:
        parts = SentParts(names=exc.names, total=exc.total)
        return Outcome(state=OutboxState.UNCERTAIN, error=str(exc), parts=parts)
    return Outcome(state=OutboxState.UNCERTAIN, error=f"it may have arrived: {type(exc).__name__}")


def closed(item: OutboxItem) -> Outcome:
    """The account is gone or not built just now: perhaps until the configuration is mended."""
    error = f"account {item.account} can't send: see its settings"
    if item.attempts + 1 >= MAX_ATTEMPTS:
        return Outcome(state=OutboxState.FAILED, error=error)
    return Outcome(state=OutboxState.QUEUED, error=error, retry_s=next_try_s(item.attempts, asked_s=None))
