"""What an item holds by its mapping: bounded, and fit to be stored, whatever was posted."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.domain.people import Evidence, Handle, Sender
from connectors.webhook.mapping import is_type
from connectors.webhook.reader import Files, Reader
from connectors.webhook.templates import Scope

_WORD_CHARS: Final = 200
_ID_CHARS: Final = 200
_ADDRESS_CHARS: Final = 320
_URL_CHARS: Final = 2000
_LONGEST_CHARS: Final = 1_000_000  # of an id before it is digested
_MOST_FILES: Final = 20
_EVIDENCE: Mapping[str, Evidence] = MappingProxyType(
    {"account": Evidence.TRUSTED_ACCOUNT, "caller": Evidence.CALLER, "claimed": Evidence.CLAIMED}
)


class Faulty(Exception):
    """The mapping fits, and the item lacks what it can't be without: a sentence for the administrator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item with the mapping that fits it. What can't be used is noted in the scope."""

    reader: Reader
    scope: Scope
    is_trusted: bool

    def text(self, key: str, most: int = _WORD_CHARS) -> str:
        """What the template of a key gives, cut to `most` characters."""
        template = self.reader.templates.get(key)
        found = template.fill(self.scope) if template else ""
        if len(found) > most:
            self.scope.notes.append(f"{key}: cut to {most} characters")
        return found[:most]

    def id_or(self, fallback: str) -> str:
        """The item's id; the digest of one that is too long or can't be shown."""
        found = self.text("id", _LONGEST_CHARS) or fallback
        return found if len(found) <= _ID_CHARS and found.isprintable() else hashlib.sha256(found.encode()).hexdigest()

    def time(self) -> datetime | None:
        """When it happened; None where that isn't said, or not in the mapping's format."""
        given = self.text("time")
        moment = self.reader.clock.read(given)
        if given and moment is None:
            clock = self.reader.clock
            zone = "" if clock.zone else ", or says no zone"
            self.scope.notes.append(f"time: {given[:40]!r} is not of the format {clock.form}{zone}")
        return moment

    def type(self) -> str:
        """A journey event's type or a call's state. Raises Faulty."""
        given = self.text("type")
        found = self.reader.types.get(given, "") if self.reader.types else given
        if not is_type(found, self.reader.gives):
            raise Faulty(f"the type {given[:60]!r} " + ("isn't among types" if self.reader.types else "is none"))
        return found

    def count(self, key: str, most: int) -> int | None:
        """A whole number, at most `most`; None for anything else."""
        given = self.text(key)
        return min(int(given), most) if is_count(given) else None

    def attributes(self) -> dict[str, str]:
        filled = {name: template.fill(self.scope)[:_WORD_CHARS] for name, template in self.reader.attributes.items()}
        return {name: value for name, value in filled.items() if value}

    def handles(self) -> tuple[Handle, ...]:
        """The customer's addresses in the mapping's order, each once."""
        found: dict[tuple[str, str], Handle] = {}
        for address in self.reader.addresses:
            value = address.value.fill(self.scope)
            if value and value.casefold() not in address.none and len(value) <= _ADDRESS_CHARS:
                evidence = _EVIDENCE[address.evidence] if self.is_trusted else Evidence.CLAIMED
                found.setdefault((address.kind, value), Handle(kind=address.kind, value=value, evidence=evidence))
        return tuple(found.values())

    def sender(self) -> Sender:
        """Raises Faulty where nobody is named."""
        handles = self.handles()
        if not handles:
            raise Faulty("it names nobody: none of the identities was found")
        return Sender(name=self.text("name"), handles=handles)

    def files(self) -> tuple[Attachment, ...]:
        """Its files, each as a reference: nothing is fetched."""
        files = self.reader.files
        if files is None:
            return ()
        found = self.scope.nodes(files.each)[:_MOST_FILES]
        made = [_file(files, self.scope.of(node), number) for number, node in enumerate(found, start=1)]
        return tuple(one for one in made if one is not None)


def is_count(text: str) -> bool:
    """Whether it is a whole number that fits every table."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def _file(files: Files, scope: Scope, number: int) -> Attachment | None:
    """A file by its address; none without an address that a person could follow."""
    url = files.url.fill(scope)
    if not _is_link(url):
        scope.notes.append(f"file {number}: its url is no http or https address")
        return None
    size = files.size.fill(scope)
    name = files.filename.fill(scope) or urlsplit(url).path.rpartition("/")[2]
    return Attachment(
        filename=label(name[:_WORD_CHARS]) or "file",
        content_type=files.content_type.fill(scope).lower()[:127],
        size=int(size) if is_count(size) else 0,
        reference=url,
    )


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
    return is_whole and len(url) <= _URL_CHARS and url.isascii() and url.isprintable() and " " not in url
