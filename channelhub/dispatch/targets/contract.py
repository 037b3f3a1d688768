"""What a receiver of alerts is asked to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channelhub.domain.alerts import AlertAction, OutageAlert
from channelhub.rules.event_alerts.showing import Tone
from channelhub.rules.event_alerts.words import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell. `external_ref` is the receiver's name for the alert, from what was told before it.

    `may_repeat`: an earlier attempt was cut off, so the receiver may have it already. `name` is this one's own among
    those of the alert, the same at every attempt.
    """

    key: str
    action: AlertAction
    alert: OutageAlert
    at: datetime
    external_ref: str = ""
    may_repeat: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message about an event, to be shown as the plain text that it is. `key` is the same at every attempt."""

    key: str
    title: str
    text: str
    link: str
    tone: Tone
    may_repeat: bool = False

    def body(self, language: str) -> str:
        """The lines below the title, without the link; empty where there are none."""
        repeated = [word(language, "repeated")] if self.may_repeat else []
        return "\n".join([*([self.text] if self.text else []), *repeated])


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


class Messenger(Target, Protocol):
    """A target that can be told of any event."""

    async def post(self, message: Message) -> None:
        """Show a message once more. Raises as `tell` does."""
