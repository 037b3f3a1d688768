"""What a text says of how its writer is known elsewhere: phones, mail addresses, numbers of orders.

Only what stands there as such: a phone has a plus or the trunk 0 of a national number, an order is called one in
Russian, Ukrainian or English. All expressions are linear in the text, of which the beginning is read.
"""

import re
from dataclasses import dataclass
from typing import Final

_MOST_CHARS: Final = 6000
_MOST: Final = 4  # of each kind: who writes down more writes a list of others
_LEAST_PHONE: Final = 9  # digits, as in 67 111 22 33
_MOST_PHONE: Final = 15  # E.164
_PHONE: Final = re.compile(r"(?<![\w+№#/-])(?:\+|\(?0)\d?[\d ()\-.]{7,22}\d(?!\w)")
_NO_DIGIT: Final = re.compile(r"\D")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?![\w@-])")
_ORDER: Final = re.compile(
    r"(?<!\w)(?:заказ|замовлен|order|посылк|посилк|ттн|накладн)[^\W\d_]{0,5}"  # in any case
    r"(?:[ \t:.,]{0,3}(?:№|#|no\.?|номер[а-яіу]{0,2}|number|num)){0,2}[ \t:.#№]{0,3}"
    r"(?=[\w-]{0,20}\d)([\w][\w-]{2,31})",
    re.IGNORECASE,
)
_LEAST_ORDER_DIGITS: Final = 4
_DATE: Final = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d)?|\d\d-\d\d-(?:19|20)\d\d")
_SIGNS: Final = re.compile(r"[^0-9a-zа-яёіїєґ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """As written, each once; at most four of each kind."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()  # as `order_number` spells them


def mentions(text: str) -> Mentions:
    """What the beginning of a text mentions."""
    head = text[:_MOST_CHARS]
    if "@" not in head and not any(digit in head for digit in "0123456789"):
        return Mentions()
    phones = [one for one in _PHONE.findall(head) if _LEAST_PHONE <= len(_NO_DIGIT.sub("", one)) <= _MOST_PHONE]
    emails = _EMAIL.findall(head) if "@" in head else []
    orders = [order_number(one) for one in _ORDER.findall(head) if not _DATE.fullmatch(one)]
    return Mentions(phones=_first(phones), emails=_first(emails), orders=_first(orders))


def order_number(written: str) -> str:
    """A number of an order without signs and case; empty where it is too short to tell two orders apart."""
    plain = _SIGNS.sub("", written[:200].casefold())
    return plain if sum(map(str.isdigit, plain)) >= _LEAST_ORDER_DIGITS else ""


def _first(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST]
