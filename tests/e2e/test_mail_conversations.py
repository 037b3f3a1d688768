"""A customer's mail, an agent's answer through a relay, and what comes back: an answer, a stranger, a bounce."""

import asyncio
import email
import email.policy
import json
import smtplib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.connectors.email.relay import Keeper, relay
from tests.daemon import CONFIG, Daemon
from tests.e2e.talking import get

OURS = "support@shop.example"


@pytest.fixture
async def out() -> AsyncIterator[Keeper]:
    async with relay(Keeper()) as keeper:
        yield keeper


@pytest.fixture
async def daemon(tmp_path: Path, out: Keeper) -> AsyncIterator[Daemon]:
    sending = (
        f'kind = "smtp"\nrelay_host = "127.0.0.1"\nrelay_port = {out.port}\nfrom_address = "{OURS}"\n'
        'plus_addressing = true\ntrusted_authserv_ids = ["mx.shop.example"]\n'
    )
    daemon = Daemon(tmp_path, config=CONFIG.replace('kind = "smtp"\n', sending, 1))
    await daemon.start()
    yield daemon
    daemon.end()


def deliver(daemon: Daemon, raw: bytes, *, sender: str = "ann@example.com", to: str = OURS) -> None:
    with smtplib.SMTP("127.0.0.1", daemon.smtp_port, timeout=30) as smtp:
        smtp.sendmail(sender, [to], raw.replace(b"\n", b"\r\n"))


def written(name: str, sender: str, subject: str, *more: str, to: str = OURS) -> bytes:
    headers = (f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{name}@example.com>", *more)
    return "\n".join((*headers, "", f"words of {name}", "")).encode()


def entries(daemon: Daemon, address: str, kind: str = "email") -> list[dict[str, Any]]:
    """The customer's timeline, the newest first; empty while nobody has the address."""
    try:
        return list(get(daemon, f"/customers/lookup?identity={kind}:{address}")["timeline"]["items"])
    except HTTPError as exc:
        exc.close()
        return []


def messages(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in items if one["type"] == "message"]


async def shown(
    daemon: Daemon,
    address: str,
    holds: Callable[[list[dict[str, Any]]], bool],
    *,
    within_s: float = 40.0,
    kind: str = "email",
) -> list[dict[str, Any]]:
    """The customer's timeline, as soon as it is as wanted. AssertionError when it stays otherwise."""
    deadline = time.monotonic() + within_s
    found: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        found = await asyncio.to_thread(entries, daemon, address, kind)
        if holds(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{found} after {within_s} s")


async def answer(daemon: Daemon, out: Keeper, conversation: str, text: str) -> email.message.Message:
    """What the relay is given when an agent answers."""
    path = f"{daemon.url}/api/v1/conversations/{conversation}/replies"
    headers = daemon.authorization() | {"Content-Type": "application/json"}
    before = len(out.mails)

    def post() -> None:
        with urlopen(Request(path, data=json.dumps({"text": text}).encode(), headers=headers), timeout=60) as done:
            assert done.status == 202

    await asyncio.to_thread(post)
    deadline = time.monotonic() + 60
    while len(out.mails) == before:
        assert time.monotonic() < deadline, "the relay was given nothing"
        await asyncio.sleep(0.05)
    return email.message_from_bytes(out.mails[-1][2], policy=email.policy.default)


async def send(daemon: Daemon, raw: bytes, **more: str) -> None:
    await asyncio.to_thread(deliver, daemon, raw, **more)


@pytest.mark.slow
async def test_an_answer_comes_back_into_its_conversation_and_a_strangers_does_not(daemon: Daemon, out: Keeper) -> None:
    await send(daemon, written("m1", "Ann <ann@example.com>", "lamp"))
    (first,) = await shown(daemon, "ann@example.com", lambda items: len(items) == 1)
    mail = await answer(daemon, out, first["conversation_id"], "we send another")
    tagged = mail["Reply-To"].addresses[0].addr_spec
    # A program that drops References: the address alone says where it belongs.
    await send(daemon, written("m2", "Ann <ann@example.com>", "thanks", to=tagged), to=tagged)
    reply_to = f"In-Reply-To: {mail['Message-ID']}"
    await send(daemon, written("m3", "ann@example.com", "Re: lamp", reply_to))
    await send(daemon, written("b1", "bob@example.com", "Re: lamp", reply_to), sender="bob@example.com")
    anns = await shown(daemon, "ann@example.com", lambda items: len(messages(items)) == 4)
    (bobs,) = await shown(daemon, "bob@example.com", lambda items: len(items) == 1)
    seen = await asyncio.to_thread(get, daemon, f"/messages/{bobs['id']}")

    assert tagged.startswith("support+ch.")
    assert {one["conversation_id"] for one in messages(anns)} == {first["conversation_id"]}
    assert bobs["conversation_id"] != first["conversation_id"]
    assert bobs["flags"] == ["linked"]
    assert [(one["conversation_id"], one["reason"]) for one in seen["linked"]] == [(first["conversation_id"], "token")]
    assert [one["direction"] for one in messages(anns)].count("out") == 1


#: New words, and what the customer's client puts above the quoted answer.
CLIENTS = {
    "Gmail, Russian": ("Спасибо, всё пришло.", f"пн, 2 мар. 2026 г. в 10:15, Shop <{OURS}>:\n\n> we send another"),
    "Ukr.net, Ukrainian": (
        "Дякую, все гаразд.",
        f'2 березня 2026, 10:15:32, від "Shop" <{OURS}>:\n\n> we send another',
    ),
    "Outlook, English": (
        "Thanks, it works now.",
        f"From: Shop <{OURS}>\nSent: Monday, March 2, 2026 10:15 AM\nTo: Ann <ann@example.com>\nSubject: Re: lamp\n\n"
        "we send another",
    ),
    "Thunderbird, German": ("Danke, alles gut.", "Am 02.03.26 um 10:15 schrieb Shop:\n> we send another"),
    "Apple Mail, Polish": (
        "Dziękuję, działa.",
        f"Wiadomość napisana przez Shop <{OURS}> w dniu 2 mar 2026, o godz. 10:15:\n\n> we send another",
    ),
    "Apple Mail, French": (
        "Merci, c'est bon.",
        f"Le 2 mars 2026 à 10:15, Shop <{OURS}> a écrit :\n\n> we send another",
    ),
}


@pytest.mark.slow
async def test_answers_of_six_languages_clients_land_in_their_conversation_with_the_new_words_only(
    daemon: Daemon, out: Keeper
) -> None:
    await send(daemon, written("m1", "Ann <ann@example.com>", "lamp"))
    (first,) = await shown(daemon, "ann@example.com", lambda items: len(items) == 1)
    mail = await answer(daemon, out, first["conversation_id"], "we send another")
    for number, (words, quoted) in enumerate(CLIENTS.values()):
        headers = f"From: Ann <ann@example.com>\nTo: {OURS}\nSubject: Re: lamp\nMessage-ID: <c{number}@example.com>\n"
        typed = 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n'
        await send(daemon, f"{headers}In-Reply-To: {mail['Message-ID']}\n{typed}\n{words}\n\n{quoted}\n".encode())
    items = await shown(daemon, "ann@example.com", lambda items: len(messages(items)) == 2 + len(CLIENTS))
    came = [one for one in messages(items) if one["direction"] == "in" and one["id"] != first["id"]]
    read = [await asyncio.to_thread(get, daemon, f"/messages/{one['id']}") for one in came]

    assert {one["conversation_id"] for one in came} == {first["conversation_id"]}
    assert {one["reply_text"].strip() for one in read} == {words for words, _ in CLIENTS.values()}
    assert all("we send another" in one["text"] for one in read)


@pytest.mark.slow
async def test_a_bounce_is_told_beside_the_answer_that_bounced(daemon: Daemon, out: Keeper) -> None:
    await send(daemon, written("m1", "ann@example.com", "lamp"))
    (first,) = await shown(daemon, "ann@example.com", lambda items: len(items) == 1)
    mail = await answer(daemon, out, first["conversation_id"], "we send another")
    await shown(daemon, "ann@example.com", lambda items: any(one["state"] == "sent" for one in items))
    return_path = out.mails[-1][0]
    assert return_path is not None
    report = (
        "From: MAILER-DAEMON@mx.example.net\nTo: <>\nSubject: Undelivered\nMessage-ID: <b1@mx.example.net>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        "Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 no such user\n--b--\n"
    )
    # Nothing of our mail is returned: the address that the bounce goes to says which one it was.
    await send(daemon, report.encode(), sender="", to=return_path)
    anns = await shown(daemon, "ann@example.com", lambda items: any(one["type"] == "delivery" for one in items))
    (ours,) = [one for one in anns if one["direction"] == "out"]
    (told,) = [one for one in anns if one["type"] == "delivery"]
    seen = await asyncio.to_thread(get, daemon, f"/messages/{ours['id']}")
    (bounce,) = await shown(daemon, "mailer-daemon@mx.example.net", lambda items: len(items) == 1)
    incidents = await asyncio.to_thread(get, daemon, "/incidents")

    assert return_path.startswith("support+ch.")
    assert (ours["state"], told["state"]) == ("failed", "failed")
    assert told["text"] == "ann@example.com: 5.1.1 550 no such user"
    assert seen["sending"]["reason"] == "5.1.1 550 no such user"
    assert [(one["status"], one["permanent"]) for one in seen["sending"]["reports"]] == [("failed", True)]
    assert bounce["flags"] == ["automatic", "linked"]
    assert len(incidents["items"]) == 1
    assert len(out.mails) == 1, f"the bounce of {mail['Message-ID']} was answered"


@pytest.mark.slow
async def test_our_own_servers_word_verifies_and_one_that_is_forged_does_not(daemon: Daemon) -> None:
    said = "Authentication-Results: mx.shop.example; dmarc={}; header.from=example.com"
    good = f"Received: by mx\n{said.format('pass')}".split("\n")
    forged = f"Received: by mx\n{said.format('fail')}\n{said.format('pass')}".split("\n")

    def mail(name: str, sender: str, trace: list[str]) -> bytes:
        return "\n".join(trace).encode() + b"\n" + written(name, sender, "hello")

    await send(daemon, mail("g1", "ann@example.com", good))
    await send(daemon, mail("f1", "eve@example.com", forged))
    (ann,) = await shown(daemon, "ann@example.com", lambda items: len(items) == 1)
    (eve,) = await shown(daemon, "eve@example.com", lambda items: len(items) == 1)
    seen = await asyncio.to_thread(get, daemon, f"/messages/{eve['id']}")

    assert (ann["verified"], eve["verified"]) == (True, False)
    assert seen["extra"]["authenticity"] == "dmarc=fail, as mx.shop.example says"
    assert any("not believed" in warning for warning in seen["warnings"])
