"""A message that was taken for spam, over the API and on the pages."""

from channelhub.domain.raw import RawMessage
from channelhub.pipeline.process import process
from channelhub.store.inbox import Delivery
from tests.pipeline.workshop import read_by_hand, words
from tests.web.conftest import BEGAN, BOOK, Hub
from tests.web.flow import receive
from tests.web.test_notices import call, open_page, press


async def taken_for_spam(hub: Hub) -> str:
    """A message of a customer that a form's doubts outweighed; its id."""
    raw = RawMessage(account="shop", delivery_id="s1", body=b"{}")
    delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="shop", received_at=BEGAN)
    (receipt,) = await hub.store.writer.deliver(delivery)
    message = words("s1", "email:hanna@example.com", "Не проходить оплата", spam_score=0.95)
    batch = [read_by_hand(receipt.inbox_id, raw, BEGAN, [message])]
    writer = hub.store.writer
    await writer.batch(lambda session: process(session, batch, BOOK, next_id=writer.take_id))
    return str(receipt.inbox_id * 1024)


async def test_an_agent_says_over_the_api_that_it_is_none(hub: Hub) -> None:
    message_id = await taken_for_spam(hub)
    _, before = await call(hub, "GET", f"/messages/{message_id}")
    at = f"/messages/{message_id}/not-spam"
    denied, _ = await call(hub, "POST", at, role="ingest")
    first = await call(hub, "POST", at, role="agent")
    again = await call(hub, "POST", at, role="agent")
    _, after = await call(hub, "GET", f"/messages/{message_id}")
    _, opened = await call(hub, "GET", f"/incidents/{message_id}")

    assert denied == 403
    assert first == again == (200, {"id": message_id, "incident_id": message_id, "incident_number": opened["number"]})
    assert (before["spam"], before["incident_id"], before["marks"]) == (True, None, [])
    assert (after["spam"], after["incident_id"], after["marks"]) == (False, message_id, ["not-spam"])
    assert opened["state"] == "new"


async def test_what_is_no_spam_and_what_there_is_not_is_refused(hub: Hub) -> None:
    honest = await receive(hub, "Не проходить оплата")
    marked, problem = await call(hub, "POST", f"/messages/{honest}/not-spam")
    nothing, _ = await call(hub, "POST", "/messages/5/not-spam")

    assert (marked, nothing) == (409, 404)
    assert "is not marked as spam" in problem["detail"]


async def test_a_button_stands_beside_it_until_it_is_pressed(hub: Hub) -> None:
    message_id = await taken_for_spam(hub)
    _, card = await call(hub, "GET", "/customers/lookup?identity=email:hanna@example.com")
    customer = f"/customers/{card['customer']['id']}"
    before = [await open_page(hub, page, language="en") for page in (customer, f"/messages/{message_id}")]
    pressed = await press(hub, f"/messages/{message_id}/not-spam", customer=card["customer"]["id"])
    after = [await open_page(hub, page, language="en") for page in (customer, f"/messages/{message_id}")]

    assert all(f'action="/messages/{message_id}/not-spam"' in page and "It is no spam" in page for page in before)
    assert pressed == (303, f"{customer}#m{message_id}")
    assert all("It is no spam" not in page and "not spam" in page for page in after)
