"""Made-up people with their addresses, and what they, their families, couriers and impersonators write."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.identity.names import LATIN, Name
from channelhub.content.names import fold
from channelhub.domain.inbound import ContactShared, Content, CustomerProfile, Inbound, JourneyEvent, NewMessage, Thread
from channelhub.domain.people import Evidence, Handle, IdentityKey, Sender
from channelhub.rules.identity import digest_id, identity_id, normalize

REGION = "UA"
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
_MAILBOXES = ("gmail.com", "ukr.net", "i.ua", "outlook.com", "proton.me")
_PLAIN = ("Доброго дня, підкажіть, будь ласка", "Здравствуйте, не работает оплата", "Hello, is it in stock?")
_ORDERS = ("Де моє замовлення №{}?", "где заказ {}", "My order #{} is late", "замовлення {} прийшло розбите")
_PHONES = ("мій номер {}", "перезвоните {}", "my phone is {}")


@dataclass(slots=True)
class Person:
    """`addresses` are `kind:value` with the account that they belong to."""

    number: int
    name: Name
    email: str
    second: str
    phone: str
    telegram: str
    browser: str
    crm: str
    is_lent: bool  # the phone is a relative's
    orders: list[str] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """What was written, who owns which address, and which addresses left a trace of belonging together."""

    deliveries: list[tuple[str, Inbound]] = field(default_factory=list)
    owners: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # identity -> people
    traces: list[tuple[int, int, int]] = field(default_factory=list)  # (person, identity, identity)
    impersonators: set[int] = field(default_factory=set)


def identity(kind: str, value: str, account: str) -> int:
    """The id of an address."""
    key: IdentityKey | None = normalize(Handle(kind=kind, value=value), account=account, default_region=REGION)
    if key is None:
        raise ValueError(f"{kind}:{value} is no address")
    return identity_id(key)


class Writer:
    """Writes what one person says into the world."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self._world = world
        self._dice = dice

    def say(
        self, account: str, handles: list[tuple[str, str, Evidence]], *, name: str = "", text: str = "", order: str = ""
    ) -> None:
        self._world.deliveries.append(
            (account, NewMessage(
                external_id=self._id(), sender=self._sender(handles, name), order_id=order, sent_at=self._at(),
                content=Content(text=text or self._dice.choice(_PLAIN)), thread=Thread(key=handles[0][1]),
            ))
        )  # fmt: skip

    def share(self, account: str, handles: list[tuple[str, str, Evidence]], *, name: str) -> None:
        item = ContactShared(external_id=self._id(), sender=self._sender(handles, name), sent_at=self._at())
        self._world.deliveries.append((account, item))

    def register(self, handles: list[tuple[str, str, Evidence]], *, name: str) -> None:
        item = CustomerProfile(external_id=self._id(), sender=self._sender(handles, name), updated_at=self._at())
        self._world.deliveries.append(("shop", item))

    def pay(self, handles: list[tuple[str, str, Evidence]], order: str) -> None:
        self._world.deliveries.append(
            ("shop", JourneyEvent(
                external_id=self._id(), sender=self._sender(handles, ""), name="payment.succeeded",
                sent_at=self._at(), attributes={"order_id": order},
            ))
        )  # fmt: skip

    def _id(self) -> str:
        return f"x{len(self._world.deliveries)}"

    def _at(self) -> datetime:
        return BEGAN + timedelta(seconds=self._dice.randrange(30 * 24 * 3600))

    def _sender(self, handles: list[tuple[str, str, Evidence]], name: str) -> Sender:
        return Sender(
            name=name, handles=tuple(Handle(kind=kind, value=value, evidence=proof) for kind, value, proof in handles)
        )


def make(seed: int, people: int) -> World:
    """A world of so many people and their impersonators, the same for the same seed."""
    dice = random.Random(seed)
    world = World()
    everyone: list[Person] = []
    while len(everyone) < people:
        family = everyone[-1] if everyone and dice.random() < 0.12 else None
        everyone.append(_person(len(everyone), dice, family))
    for one in everyone:
        _own(world, one)
        _Life(world, one, everyone, dice).live()
    _couriers(world, everyone, dice)
    for number in range(people, people + max(4, people // 20)):
        _impersonate(world, number, dice.choice(everyone), dice)
    dice.shuffle(world.deliveries)
    return world


def _person(number: int, dice: random.Random, family: Person | None) -> Person:
    name = Name.of(dice, family=family.name.family if family else None)
    given, last = fold(name.given[LATIN]), fold(name.family[LATIN])
    is_shared = family is not None and dice.random() < 0.6
    local = dice.choice((f"{given}.{last}", f"{last}_{given}", f"{given}{dice.randrange(60, 99)}", f"{last}{number}"))
    second = dice.choice((local, f"{last}.{given}", f"user{digest_id(number) % 10**6}", f"{given[:3]}{number}x"))
    return Person(
        number=number, name=name,
        email=f"{local}.{number}@{dice.choice(_MAILBOXES)}" if dice.random() < 0.5 else f"{local}@p{number}.example",
        second=f"{second}@s{number}.example",
        phone=family.phone if family and is_shared else f"+38067{1_000_000 + number * 7:07}",
        telegram=str(10**8 + number), browser=f"b{number:06}", crm=f"crm-{number}", is_lent=is_shared,
        orders=[f"{dice.choice(('', 'ORD-'))}{300_000 + number * 13 + place}" for place in range(dice.randrange(3))],
    )  # fmt: skip


def _own(world: World, one: Person) -> None:
    for key in _ids(one).values():
        world.owners[key].add(one.number)


def _ids(one: Person) -> dict[str, int]:
    return {
        "email": identity("email", one.email, ""),
        "second": identity("email", one.second, ""),
        "phone": identity("phone", one.phone, ""),
        "telegram": identity("telegram", one.telegram, "bot"),
        "chat": identity("webchat", f"v.{one.browser}", "site"),
        "signed": identity("webchat", f"c.{one.crm}", "site"),
        "site_id": identity("external", one.crm, "site"),
        "crm": identity("external", one.crm, "shop"),
    }


class _Life:
    """What one person does on each channel. Each thing that binds two of their addresses is a trace."""

    def __init__(self, world: World, one: Person, everyone: list[Person], dice: random.Random) -> None:
        self._world, self._one, self._everyone, self._dice = world, one, everyone, dice
        self._writer = Writer(world, dice)
        self._ids = _ids(one)
        self._said: dict[str, str] = {}  # a word that was given away -> by which address first

    def live(self) -> None:
        self._shop()
        for channel, chance in ((self._mail, 0.8), (self._second, 0.25), (self._form, 0.5), (self._sms, 0.3),
                                (self._bot, 0.5), (self._chat, 0.35)):  # fmt: skip
            if self._dice.random() < chance:
                channel()

    def _trace(self, left: str, right: str) -> None:
        self._world.traces.append((self._one.number, self._ids[left], self._ids[right]))

    def _name(self) -> str:
        return self._one.name.written(self._dice)

    def _shop(self) -> None:
        """A customer of the shop's records, with or without orders."""
        one, trusted = self._one, Evidence.TRUSTED_ACCOUNT
        if self._dice.random() < 0.65:
            self._writer.register(
                [("external", one.crm, trusted), ("email", one.email, trusted), ("phone", one.phone, trusted)],
                name=one.name.whole(self._dice.randrange(3)),
            )
            self._trace("crm", "email")
            self._trace("crm", "phone")
        for order in one.orders:
            self._writer.pay([("email", one.email, trusted)], order)

    def _words(self, address: str) -> str:
        """What is written from an address; it may give something away."""
        chance, one = self._dice.random(), self._one
        if chance < 0.35 and one.orders:
            order = self._dice.choice(one.orders)
            if self._dice.random() < 0.02:
                return self._dice.choice(_ORDERS).format(slip_digit(order, self._dice))
            self._trace(address, "email")
            return self._dice.choice(_ORDERS).format(order)
        if chance < 0.55:
            self._trace(address, "phone")
            number = one.phone if self._dice.random() < 0.5 else f"0{one.phone[4:6]} {one.phone[6:9]} {one.phone[9:]}"
            return self._dice.choice(_PHONES).format(number)
        if chance < 0.58:  # speaks for somebody else
            other = self._dice.choice(self._everyone)
            return self._dice.choice(_PHONES).format(other.phone)
        return ""

    def _mail(self) -> None:
        for _ in range(self._dice.randrange(1, 4)):
            proof = Evidence.DMARC if self._dice.random() < 0.7 else Evidence.CLAIMED
            text = self._words("email")
            self._writer.say("mail", [("email", self._one.email, proof)], name=self._name(), text=text)

    def _second(self) -> None:
        name, text = self._name(), self._words("second")
        self._writer.say("mail", [("email", self._one.second, Evidence.DMARC)], name=name, text=text)

    def _form(self) -> None:
        one, dice, claimed = self._one, self._dice, Evidence.CLAIMED
        email, phone = one.email, one.phone
        if dice.random() < 0.03:
            phone = slip_digit(phone, dice)
            self._world.owners[identity("phone", phone, "")].add(one.number)
        handles = [("email", email, claimed)] + ([("phone", phone, claimed)] if dice.random() < 0.7 else [])
        if len(handles) > 1:
            self._trace("email", "phone")
        self._writer.say("form", handles, name=self._name(), order=dice.choice(one.orders) if one.orders else "")

    def _sms(self) -> None:
        self._writer.say("sms", [("phone", self._one.phone, Evidence.CALLER)])

    def _bot(self) -> None:
        own = ("telegram", self._one.telegram, Evidence.CHANNEL_ID)
        self._writer.say("bot", [own], name=self._name(), text=self._words("telegram"))
        # A messenger's account has a phone of its own; now and then a number changes hands.
        if self._dice.random() < (0.05 if self._one.is_lent else 0.4):
            contact = [own, ("phone", self._one.phone, Evidence.CHANNEL_CONTACT)]
            self._writer.share("bot", contact, name=self._name())
            self._trace("telegram", "phone")

    def _chat(self) -> None:
        one, dice = self._one, self._dice
        device = ("device", one.browser, Evidence.CLAIMED)
        own = ("webchat", f"v.{one.browser}", Evidence.CHANNEL_ID)
        self._writer.say("site", [own, device], text=self._words("chat"))
        if dice.random() < 0.4:
            signed = Evidence.SITE_SIGNED
            handles = [("webchat", f"c.{one.crm}", signed), ("external", one.crm, signed), ("email", one.email, signed)]
            self._writer.say("site", [*handles, device], name=one.name.whole(dice.randrange(3)))
            for pair in (("signed", "site_id"), ("signed", "email"), ("signed", "chat")):
                self._trace(*pair)
        elif dice.random() < 0.4:
            self._writer.share("site", [own, ("email", one.email, Evidence.CLAIMED)], name="")
            self._trace("chat", "email")


def _couriers(world: World, everyone: list[Person], dice: random.Random) -> None:
    """Phones and mailboxes that many give who don't own them."""
    for number in range(max(1, len(everyone) // 150)):
        courier, office = f"+38044{2_000_000 + number:07}", f"info@office{number}.example"
        world.owners[identity("phone", courier, "")] = {-1 - number}
        world.owners[identity("email", office, "")] = {-1000 - number}
        writer = Writer(world, dice)
        for one in dice.sample(everyone, 7):
            claimed = Evidence.CLAIMED
            writer.say(
                "form", [("email", one.email, claimed), ("phone", courier, claimed)], name=one.name.written(dice)
            )
        for one in dice.sample(everyone, 6):
            handles = [("external", one.crm, Evidence.TRUSTED_ACCOUNT), ("email", office, Evidence.TRUSTED_ACCOUNT)]
            writer.register(handles, name=one.name.whole(0))


def _impersonate(world: World, number: int, victim: Person, dice: random.Random) -> None:
    """Somebody else with a mailbox, a phone and a messenger of their own, who says to be the victim."""
    email, phone, telegram = f"{victim.name.given[2].lower()}.{number}@evil.example", f"+38095{number:07}", str(number)
    for key in (identity("email", email, ""), identity("phone", phone, ""), identity("telegram", telegram, "bot")):
        world.owners[key].add(number)
    world.impersonators.add(number)
    writer, claimed, name = Writer(world, dice), Evidence.CLAIMED, victim.name.whole(dice.randrange(3))
    order = victim.orders[0] if victim.orders else ""
    writer.say("form", [("email", victim.email, claimed), ("phone", phone, claimed)], name=name, order=order)
    writer.say("form", [("email", email, claimed), ("phone", victim.phone, claimed)], name=name)
    writer.say("mail", [("email", email, Evidence.DMARC)], name=name, text=f"my phone is {victim.phone}")
    writer.say("mail", [("email", victim.email, claimed)], name=name, text=f"please write to {email}")
    own = ("telegram", telegram, Evidence.CHANNEL_ID)
    writer.say("bot", [own, ("phone", victim.phone, claimed)], name=name, text=f"order {order}" if order else "")
    writer.say("shop", [("email", email, claimed), ("external", victim.crm, claimed)], name=name)


def slip_digit(text: str, dice: random.Random) -> str:
    """Two neighbouring digits of the end changed over, or one wrong."""
    at = len(text) - 1 - dice.randrange(4)
    return text[:at] + str((int(text[at]) + dice.randrange(1, 9)) % 10) + text[at + 1 :]
