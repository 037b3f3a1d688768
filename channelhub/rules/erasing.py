"""What erasing a customer takes away, and how it is known again in an older backup.

Only decisions: `pipeline/erasing.py` loads and saves, `store/personal.py` says what becomes of each table.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import msgspec

from channelhub.content.features import Features
from channelhub.domain.people import IdentityKey
from channelhub.rules.outage.detector import Snapshot
from channelhub.rules.outage.report import Report

NOBODY: Final = "erased"  # the kind of the identity that stands in figures for an erased customer
SALT_BYTES: Final = 32
_DIGEST_BYTES: Final = 16
_LEAST_DIGITS: Final = 7  # of a phone, at its end, that are looked for
_NATIONAL_DIGITS: Final = 9
_LEAST_LETTERS: Final = 5  # a shorter name of somebody is found in anything
_PHONE_KINDS: Final = frozenset({"phone", "whatsapp", "viber", "sms"})
_ABOUT_OTHERS: Final = frozenset(
    {"webhook", "token", "outage", "notice", "alert", "signin", "replay", "sending", "user"}
)
_POINTS: Final = " .,:;!?…-–—\"'«»„“”()[]"
_BETWEEN_DIGITS: Final = rb"(?:[\s().\-/]|%20|\xc2\xa0){0,3}"
_AT: Final = rb"(?:@|%40|=40|\\u0040|&#64;)"


class Step(StrEnum):
    """What an erasure does, in this order. A step that is cut off is done again from where it was."""

    WAITING = "waiting"  # for what came before it to be read
    COLLECTING = "collecting"  # which messages, and the deliveries that brought them
    SIFTING = "sifting"  # deliveries that became no message, for the customer's addresses
    NOTING = "noting"  # the digests by which all is known in an older backup
    DETECTING = "detecting"  # outage detection forgets
    RETITLING = "retitling"  # outages that are called by the customer's words
    MESSAGES = "messages"
    PEOPLE = "people"
    EVENTS = "events"  # and what else names them by their ids: nothing adds to it once they are gone
    ALERTS = "alerts"
    DELIVERIES = "deliveries"
    FILES = "files"
    AUDIT = "audit"
    INDEXES = "indexes"  # are merged: only then the words of what was taken out leave them
    COMPACTING = "compacting"  # the database's file and its log
    DONE = "done"

    @property
    def following(self) -> "Step":
        steps = list(Step)
        return steps[min(steps.index(self) + 1, len(steps) - 1)]


class Item(StrEnum):
    """Kinds of what is to go."""

    IDENTITY = "identity"
    MESSAGE = "message"
    DELIVERY = "delivery"
    OUTAGE = "outage"
    WORD = "word"  # of an outage, that nobody else used
    CONVERSATION = "conversation"  # in which old messages were; whether it goes shows when they are gone
    INCIDENT = "incident"  # the same
    RELATED = "related"  # ids of rows that went: conversations, incidents, ratings, … as events and the audit name them
    FILE = "file"


def digest(salt: bytes, *parts: str | bytes) -> str:
    """A salted digest in hex: of an identity's kind, scope and value, or of a delivery's key."""
    made = hashlib.blake2b(key=salt, digest_size=_DIGEST_BYTES)
    for part in parts:
        content = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        made.update(len(content).to_bytes(4))
        made.update(content)
    return made.hexdigest()


def mentions(keys: Iterable[IdentityKey]) -> re.Pattern[bytes] | None:
    """What finds the addresses of some identities in bytes as channels and forms bring them; None: nothing would.

    Mail addresses in any case and as forms, JSON and mails encode the `@`; phones by their last nine digits, however
    they are grouped; other ids and names of five letters and more as whole words.
    """
    found = [pattern for key in keys if (pattern := _mention(key)) is not None]
    return re.compile(b"|".join(b"(?:" + one + b")" for one in found), re.IGNORECASE) if found else None


def _mention(key: IdentityKey) -> bytes | None:
    digits = re.sub(r"\D", "", key.value)
    if key.kind in _PHONE_KINDS and len(digits) >= _LEAST_DIGITS:
        return rb"(?<!\d)[\d+]{0,8}?" + _BETWEEN_DIGITS.join(_spaced(digits[-_NATIONAL_DIGITS:])) + rb"(?!\d)"
    if len(key.value) < _LEAST_LETTERS:
        return None
    parts = [_written(part) for part in key.value.split("@")]
    return rb"(?<![\w.])" + _AT.join(parts) + rb"(?![\w])"


def _spaced(digits: str) -> list[bytes]:
    return [digit.encode() for digit in digits]


def _written(text: str) -> bytes:
    """Text as UTF-8 or with JSON's escapes."""
    plain = re.escape(text.encode("utf-8", "surrogatepass"))
    if text.isascii():
        return plain
    escaped = re.escape(text.encode("unicode-escape"))
    return b"(?:" + plain + b"|" + escaped + b")"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """What outage detection is to call otherwise: words and origins that only the erased customer's reports have, and
    the customer's ids. Everything it has concluded stays as it is."""

    words: Mapping[str, str]
    numbers: Mapping[int, int]


def spoken(report: Report) -> set[str]:
    """Texts of a report that outage detection keeps."""
    return {*report.features.terms, report.features.template, report.origin} - {""}


def renaming(own: Iterable[str], of_others: Collection[str], customer_ids: Iterable[int], nobody: int) -> Renaming:
    """Nothing of a new name is derived from the old one."""
    lonely = sorted(set(own) - set(of_others))
    return Renaming(
        words={word: f"\x00{nobody:x}.{place:x}" for place, word in enumerate(lonely)},
        numbers=dict.fromkeys(customer_ids, nobody),
    )


def renamed(snapshot: Snapshot, new: Renaming) -> Snapshot:
    """The same state of detection under other names: every text and number stands for itself there."""
    return Snapshot(
        core=renamed_pack(snapshot.core, new),
        blocks=tuple(msgspec.structs.replace(one, votes=renamed_pack(one.votes, new)) for one in snapshot.blocks),
        first_number=snapshot.first_number,
        next_number=snapshot.next_number,
    )


def renamed_pack(packed: bytes, new: Renaming) -> bytes:
    """MessagePack with other names in it, keys included. Raises msgspec.DecodeError."""
    return msgspec.msgpack.encode(_renamed(msgspec.msgpack.decode(packed), new))


def _renamed(value: Any, new: Renaming) -> Any:
    if isinstance(value, str):
        return new.words.get(value, value)
    if isinstance(value, dict):
        return {_renamed(key, new): _renamed(one, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, new) for one in value]
    return new.numbers.get(value, value) if type(value) is int else value


def blanked(report: Report, nobody: int) -> Report:
    """A report as it stays: that there was one, when and on which channel."""
    known = report.features
    return replace(report, customer=nobody, origin="", features=Features(version=known.version, words=0))


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a report begins, whose it is, and whether it stays."""

    text: str
    customer: int
    stays: bool


def kept_title(title: str, reports: Sequence[Spoken]) -> str | None:
    """What an outage is called when the reports that go have gone: the words of its title that several customers wrote.

    None: the title may stay, because none of those that go is called so, or one that stays is. Empty: none is left.
    """
    plain = title.rstrip("…")
    called = [one for one in reports if plain in " ".join(one.text.split())]
    if not called or any(one.stays for one in called):
        return None
    said: dict[int, str] = {}
    for one in reports:
        said[one.customer] = f"{said.get(one.customer, '')} {one.text.lower()}"
    return " ".join(word for word in plain.split() if _voices(word, said.values()) > 1).rstrip(_POINTS)


def _voices(word: str, texts: Iterable[str]) -> int:
    bare = word.lower().strip(_POINTS)
    return sum(bare in text for text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """Ids of what is a customer's, as texts of digits: so events and the audit name them."""

    people: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()  # an incident has the id of the message that opened it
    deliveries: frozenset[str] = frozenset()
    related: frozenset[str] = frozenset()  # conversations, incidents, ratings, links, suggestions

    def named_in(self, data: Any) -> bool:
        """Whether an event's data names one of them, at any depth: a field's name says of what kind an id is."""
        if isinstance(data, dict):
            return any(str(one) in self._of(name) or self.named_in(one) for name, one in data.items())
        return isinstance(data, list) and any(self.named_in(one) for one in data)

    def targeted(self, action: str, target: str) -> bool:
        """Whether a line of the audit is about one of them."""
        if action.partition(".")[0] in _ABOUT_OTHERS:
            return False
        known = self.deliveries if action == "parked.retry" else self.people | self.messages | self.related
        return not known.isdisjoint(re.split(r"[ .]", target))

    def _of(self, field: str) -> frozenset[str]:
        if field.endswith(("identity_id", "customer_id")):
            return self.people
        if field.endswith(("message_id", "incident_id")):
            return self.messages | self.related
        if field == "inbox_id":
            return self.deliveries
        return self.related if field in ("conversation_id", "rating_id", "suggestion_id", "note_id") else frozenset()


def retold(data: Any, titles: Mapping[str, str]) -> Any:
    """JSON values with other titles where whole texts are one of these."""
    if isinstance(data, dict):
        return {key: retold(one, titles) for key, one in data.items()}
    if isinstance(data, list | tuple):
        return [retold(one, titles) for one in data]
    return titles.get(data, data) if isinstance(data, str) else data
