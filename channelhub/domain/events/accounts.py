"""Events of accounts: whether a connector works."""

from typing import Annotated, ClassVar

import msgspec

from channelhub.domain.events.payload import Account, EventType, Payload


class ConnectorData(Payload, frozen=True, kw_only=True):
    """An account and how it is doing."""

    account: Account
    kind: Annotated[str, msgspec.Meta(description="smtp, imap, telegram, webform, api, …")]
    state: Annotated[str, msgspec.Meta(description="ok; down: it is tried again; auth-failed: it waits for a person.")]
    detail: Annotated[str, msgspec.Meta(description="What is wrong, in a sentence for an operator; empty when up.")]


class ConnectorDown(ConnectorData, frozen=True, kw_only=True):
    """An account doesn't work: nothing comes in or goes out there. What was taken in before is safe."""

    TYPE: ClassVar[str] = "connector.down"


class ConnectorUp(ConnectorData, frozen=True, kw_only=True):
    """An account works."""

    TYPE: ClassVar[str] = "connector.up"


TYPES = (
    EventType(
        payload=ConnectorDown,
        when="When an account stops working, can't be started, or now fails because its password is refused.",
        example=ConnectorDown(
            account="support-mailbox", kind="imap", state="auth-failed", detail="the server refuses the password"
        ),
    ),
    EventType(
        payload=ConnectorUp,
        when="When it works again, and at each start of the hub.",
        example=ConnectorUp(account="support-mailbox", kind="imap", state="ok", detail=""),
    ),
)
