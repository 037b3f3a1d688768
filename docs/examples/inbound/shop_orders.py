"""An order of WooCommerce or Shopify, as their webhooks post it, as a body for POST /api/v1/journey-events.

    python shop_orders.py woocommerce shop < order.json
    python shop_orders.py shopify shop orders/paid < order.json

Prints one JSON object, or nothing where the order says nothing that customers' support would want to see. Check the
webhook's signature where you receive it, before this. Nothing is needed but Python.
"""

import json
import sys

#: WooCommerce: `status` of an order. "processing" is its word for "paid, not sent yet".
WOOCOMMERCE = {
    "pending": "order.placed",
    "on-hold": "payment.pending",
    "processing": "payment.succeeded",
    "completed": "order.completed",
    "cancelled": "order.cancelled",
    "refunded": "payment.refunded",
    "failed": "payment.failed",
}
#: Shopify: the header X-Shopify-Topic, and the order's field that says when.
SHOPIFY = {
    "orders/create": ("order.placed", "created_at"),
    "orders/paid": ("payment.succeeded", "updated_at"),
    "orders/fulfilled": ("delivery.shipped", "updated_at"),
    "orders/cancelled": ("order.cancelled", "cancelled_at"),
}


def woocommerce(account, order):
    """From the body of the topics order.created and order.updated."""
    what = WOOCOMMERCE.get(order["status"])
    if what is None:
        return None
    billing = order.get("billing") or {}
    when = order["date_created_gmt"] if what == "order.placed" else order["date_modified_gmt"]
    return event(
        account,
        what,
        order_id=order["id"],
        occurred_at=when + "Z",  # these two are UTC without saying so
        email=billing.get("email"),
        phone=billing.get("phone"),
        customer_id=order.get("customer_id"),  # 0 for guests
        name=[billing.get("first_name"), billing.get("last_name")],
        attributes={
            "order_number": order.get("number"),
            "sum": order.get("total"),
            "currency": order.get("currency"),
            "payment_method": order.get("payment_method_title"),
            "city": billing.get("city"),
        },
    )


def shopify(account, order, topic):
    """From the body of the topics above."""
    if topic not in SHOPIFY:
        return None
    what, field = SHOPIFY[topic]
    customer = order.get("customer") or {}
    return event(
        account,
        what,
        order_id=order["id"],
        occurred_at=order[field],
        email=order.get("email") or customer.get("email"),
        phone=order.get("phone") or customer.get("phone"),
        customer_id=customer.get("id"),
        name=[customer.get("first_name"), customer.get("last_name")],
        attributes={
            "order_number": order.get("name"),
            "sum": order.get("total_price"),
            "currency": order.get("currency"),
            "payment_method": ", ".join(order.get("payment_gateway_names") or []),
            "city": (order.get("shipping_address") or {}).get("city"),
        },
    )


def event(account, what, *, order_id, occurred_at, email, phone, customer_id, name, attributes):
    """The body; None where the order names nobody. The id is the order's and what happened: told again, it is the same
    event, and the first time stays."""
    given = (("external", customer_id), ("email", email), ("phone", phone))
    identities = [{"kind": kind, "value": str(value)} for kind, value in given if value]
    if not identities:
        return None
    return {
        "account": account,
        "external_id": f"order-{order_id}-{what}",
        "type": what,
        "occurred_at": occurred_at,
        "identities": identities,
        "name": " ".join(part for part in name if part)[:200],
        "attributes": {"order_id": str(order_id)}
        | {key: str(value)[:200] for key, value in attributes.items() if value},
    }


def main():
    shop, account, *topic = sys.argv[1:]
    order = json.load(sys.stdin)
    body = woocommerce(account, order) if shop == "woocommerce" else shopify(account, order, *topic)
    if body is not None:
        print(json.dumps(body, ensure_ascii=False))


if __name__ == "__main__":
    main()
