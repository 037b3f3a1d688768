"""Those who write by a form are answered by mail, those who write in an app are answered in the app."""

import asyncio
import email
import email.policy
import json
import time
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.connectors.api.shopapp import SECRET, ShopApp, shop_app
from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.test_mail_conversations import OURS, messages, send, shown, written

HANNA = "hanna@example.com"
MAIL = 'kind = "smtp"\nrelay_host = "127.0.0.1"\nrelay_port = {port}\nfrom_address = "{ours}"\nplus_addressing = true\n'
MORE = """reply_url = "{url}"
reply_secret = "{secret}"
reply_networks = ["127.0.0.0/8"]
[accounts.site-form]
kind = "webform"
answers_by = "mail"
"""


@pytest.fixture
async def out() -> AsyncIterator[Keeper]:
    async with relay(Keeper()) as keeper:
        yield keeper


@pytest.fixture
async def app() -> AsyncIterator[ShopApp]:
    async with shop_app() as running:
        yield running


@pytest.fixture
async def daemon(tmp_path: Path, out: Keeper, app: ShopApp) -> AsyncIterator[Daemon]:
    sending = MAIL.replace("{port}", str(out.port)).replace("{ours}", OURS)
    config = CONFIG.replace('kind = "smtp"\n', sending, 1).replace("acknowledge = false", "acknowledge = true")
    daemon = Daemon(tmp_path, config=config + MORE.replace("{url}", app.url).replace("{secret}", SECRET))
    await daemon.start()
    yield daemon
    daemon.end()


async def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


async def post(daemon: Daemon, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {**daemon.authorization(), "Content-Type": "application/json", "Accept": "application/json"}

    def call() -> dict[str, Any]:
        request = Request(daemon.url + path, data=json.dumps(body).encode(), headers=headers)
        with urlopen(request, timeout=60) as answer:
            return dict(json.loads(answer.read()))

    return await asyncio.to_thread(call)


def mail_of(out: Keeper, number: int) -> EmailMessage:
    read = email.message_from_bytes(out.mails[number][2], policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.slow
async def test_a_forms_visitor_is_answered_by_mail_and_their_mail_goes_on_in_the_same_conversation(
    daemon: Daemon, out: Keeper
) -> None:
    await post(daemon, "/forms/site-form", {"message": "Оплата не проходить, допоможіть, будь ласка", "email": HANNA})
    await until(lambda: len(out.mails) == 1, "no acknowledgement")
    told = mail_of(out, 0)
    (ours, first) = await shown(daemon, HANNA, lambda items: [one["state"] for one in messages(items)][:1] == ["sent"])
    await post(daemon, f"/api/v1/conversations/{first['conversation_id']}/replies", {"text": "Вже лагодимо"})
    await until(lambda: len(out.mails) == 2, "no answer")
    answered = mail_of(out, 1)
    thanks = written("t1", HANNA, "Re: x", f"In-Reply-To: {answered['Message-ID']}")
    await send(daemon, thanks, sender=HANNA)
    items = await shown(daemon, HANNA, lambda items: len(messages(items)) == 4)

    assert (told["To"], told["In-Reply-To"]) == (HANNA, None)
    assert "звернення" in str(told["Subject"])
    assert (ours["channel"], ours["account"], ours["direction"]) == ("form", "site-form", "out")
    assert {one["conversation_id"] for one in messages(items)} == {first["conversation_id"]}
    assert messages(items)[0]["channel"] == "email"


@pytest.mark.slow
async def test_a_bounce_of_such_a_mail_is_told_beside_it(daemon: Daemon, out: Keeper) -> None:
    await post(daemon, "/forms/site-form", {"message": "Where is my parcel?", "email": HANNA})
    await until(lambda: len(out.mails) == 1, "no acknowledgement")
    items = await shown(daemon, HANNA, lambda items: len(messages(items)) == 2)
    first = items[-1]
    await post(daemon, f"/api/v1/conversations/{first['conversation_id']}/replies", {"text": "On its way"})
    await until(lambda: len(out.mails) == 2, "no answer")
    report = (
        "From: MAILER-DAEMON@mx.example.net\nTo: <>\nSubject: Undelivered\nMessage-ID: <b1@mx.example.net>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; {HANNA}\nAction: failed\nStatus: 5.1.1\n--b--\n"
    )
    await send(daemon, report.encode(), sender="", to=str(out.mails[1][0]))
    items = await shown(daemon, HANNA, lambda items: any(one["state"] == "failed" for one in messages(items)))

    assert [one["text"] for one in messages(items) if one["state"] == "failed"] == ["On its way"]


@pytest.mark.slow
async def test_an_apps_customer_is_answered_in_the_app(daemon: Daemon, app: ShopApp) -> None:
    person = {"name": "Ганна", "identities": [{"kind": "external", "value": "crm-17"}]}
    body = {
        "account": "shop",
        "external_id": "app-1",
        "sender": person,
        "text": "Где мой заказ?",
        "conversation": "c-9",
    }
    await post(daemon, "/api/v1/messages", body)
    await until(lambda: len(app.taken) == 1, "no acknowledgement")
    (_, first) = await shown(
        daemon, "crm-17", lambda items: [one["state"] for one in messages(items)][:1] == ["sent"], kind="external"
    )
    app.status = 503
    await post(daemon, f"/api/v1/conversations/{first['conversation_id']}/replies", {"text": "Уже едет"})
    await until(lambda: app.paths.count("/messages") >= 2, "not tried")
    app.status = 204
    await until(lambda: len(app.taken) == 2, "not tried again")

    told, answered = (one.data for one in app.taken)
    assert told["to"] == answered["to"] == {"kind": "external", "value": "crm-17"}
    assert (told["automatic"], answered["automatic"]) == (True, False)
    assert (answered["conversation"], answered["in_reply_to"], answered["text"]) == ("c-9", "app-1", "Уже едет")
    assert (told["language"], app.refused) == ("ru", 0)
