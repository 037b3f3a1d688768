"""Sending again over the API and on the notice's page."""

import pytest

from channelhub.domain.outbound import Outbound, OutboxState
from channelhub.domain.times import to_us
from channelhub.store import messages, outbox, recipients, timeline
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from channelhub.store.recipients import Recipient
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive
from tests.web.test_notices import TEXTS, call, open_page, outage, press
from tests.web.test_ways import opened, written

OWN = 9000 * 1024 + 1023


async def uncertain_notice(hub: Hub) -> str:
    """A notice of which one message may have arrived; its id."""
    reported = await receive(hub, "Не проходить оплата")
    outage_id = await outage(hub, reported)
    _, made = await call(hub, "POST", f"/outages/{outage_id}/notices", {"texts": TEXTS})
    await call(hub, "POST", f"/notices/{made['id']}/approve")
    notice_id, at_us = int(made["id"]), to_us(BEGAN)

    async def write(session: Session) -> None:
        one = await messages.get(session, int(reported))
        assert one is not None
        item = OutboxItem(
            id=9000, dedupe_key=f"notice:{notice_id}:1", kind="notice", account="bot", identity_id=one.identity_id,
            conversation_id=1, message_id=OWN, payload=Outbound(id=9000, to="7", text="We know."),
            state=OutboxState.QUEUED, due_us=at_us, created_us=at_us,
        )  # fmt: skip
        await outbox.add(session, [item])
        await outbox.settle(session, item, state=OutboxState.UNCERTAIN, at_us=at_us, error="cut off")
        decided = Recipient(
            notice_id=notice_id, identity_id=one.identity_id, message_id=one.id, outbox_id=9000, reason=None,
            account="bot", channel="telegram", language="uk", at_us=at_us,
        )  # fmt: skip
        await recipients.save(session, [decided])

    await hub.store.writer.command(write)
    return str(notice_id)


async def state(hub: Hub) -> str:
    async with hub.store.readers.read() as session:
        item = await outbox.get(session, 9000)
    assert item is not None
    return str(item.state)


async def test_what_is_shown_as_troubled_can_be_sent_again_once(hub: Hub) -> None:
    at = f"/notices/{await uncertain_notice(hub)}"
    _, before = await call(hub, "GET", at)
    body = {"messages": [one["message_id"] for one in before["troubled"]]}
    status, after = await call(hub, "POST", f"{at}/resend", body, role="lead")
    again, _ = await call(hub, "POST", f"{at}/resend", body)

    assert [one["state"] for one in before["troubled"]] == ["uncertain"]
    assert (status, after["counts"], after["troubled"]) == (200, {"queued": 1}, [])
    assert (again, await state(hub)) == (409, "queued")


async def test_any_message_of_ours_is_sent_again_by_its_own_id(hub: Hub) -> None:
    await uncertain_notice(hub)
    unsure, problem = await call(hub, "POST", f"/messages/{OWN}/send-again", role="agent")
    wrong, _ = await call(hub, "POST", f"/messages/{OWN}/send-again", {"may_arrive_twice": "yes"})
    status, told = await call(hub, "POST", f"/messages/{OWN}/send-again", {"may_arrive_twice": True}, role="agent")
    again, _ = await call(hub, "POST", f"/messages/{OWN}/send-again")
    nothing, _ = await call(hub, "POST", "/messages/5/send-again")

    assert (unsure, wrong) == (409, 422)
    assert "may have arrived (cut off)" in problem["detail"]
    assert (status, told) == (202, {"id": str(OWN), "state": "queued"})
    assert (again, nothing) == (409, 404)


async def test_a_list_that_names_nothing_of_the_notice_is_refused(hub: Hub) -> None:
    at = f"/notices/{await uncertain_notice(hub)}/resend"
    answered = [
        (await call(hub, "POST", at, {"messages": ids}))[0] for ids in ([], ["x"], ["5"], ["9" * 19], [str(OWN)] * 201)
    ]

    assert answered == [422, 422, 404, 422, 422]
    assert await state(hub) == "uncertain"


async def answered(hub: Hub, monkeypatch: pytest.MonkeyPatch, state: OutboxState) -> tuple[str, str]:
    """An answer of ours in a state; its customer's page and its id."""
    opened(monkeypatch)
    card = await written(hub)
    shop = next(one["conversation_id"] for one in card["replies"] if one["account"] == "shop")
    _, made = await call(hub, "POST", f"/conversations/{shop}/replies", {"text": "Вже їде"})

    async def write(session: Session) -> None:
        item = await outbox.of_message(session, int(made["id"]))
        assert item is not None
        await outbox.settle(session, item, state=state, at_us=to_us(BEGAN), error="cut off")
        await timeline.set_state(session, item.message_id, str(state))

    await hub.store.writer.command(write)
    return f"/customers/{card['customer']['id']}", str(made["id"])


async def state_of(hub: Hub, message_id: str) -> str:
    async with hub.store.readers.read() as session:
        item = await outbox.of_message(session, int(message_id))
    assert item is not None
    return str(item.state)


async def test_a_failed_answer_has_a_button_on_the_customers_page(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    customer, message_id = await answered(hub, monkeypatch, OutboxState.FAILED)
    before = await open_page(hub, customer, language="en")
    pressed = await press(hub, f"/messages/{message_id}/send-again", customer=customer.rpartition("/")[2])
    after = await open_page(hub, customer, language="en")

    assert "Send again" in before
    assert "I accept that it comes twice" not in before
    assert pressed == (303, f"{customer}#m{message_id}")
    assert await state_of(hub, message_id) == "queued"
    assert "Send again" not in after


async def test_an_uncertain_one_asks_for_a_persons_word(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    _, message_id = await answered(hub, monkeypatch, OutboxState.UNCERTAIN)
    shown = await open_page(hub, f"/messages/{message_id}", language="ru")
    without, _ = await press(hub, f"/messages/{message_id}/send-again")
    untouched = await state_of(hub, message_id)
    with_it = await press(hub, f"/messages/{message_id}/send-again", twice="yes")

    assert 'name="twice" value="yes" required' in shown
    assert "Отправить ещё раз" in shown
    assert (without, untouched) == (409, "uncertain")
    assert with_it == (303, f"/messages/{message_id}")
    assert await state_of(hub, message_id) == "queued"


async def test_the_page_has_a_button_beside_each(hub: Hub) -> None:
    page = f"/notices/{await uncertain_notice(hub)}"
    shown = await open_page(hub, page, language="uk")
    broken, _ = await press(hub, f"{page}/resend", message="x")
    pressed = await press(hub, f"{page}/resend", message=str(OWN))
    after = await open_page(hub, page)

    assert "Надіслати ще раз" in shown
    assert (broken, pressed, await state(hub)) == (422, (303, page), "queued")
    assert "Надіслати ще раз" not in after
