"""What happens to customers elsewhere, in English."""

from typing import Final

ENGLISH_JOURNEYS: Final[dict[str, str]] = {
    "journey_cart.abandoned": "Basket left",
    "journey_order.placed": "Order placed",
    "journey_order.confirmed": "Order confirmed",
    "journey_order.changed": "Order changed",
    "journey_order.cancelled": "Order cancelled",
    "journey_order.completed": "Order completed",
    "journey_payment.pending": "Payment begun",
    "journey_payment.succeeded": "Paid",
    "journey_payment.failed": "Payment failed",
    "journey_payment.refunded": "Money returned",
    "journey_payment.disputed": "Payment disputed",
    "journey_warehouse.reserved": "Goods set aside",
    "journey_warehouse.packed": "Parcel packed",
    "journey_warehouse.out_of_stock": "Out of stock",
    "journey_delivery.shipped": "Shipped",
    "journey_delivery.delayed": "Delivery delayed",
    "journey_delivery.ready_for_pickup": "Ready for pickup",
    "journey_delivery.delivered": "Delivered",
    "journey_delivery.failed": "Delivery failed",
    "journey_return.requested": "Return requested",
    "journey_return.received": "Return received",
    "journey_return.rejected": "Return rejected",
    "journey_return.completed": "Return completed",
    "journey_crm.registered": "Registered",
    "journey_crm.profile_changed": "Profile changed",
    "journey_crm.subscribed": "Subscribed",
    "journey_crm.unsubscribed": "Unsubscribed",
    "journey_crm.called": "Called by us",
}
