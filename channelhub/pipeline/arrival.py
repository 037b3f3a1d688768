"""One item of one delivery on its way through the pipeline, and the names it will be known by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from channelhub.content.features import Features
from channelhub.domain.inbound import (
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    MonitoringAlert,
    NewMessage,
)
from channelhub.domain.raw import RawMessage
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import identity as identity_rules
from channelhub.rules import threading
from channelhub.rules.identity import Claim
from channelhub.rules.threading import Place
from channelhub.store.messages import message_key

TakeId = Callable[[], int]  # a new id of the sequence that deliveries and outgoing messages share


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """`id` is what a message made of this item will have: derived from its place in the inbox."""

    id: int
    inbox_id: int
    raw: RawMessage
    received_at: datetime
    item: Inbound
    features: Features | None
    is_replayed: bool = False  # read again from history: opens no incident, tells nobody


def key_of(arrived: Arrived, book: Rulebook) -> str:
    """Under which an item is stored once. Edits and deletions have the key of what they change."""
    item = arrived.item
    message = item.message if isinstance(item, EditedMessage) else item
    is_everywhere = isinstance(message, NewMessage) and message.is_same_everywhere
    scope = "" if is_everywhere else arrived.raw.account
    kind = "" if isinstance(item, NewMessage | EditedMessage | DeletedMessage) else f"/{type(item).__name__}"
    return message_key(scope, book.account(arrived.raw.account).channel + kind, item.external_id)


def claims_of(arrived: Arrived, book: Rulebook) -> tuple[Claim, ...]:
    """The sender's handles, the one that wrote first; empty where an item has no sender."""
    item = arrived.item
    message = item.message if isinstance(item, EditedMessage) else item
    if isinstance(message, DeletedMessage | DeliveryStatus | MonitoringAlert) or message.sender is None:
        return ()
    return identity_rules.claims(
        message.sender,
        account=arrived.raw.account,
        fallback=arrived.raw.delivery_id,
        default_region=book.default_region,
    )


def own_place_of(message: NewMessage, arrived: Arrived, book: Rulebook, identity_id: int) -> Place:
    """The conversation that a message opens when nothing else says where it belongs."""
    account = arrived.raw.account
    return threading.own_place(message, account=account, channel=book.account(account).channel, identity_id=identity_id)


def is_mail(message: NewMessage, arrived: Arrived, book: Rulebook) -> bool:
    """Whether Message-IDs say where it belongs."""
    return threading.is_mail(message.thread, book.account(arrived.raw.account).channel)
