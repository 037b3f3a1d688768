"""Deliveries to store."""

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Cursor
from channelhub.store.inbox import Delivery
from tests.store.conftest import BEGAN


def raw(delivery_id: str, body: bytes = b"hello", *, account: str = "mail") -> RawMessage:
    return RawMessage(
        account=account, delivery_id=delivery_id, body=body, content_type="message/rfc822", envelope=Envelope()
    )


def delivery(*ids: str, body: bytes = b"hello", cursor: Cursor | None = None, account: str = "mail") -> Delivery:
    raws = [raw(one, body, account=account) for one in ids]
    return Delivery(raws=raws, blobs=[""] * len(raws), cursor=cursor, cursor_account=account, received_at=BEGAN)
