"""What is known to happen to customers elsewhere: the vocabulary of journey events. Other systems may send their own
types beside these; those are shown as they are called."""

from typing import Final

MAX_TYPE_CHARS: Final = 64
#: `family.what_happened`, in lower-case letters of ASCII.
TYPE_PATTERN: Final = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z"

KNOWN: Final[dict[str, str]] = {
    "cart.abandoned": "A basket was filled and left.",
    "order.placed": "The customer ordered.",
    "order.confirmed": "The shop took the order.",
    "order.changed": "What was ordered, or where it goes, has changed.",
    "order.cancelled": "Nothing will come of the order.",
    "order.completed": "The order is done with.",
    "payment.pending": "A payment was begun and isn't decided.",
    "payment.succeeded": "The money came.",
    "payment.failed": "A payment was refused or broke off.",
    "payment.refunded": "Money went back to the customer.",
    "payment.disputed": "The customer's bank wants the money back.",
    "warehouse.reserved": "The goods are set aside.",
    "warehouse.packed": "The parcel is ready.",
    "warehouse.out_of_stock": "Something ordered isn't there.",
    "delivery.shipped": "The parcel is with the carrier.",
    "delivery.delayed": "It will come later than promised.",
    "delivery.ready_for_pickup": "It waits at a branch or parcel locker.",
    "delivery.delivered": "The customer has it.",
    "delivery.failed": "The carrier could not hand it over.",
    "return.requested": "The customer wants to send something back.",
    "return.received": "What was sent back has come.",
    "return.rejected": "The shop doesn't take it back.",
    "return.completed": "The return is done with.",
    "crm.registered": "The customer opened an account.",
    "crm.profile_changed": "Their address, name or class has changed.",
    "crm.subscribed": "They want news, or a subscription began.",
    "crm.unsubscribed": "They want no more news, or a subscription ended.",
    "crm.called": "Somebody of us spoke with them.",
}


def family(name: str) -> str:
    """Of an event's type: `payment` of `payment.failed`."""
    return name.partition(".")[0]
