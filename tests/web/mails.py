"""Puts mails through the real processing, without parser children."""

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.pipeline.files import stored_files
from channelhub.pipeline.process import Delivered, process
from channelhub.store.inbox import Delivery
from connectors.email.parse import parse
from tests.web.conftest import BEGAN, BOOK, Hub


async def receive_mail(hub: Hub, body: bytes, *, sender: str = "ann@example.com") -> str:
    """A mail comes at the account `mail`; its message's id."""
    raw = RawMessage(
        account="mail",
        delivery_id=f"{hash(body)}",
        body=body,
        content_type="message/rfc822",
        envelope=Envelope(mail_from=sender),
    )
    delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="mail", received_at=BEGAN)
    (receipt,) = await hub.store.writer.deliver(delivery)
    items = tuple(stored_files(item, hub.store.blobs.put) for item in parse(raw))
    one = Delivered(inbox_id=receipt.inbox_id, raw=raw, received_at=BEGAN, items=items, features=(None,) * len(items))
    writer = hub.store.writer
    await writer.batch(lambda session: process(session, [one], BOOK, next_id=writer.take_id))
    hub.committed()
    return str(receipt.inbox_id * 1024)
