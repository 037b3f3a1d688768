"""What a receiver of alerts is asked to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channelhub.domain.alerts import AlertAction, OutageAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell. `external_ref` is the receiver's name for the alert, from what was told before it.

    `may_repeat`: an earlier attempt was cut off, so the receiver may have it already.
    """

    key: str
    action: AlertAction
    alert: OutageAlert
    at: datetime
    external_ref: str = ""
    may_repeat: bool = False


class Target(Protocol):
    """One configured receiver."""

    @property
    def refresh_s(self) -> float | None:
        """An open alert is told again after so many seconds; None: once is enough."""

    async def tell(self, notice: Notice) -> str:
        """The receiver's name for the alert, empty where it has none.

        Raises Unavailable when it surely was not taken, AuthFailed when the secret is refused, Rejected when it never
        will be taken; anything else means that it may have been.
        """
