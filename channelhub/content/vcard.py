"""Contacts as vCard: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as phones, mail programs and CRMs write them.

Lines in, a record for each card out. Folded lines, quoted-printable with its charset, groups (`item1.EMAIL`), escaped
values, `tel:` addresses. Pictures, sounds and keys are passed over without being held; a card inside a card is, too.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from typing import Final

from channelhub.content.charset import decode
from channelhub.content.tables import Record

MAX_PROPERTY_CHARS: Final = 16 * 1024
MAX_PROPERTIES: Final = 200

_PROPERTY: Final = re.compile(
    r'(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:"[^"]*"|[^:;"])*)*):(?P<value>.*)', re.DOTALL
)
_PARTS: Final = re.compile(r"(?<!\\);")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_BULKY: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_CHARSET: Final = re.compile(r";CHARSET=\"?([\w:.-]+)", re.IGNORECASE)
_PRINTABLE: Final = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE(?=;|$)", re.IGNORECASE)
_FIRST: Final = frozenset({"FN", "UID", "REV", "LANG"})  # of these the first counts, all values of others


def vcard_records(lines: Iterable[str]) -> Iterator[Record]:
    """A record for each card, its cells named as its properties: FN, EMAIL, TEL, UID, ORG, CITY (of ADR), and so on;
    N stands as "given family". Several values of one property are one text with a line for each. Raises nothing."""
    card: _Card | None = None
    depth = 0
    for number, text in _unfolded(lines):
        found = _PROPERTY.match(text)
        name = found["name"].upper() if found else ""
        is_mark = name in ("BEGIN", "END") and found is not None and found["value"].strip().upper() == "VCARD"
        if is_mark and name == "BEGIN":
            if card is not None and card.expects_inner:
                depth += 1
                card.expects_inner = False
                continue
            if card is not None:
                yield Record(line=card.line, fault="the card has no END:VCARD")
            card, depth = _Card(number), 0
        elif is_mark and depth:
            depth -= 1
        elif is_mark and card is not None:
            yield card.record()
            card = None
        elif card is not None and not depth and found is not None:
            card.add(name, found["parameters"], found["value"])
    if card is not None:
        yield Record(line=card.line, fault="the card has no END:VCARD")


class _Card:
    """The card that is being read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.expects_inner = False
        self._found: dict[str, list[str]] = {}
        self._count = 0
        self._fault = ""

    def add(self, name: str, parameters: str, value: str) -> None:
        self.expects_inner = name == "AGENT" and not value.strip()
        if name in _BULKY or name == "AGENT":
            return
        if len(value) > MAX_PROPERTY_CHARS:
            self._fault = f"its {name[:40]} is longer than {MAX_PROPERTY_CHARS} characters"
            return
        self._count += 1
        if self._count > MAX_PROPERTIES:
            self._fault = f"the card has more than {MAX_PROPERTIES} properties"
            return
        if _PRINTABLE.search(parameters):
            charset = _CHARSET.search(parameters)
            octets = quopri.decodestring(value.encode("utf-8", "surrogatepass"))
            value = decode(octets, charset[1] if charset else "utf-8")
        for column, text in _columns(name, value):
            if text and not (column in _FIRST and column in self._found):
                self._found.setdefault(column, []).append(text)

    def record(self) -> Record:
        if self._fault:
            return Record(line=self.line, fault=self._fault)
        if "FN" in self._found:
            self._found.pop("N", None)
        return Record(line=self.line, cells=tuple((name, "\n".join(texts)) for name, texts in self._found.items()))


def _columns(name: str, value: str) -> Iterator[tuple[str, str]]:
    """A property's value as cells: structured ones by the parts that say something of a customer."""
    parts = [_plain(part) for part in _PARTS.split(value)]
    if name == "N":
        family, given, middle = (*parts, "", "", "")[:3]
        yield "N", " ".join(part for part in (given, middle, family) if part)
    elif name == "ADR":
        yield "CITY", parts[3] if len(parts) > 3 else ""
    elif name == "ORG":
        yield "ORG", parts[0]
    elif name == "TEL":
        yield "TEL", _plain(value).removeprefix("tel:").partition(";")[0]
    elif name == "EMAIL":
        yield "EMAIL", _plain(value).removeprefix("mailto:")
    else:
        yield name, _plain(value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Properties as one line each, with the number of the first. A long one is held up to its bound, and one sign."""
    number, held, is_printable = 0, "", False
    for at, line in enumerate(lines, start=1):
        bare = line.rstrip("\r\n").removeprefix("\ufeff" if at == 1 else "")
        if is_printable and held.endswith("="):
            held = held[:-1] + bare
        elif bare[:1] in (" ", "\t") and number:
            held += bare[1:]
        else:
            if number:
                yield number, held
            number, held = at, bare
            is_printable = _PRINTABLE.search(bare.partition(":")[0]) is not None
        if len(held) > 2 * MAX_PROPERTY_CHARS:  # its name stands in it whole, and its value is seen to be too long
            held = held[: 2 * MAX_PROPERTY_CHARS]
    if number:
        yield number, held
