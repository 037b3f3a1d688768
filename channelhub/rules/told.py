"""What customers told us of themselves, so that nobody asks twice: numbers of orders and parcels, phones, addresses of
mail, where they live, what they use. Pure.

Fields of a form count by their names, words by what stands around them. Nothing here proves anything: it says what was
told, and the entry in which it was says by whom.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers

from channelhub.domain.people import Handle
from channelhub.rules.identity import normalize

MAX_CHARS: Final = 20_000  # of a text that are read
MAX_FACTS: Final = 20  # of one message
MAX_VALUE: Final = 200
SHOWN_OF_A_TOPIC: Final = 3


class Topic(StrEnum):
    """What a fact is about."""

    ORDER = "order"
    PARCEL = "parcel"
    PHONE = "phone"
    EMAIL = "email"
    CITY = "city"
    ADDRESS = "address"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`value` compares (E.164, small letters); `shown` is as it was written."""

    topic: Topic
    value: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact that stands in a message. Time in microseconds UTC. `is_verified`: that message's sender is proven."""

    fact: Fact
    message_id: int
    identity_id: int
    at_us: int
    is_verified: bool


_FIELDS: Final = {
    name: topic
    for topic, names in {
        Topic.ORDER: "order|order id|order number|order no|замовлення|номер замовлення|заказ|номер заказа",
        Topic.PARCEL: "tracking|tracking number|ttn|parcel|ттн|номер ттн|накладна|накладная|трек номер",
        Topic.PHONE: "phone|phone 2|second phone|mobile|tel|телефон|номер телефону|номер телефона|мобільний",
        Topic.EMAIL: "email|e mail|mail|пошта|електронна пошта|почта|электронная почта",
        Topic.CITY: "city|town|місто|город|населений пункт|населённый пункт",
        Topic.ADDRESS: "address|delivery address|shipping address|street|адреса|адреса доставки|вулиця|адрес|"
        "адрес доставки|улица",
        Topic.DEVICE: "device|device model|phone model|model|пристрій|модель|модель телефону|устройство|"
        "модель телефона",
    }.items()
    for name in names.split("|")
}
_BETWEEN = re.compile(r"[\W_]+")
_ORDER = re.compile(
    r"\b(?:замовлен(?:ня|ням|ню|ні)|заказ(?:а|у|ом|е)?|order|покупк\w{1,2})\s{0,3}"
    r"(?P<marked>(?:№|#|номер\w{0,2}|number|no\.?|id)\s{0,3})?(?:is\s)?[:\-–]?\s{0,3}[№#]?\s?"
    r"(?P<value>[A-ZА-ЯІЇЄ]{0,6}[-/]?\d[\d/-]{1,20}[A-Z\d]?)(?![\w.:,]?\d|\w)"
    r"(?!\s{0,2}(?:грн|uah|usd|eur|руб|₴|\$|€|шт|штук|дн|год|год|times|days|items))",
    re.IGNORECASE,
)
_PARCEL = re.compile(
    r"\b(?:ттн|ttn|накладн\w{1,3}|посилк\w{1,2}|посылк\w{1,2}|трек(?:[- ]?номер\w{0,2})?"
    r"|tracking(?:\s(?:number|no\.?|id))?)"
    r"\s{0,3}(?:№|#|номер\w{0,2})?[:\-–]?\s{0,3}(?P<value>[A-Z]{0,2}\d(?:\s?\d){7,19}[A-Z]{0,2})(?!\w)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w-])")
_PHONE = re.compile(r"(?<![\w+@./-])\+?\(?\d(?:[ ().-]{0,2}\d){8,14}(?![\w@/-]|[.,]\d)")
_DIGITS_OF_A_BARE_ORDER: Final = 4


def of_fields(fields: Mapping[str, str], order_id: str, *, default_region: str) -> list[Fact]:
    """Of the fields of a form or a program's message, whose names say what they hold."""
    named = ((_FIELDS.get(_BETWEEN.sub(" ", name.lower()).strip()), value) for name, value in fields.items())
    given = [(Topic.ORDER, order_id), *((topic, value) for topic, value in named if topic is not None)]
    found = [_fact(topic, " ".join(value.split()), default_region) for topic, value in given]
    return [one for one in found if one is not None][:MAX_FACTS]


def of_text(text: str, *, default_region: str) -> list[Fact]:
    """Of what a customer wrote in words."""
    read = text[:MAX_CHARS]
    taken: list[tuple[int, int]] = []
    found: list[Fact] = []
    for topic, start, end, value in _candidates(read):
        if any(start < until and begin < end for begin, until in taken):
            continue
        fact = _fact(topic, value, default_region)
        if fact is not None:
            taken.append((start, end))
            found.append(fact)
        if len(found) == MAX_FACTS:
            break
    return found


def merged(told: Iterable[Told], *, known: Iterable[tuple[str, str]] = ()) -> list[Told]:
    """Of each topic the values told last, each once, with the entry that told it last.

    `known`: kinds and values of addresses that stand on the card anyway.
    """
    shown: dict[Topic, dict[str, Told]] = {topic: {} for topic in Topic}
    left_out = set(known)
    for one in sorted(told, key=lambda each: (-each.at_us, -each.message_id, each.fact.value)):
        values = shown[one.fact.topic]
        is_new = one.fact.value not in values and (one.fact.topic, one.fact.value) not in left_out
        if is_new and len(values) < SHOWN_OF_A_TOPIC:
            values[one.fact.value] = one
    return [one for values in shown.values() for one in values.values()]


def _candidates(text: str) -> Iterator[tuple[Topic, int, int, str]]:
    """What the words around it name goes before what only looks like something."""
    for found in _PARCEL.finditer(text):
        yield Topic.PARCEL, *found.span("value"), "".join(found["value"].split())
    for found in _ORDER.finditer(text):
        digits = sum(letter.isdigit() for letter in found["value"])
        if found["marked"] or digits >= _DIGITS_OF_A_BARE_ORDER:
            yield Topic.ORDER, *found.span("value"), found["value"]
    for found in _EMAIL.finditer(text):
        yield Topic.EMAIL, *found.span(), found.group()
    for found in _PHONE.finditer(text):
        if found.group()[0] in "+0(8" and _is_number(found.group()):
            yield Topic.PHONE, *found.span(), found.group()


def _is_number(text: str) -> bool:
    """Dates and sums in a row look like phones: without a plus it must not be cut by dots alone."""
    return text.startswith("+") or "." not in text


def _fact(topic: Topic, shown: str, default_region: str) -> Fact | None:
    shown = shown.strip()[:MAX_VALUE]
    if not shown:
        return None
    if topic in (Topic.PHONE, Topic.EMAIL):
        key = normalize(Handle(kind=str(topic), value=shown), account="", default_region=default_region)
        if key is None or (topic is Topic.PHONE and not phonenumbers.is_valid_number(phonenumbers.parse(key.value))):
            return None
        return Fact(topic=topic, value=key.value, shown=shown)
    value = shown.lstrip("№# ").casefold()
    return Fact(topic=topic, value=value, shown=shown) if value else None
