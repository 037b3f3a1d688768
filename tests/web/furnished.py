"""A hub with one thing of each kind, in words of a test's choice, and the addresses at which its pages show them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.header import Header
from typing import Any

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.notices import NoticeKind, NoticeText
from channelhub.domain.outages import OutageState
from channelhub.domain.ratings import RatedKind
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.times import to_us
from channelhub.pipeline.process import Delivered, process
from channelhub.pipeline.rating import link as rating_link
from channelhub.rules import card_links, following, ratings
from channelhub.rules.card_links import CardLink
from channelhub.rules.notices import optout
from channelhub.store import messages, notices, outages, parking, timeline
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery
from channelhub.store.outages import Member, Outage
from channelhub.web import signin
from connectors.email.parse import parse as parse_mail
from tests.web import worked_on
from tests.web.conftest import BEGAN, BOOK, Hub, account
from tests.web.flow import learn, work

IN_A_PACK = 20  # as many texts as a message has room for files
NAMED = "kate"  # who signs in, and is named in notes
AT_US = to_us(BEGAN)
#: What the route table calls a page and nobody looks at as one.
NO_PAGE = {
    "/static/{name}": "our own files",
    "/files/preview.png": "our own picture",
    "/files/{token}/{name}": "a file as a download, under a policy of its own",
    "/messages/{id}/html": "a frame under a policy of its own: see below",
    "/messages/{id}/attachments/{n}/preview": "a picture",
    "/language/{code}": "leads back",
    "/me/elsewhere": "leads to another system",
    "/signin-elsewhere": "leads to another system",
    "/signin-elsewhere/done": "leads back from it",
    "/card": "leads to the card",
    "/customers/by-identity": "leads to the card",
    "/outages/{id}/postmortem": "Markdown as a download",
}


@dataclass
class Furnished:
    """Ids of what is there, one of each kind for each pack of texts, and paths that a customer is sent."""

    customers: list[str] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)  # of the customers, as kind:value
    links: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    conversations: list[str] = field(default_factory=list)
    chats: list[str] = field(default_factory=list)  # conversations that can be answered
    mails: list[str] = field(default_factory=list)  # one for each text
    outages: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    links_of_customers: list[str] = field(default_factory=list)


async def furnish(hub: Hub, texts: Sequence[str]) -> Furnished:
    """Put every text into every field that somebody outside can fill, and into those that colleagues fill."""
    made = Furnished()
    person = {"login": NAMED, "name": texts[0][:80], "role": "agent"}
    async with hub.http.post(f"{hub.url}/api/v1/users", json=person, headers=hub.admin()) as answer:
        assert answer.status == 201, await answer.text()
    packs = [texts[start : start + IN_A_PACK] for start in range(0, len(texts), IN_A_PACK)]
    for number, pack in enumerate(packs):
        await _customer(hub, made, number, pack)
    await _tables(hub, made, packs)
    made.mails = await _mails(hub, texts)
    made.chats = await worked_on.chats(hub, packs)
    await worked_on.desk(hub, packs)
    await learn(hub)
    hub.committed()
    return made


def _value(text: str) -> str:
    return text.strip()[:250] or "x"


async def _customer(hub: Hub, made: Furnished, number: int, pack: Sequence[str]) -> None:
    """One customer with as many addresses and messages as texts, and a message that holds them all."""
    chain = [{"kind": "handle", "value": _value(text)} for text in pack]
    sent = [
        {
            "account": "shop",
            "external_id": f"one-{number}-{place}",
            "text": text,
            "subject": text,
            "order_id": text[:200],
            "conversation": f"{number}-{place} {text}"[:200],
            "sender": {"name": text[:200], "identities": chain[max(place - 1, 0) : place + 1][::-1]},
        }
        for place, text in enumerate(pack)
    ]
    names = {text[:100] or "x": text[:200] for text in pack}
    whole: dict[str, Any] = {
        "account": "shop",
        "external_id": f"all-{number}",
        "text": "\n".join(pack),
        "subject": " ".join(pack)[:1000],
        "sender": {"name": " ".join(pack)[:200], "identities": chain[:1]},
        "attributes": names,
        "attachments": [{"filename": text[:255], "content_type": "image/png", "content": "YQ=="} for text in pack],
    }
    answers = await posted(hub, "messages", [*sent, names | whole])
    at = BEGAN.isoformat()
    known = {"account": "shop", "identities": chain[:1], "updated_at": at, "segment": pack[0][:40], "attributes": names}
    await posted(hub, "customers", [known | {"name": pack[-1][:200]}])
    event = {"type": "payment.failed", "occurred_at": at, "identities": chain[:1], "attributes": names}
    note = {"account": "shop", "external_id": f"event-{number}", "text": "\n".join(pack)[:2000]}
    await posted(hub, "journey-events", [event | note])
    await work(hub)
    made.messages.append(answers[-1]["id"])
    async with hub.http.get(f"{hub.url}/api/v1/messages/{answers[-1]['id']}", headers=hub.admin()) as answer:
        customer = (await answer.json())["customer_id"]
    async with hub.http.get(f"{hub.url}/api/v1/customers/{customer}", headers=hub.admin()) as answer:
        card = await answer.json()
    made.customers.append(customer)
    made.addresses.append(f"handle:{card['identities'][0]['value']}")
    made.identities.append(card["identities"][0]["id"])
    made.links += [one["id"] for one in card["links"][:1]]
    note = {"text": "\n".join(pack)[:3000] + f" @{NAMED}"}
    async with hub.http.post(f"{hub.url}/api/v1/customers/{customer}/notes", json=note, headers=hub.admin()) as answer:
        assert answer.status == 201, await answer.text()
    made.conversations.append(
        next(one["conversation_id"] for one in card["timeline"]["items"] if one["conversation_id"])
    )


async def posted(hub: Hub, kind: str, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What became of each item of a batch, all of them taken."""
    headers = hub.admin() | {"Content-Type": "application/json"}
    body = json.dumps({"items": items})
    async with hub.http.post(f"{hub.url}/api/v1/{kind}/batch", data=body, headers=headers) as answer:
        said = await answer.json()
    assert answer.status == 207, said
    assert said["accepted"] == len(items), said
    return list(said["items"])


async def _tables(hub: Hub, made: Furnished, packs: Sequence[Sequence[str]]) -> None:
    """What comes to be without a customer's hand: outages, their notices, what was parked, what channels answer."""
    for number, pack in enumerate(packs):
        whole = " ".join(pack)
        message_id = int(made.messages[number])
        hub.accounts.append(replace(account(f"channel-{number}"), detail=whole))
        outage_id = await hub.store.writer.command(
            lambda session, pack=pack, whole=whole, message_id=message_id: _outage(session, message_id, pack, whole)
        )
        text = NoticeText(subject=whole[:200], text="\n".join(pack)[:2000], short=whole[:500])
        notice_id = await hub.store.writer.command(
            lambda session, outage_id=outage_id, text=text: notices.add(
                session, outage_id=outage_id, kind=NoticeKind.NOTICE, texts={"en": text, "uk": text},
                author=text.subject[:100], at_us=AT_US,
            )
        )  # fmt: skip
        made.outages.append(str(outage_id))
        made.notices.append(str(notice_id))
        made.parked.append(await _parked(hub, number, pack, whole))
        made.links_of_customers += await _links(hub, message_id, outage_id)
    for path in [path for path in made.links_of_customers if path.startswith("/rate/")]:
        comment = " ".join(packs[0])[:1000]
        async with hub.http.post(hub.url + path, data={"score": "2", "comment": comment}) as answer:
            assert answer.status == 200
    async with hub.http.post(
        f"{hub.url}/api/v1/webhooks",
        json={"url": "https://receiver.example/hook", "description": " ".join(packs[0])[:200]},
        headers=hub.admin(),
    ) as answer:
        assert answer.status < 500


async def _outage(session: Session, message_id: int, pack: Sequence[str], title: str) -> int:
    raised = Outage(
        id=message_id, state=OutageState.SUSPECTED, version=1, title=title, terms=tuple(pack), reasons=tuple(pack),
        began_us=AT_US, opened_us=AT_US, changed_us=AT_US, actor=pack[0], level=pack[0][:40],
    )  # fmt: skip
    await outages.save(session, [raised])
    reported = await messages.get(session, message_id)
    assert reported is not None
    member = Member(
        message_id=message_id, identity_id=reported.identity_id, weight=1, reasons=tuple(pack), at_us=AT_US,
        segment=pack[0][:40],
    )  # fmt: skip
    await outages.add_members(session, message_id, [member])
    return message_id


async def _parked(hub: Hub, number: int, pack: Sequence[str], whole: str) -> str:
    raw = RawMessage(account="shop", delivery_id=f"parked-{number}", body=whole.encode(), envelope=Envelope())
    inbox_id = await _stored(hub, raw)
    salvage = {text[:100]: text for text in pack}
    await hub.store.writer.command(
        lambda session: parking.park(
            session, inbox_id, account="shop", reason="unparseable", detail=whole, salvage=salvage, at=BEGAN
        )
    )
    return str(inbox_id * MESSAGES_PER_DELIVERY)


async def _stored(hub: Hub, raw: RawMessage) -> int:
    delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account=raw.account, received_at=BEGAN)
    (receipt,) = await hub.store.writer.deliver(delivery)
    return receipt.inbox_id


async def _links(hub: Hub, message_id: int, outage_id: int) -> list[str]:
    """The addresses that a customer is sent: how it stands, how we did, no more notices; and an agent's way in."""
    async with hub.store.readers.read() as session:
        entry = await timeline.get(session, message_id)
    assert entry is not None
    since_s = AT_US // 1_000_000
    followed = following.Followed(
        inbox_id=message_id // MESSAGES_PER_DELIVERY, since_s=since_s, until_s=since_s + 86_400
    )
    asked = ratings.asked(RatedKind.OUTAGE, outage_id, entry.identity_id, at_us=AT_US)
    return [
        f"/status/{following.write(followed, secret=BOOK.secret)}?sent=1",
        rating_link(BOOK, asked),
        f"/unsubscribe/{optout.write(entry.identity_id, secret=BOOK.secret)}",
        await signin.make_link(hub.store, now=hub.clock[0] + timedelta(0)),
    ]


async def _mails(hub: Hub, texts: Sequence[str]) -> list[str]:
    """A mail in HTML for each text, processed as the pipeline does; the ids of their messages."""
    batch = []
    for number, text in enumerate(texts):
        raw = RawMessage(
            account="mail", delivery_id=f"mail-{number}", body=_mail(number, text), envelope=Envelope(peer="192.0.2.1")
        )
        items = tuple(parse_mail(raw))
        inbox_id = await _stored(hub, raw)
        batch.append(
            Delivered(inbox_id=inbox_id, raw=raw, received_at=BEGAN, items=items, features=(None,) * len(items))
        )
    writer = hub.store.writer
    await writer.batch(lambda session: process(session, batch, BOOK, next_id=writer.take_id))
    return [str(one.inbox_id * MESSAGES_PER_DELIVERY) for one in batch]


def _mail(number: int, text: str) -> bytes:
    """Name, subject, words, markup and a file's name say the text."""
    line = Header(text.replace("\r", " ").replace("\n", " "), "utf-8", maxlinelen=60).encode(linesep="\r\n")
    head = (
        f"From: {line} <m{number // IN_A_PACK}@mail.example>\r\nTo: help@shop.example\r\nSubject: {line}\r\n"
        f"Message-ID: <{number}@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n"
    )
    parts = (
        "Content-Type: text/html; charset=utf-8",
        f"<html><head><title>x</title></head><body><p>before</p>{text}<p>after</p></body></html>",
        f'Content-Type: image/svg+xml; name="{line}"\r\nContent-Disposition: attachment',
        f"<svg xmlns='http://www.w3.org/2000/svg'>{text}</svg>",
    )
    bodies = "".join(f"\r\n--cut\r\n{kind}\r\n\r\n{body}" for kind, body in zip(parts[::2], parts[1::2], strict=True))
    return f"{head}{bodies}\r\n--cut--\r\n".encode()


def addresses(made: Furnished) -> dict[str, list[str]]:
    """Where the pages with something in their address are, by the route's path: each as often as there is a pack."""

    def each(template: str, ids: Sequence[str]) -> list[str]:
        return [template.format(id=one) for one in ids]

    sent = made.links_of_customers
    return {
        "/customers/{id}": each("/customers/{id}", made.customers),
        "/conversations/{id}": each("/conversations/{id}", [*made.chats, *made.conversations]),
        "/messages/{id}": [*each("/messages/{id}", made.messages), *each("/messages/{id}", made.mails[:3])],
        "/messages/{id}/html": each("/messages/{id}/html", made.mails),
        "/outages/{id}": each("/outages/{id}", made.outages),
        "/notices/{id}": each("/notices/{id}", made.notices),
        "/problems/{slug}": ["/problems/invalid"],
        "/signin/{secret}": [path for path in sent if path.startswith("/signin/")][:1],
        "/unsubscribe/{token}": [path for path in sent if path.startswith("/unsubscribe/")][:1],
        "/card/{token}": [
            card_links.path(CardLink(identity=one, until_s=2**32 - 1), secret=BOOK.secret) for one in made.addresses
        ],
        "/rate/{token}": [path for path in sent if path.startswith("/rate/")][:1],
        "/status/{token}": [path for path in sent if path.startswith("/status/")][:2],
    }
