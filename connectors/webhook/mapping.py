"""What an account's configuration says about reading: the mappings, checked when the configuration is read."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from channelhub.domain.journeys import MAX_TYPE_CHARS, TYPE_PATTERN
from connectors.webhook.document import Format
from connectors.webhook.moments import ISO, read_clock
from connectors.webhook.paths import Every, read_path
from connectors.webhook.templates import Header, Source, read_source, read_template

MOST_MAPPINGS: Final = 50
CALL_STATES: Final = frozenset({"started", "answered", "missed", "ended", "recorded"})
RECEIPTS: Final = frozenset({"sent", "delayed", "delivered", "failed", "read"})

Text = Annotated[str, msgspec.Meta(max_length=1000)]
_Word = Annotated[str, msgspec.Meta(max_length=200)]
_Wanted = _Word | int | bool

#: What each kind of mapping may have beside its conditions; another key is an error, because it would do nothing.
_CONDITIONS: Final = frozenset({"label", "gives", "when", "has", "lacks"})
_NAMED: Final = frozenset({"id", "time", "time_format", "time_zone"})
_SENT: Final = _NAMED | {"name", "identities"}
_WORDS: Final = frozenset({"subject", "text", "html", "conversation", "order_id", "language", "attachments"})
_OWN: Final = {
    "message": _SENT | _WORDS | {"attributes", "revision"},
    "deletion": _NAMED,
    "journey": _SENT | {"type", "types", "revision", "text", "attributes"},
    "call": _SENT | {"type", "types", "duration"},
    "customer": _SENT | {"language", "segment", "attributes"},
    "receipt": _NAMED | {"identities", "type", "types", "text", "sent", "about"},
    "nothing": frozenset(),
}
#: Of these keys one has to be there.
_NEEDED: Final = {
    "message": ("text", "html", "subject", "attachments"),
    "deletion": ("id",),
    "journey": ("type",),
    "call": ("type",),
    "customer": ("time",),
    "receipt": ("sent", "about"),
    "nothing": ("when", "has", "lacks"),
}


class IdentityMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One address of the customer. `none` are values that stand for nobody, such as 0 or anonymous."""

    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}\Z")]
    value: Text
    evidence: Literal["account", "caller", "claimed"] = "account"
    none: Annotated[tuple[_Word, ...], msgspec.Meta(max_length=20)] = ()

    def __post_init__(self) -> None:
        read_template(self.value)


class FilesMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that stand at an address: `each` leads to them, in the others `@` is the file."""

    each: Text
    url: Text = "@.url"
    filename: Text = ""
    content_type: Text = ""
    size: Text = ""

    def __post_init__(self) -> None:
        read_path(self.each)
        for text in (self.url, self.filename, self.content_type, self.size):
            read_template(text)


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one shape of post becomes a message or its end, a journey event, a call, what is known of a customer, or what
    became of a message that was sent.

    What gives nothing is kept as it came and shown nowhere: pings, and what support has no use for.
    """

    gives: Literal["message", "deletion", "journey", "call", "customer", "receipt", "nothing"]
    label: Annotated[str, msgspec.Meta(max_length=60)] = ""
    when: Annotated[dict[Text, _Wanted | tuple[_Wanted, ...]], msgspec.Meta(max_length=20)] = {}
    has: Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)] = ()
    lacks: Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)] = ()
    id: Text = ""
    time: Text = ""
    time_format: _Word = ISO
    time_zone: _Word = ""
    name: Text = ""
    identities: Annotated[tuple[IdentityMapping, ...], msgspec.Meta(max_length=20)] = ()
    subject: Text = ""
    text: Text = ""
    html: Text = ""
    conversation: Text = ""
    order_id: Text = ""
    language: Text = ""
    attributes: Annotated[
        dict[Annotated[str, msgspec.Meta(min_length=1, max_length=100)], Text], msgspec.Meta(max_length=30)
    ] = {}
    attachments: FilesMapping | None = None
    type: Text = ""
    types: Annotated[dict[_Word, _Word], msgspec.Meta(max_length=100)] = {}
    revision: Text = ""
    duration: Text = ""
    segment: Text = ""
    sent: Text = ""
    about: Text = ""

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        self._check_keys()
        for key, text in self.templates():
            try:
                read_template(text)
            except ValueError as exc:
                raise ValueError(f"{key}: {exc}") from exc
        for text in (*self.when, *self.has, *self.lacks):
            read_source(text)
        read_clock(self.time_format, self.time_zone)
        _check_types(self)

    def templates(self) -> Iterator[tuple[str, str]]:
        """Key and text of each template, those of identities and files aside."""
        for key in ("id", "time", "name", "subject", "text", "html", "conversation", "order_id", "language"):
            yield key, getattr(self, key)
        yield from (("type", self.type), ("revision", self.revision), ("duration", self.duration))
        yield from (("segment", self.segment), ("sent", self.sent), ("about", self.about))
        yield from ((f"attributes.{name}", text) for name, text in self.attributes.items())

    def told_by_headers(self) -> Iterator[str]:
        """The headers that decide what a post is: two posts that differ there are two, even with one body."""
        sources: list[Source] = [read_source(text) for text in (*self.when, *self.has, *self.lacks)]
        for text in (self.id, self.type):
            sources += read_template(text).sources()
        yield from (source.name for source in sources if isinstance(source, Header))

    def _check_keys(self) -> None:
        known = _CONDITIONS | _OWN[self.gives]
        for field in msgspec.structs.fields(type(self)):
            if field.name not in known and getattr(self, field.name) not in ("", {}, (), None, ISO):
                raise ValueError(f"{field.name} means nothing in a mapping that gives {self.gives}")
        needed = _NEEDED[self.gives]
        if not any(getattr(self, key) for key in needed):
            raise ValueError(f"what gives {self.gives} needs {' or '.join(needed)}")
        if self.revision and not self.id:
            raise ValueError("revision needs id: what it is a later version of")
        if (self.gives in ("journey", "call", "customer") or self.sent) and not self.identities:
            raise ValueError(f"what gives {self.gives} needs identities: whose it is")


def _check_types(mapping: Mapping) -> None:
    """The types that are written out, not those that posts bring."""
    fixed = [] if mapping.types or "{" in mapping.type or mapping.type[:1] in ("$", "@") else [mapping.type]
    fixed = [] if mapping.type.startswith("header:") else fixed
    for type_ in (*mapping.types.values(), *fixed):
        if mapping.gives in ("journey", "call", "receipt") and not is_type(type_, mapping.gives):
            words = {"call": CALL_STATES, "receipt": RECEIPTS}.get(mapping.gives, {"family.what_happened"})
            known = ", ".join(sorted(words))
            raise ValueError(f"type: expected {known}, not {type_!r}")


_type = msgspec.json.Decoder(Annotated[str, msgspec.Meta(pattern=TYPE_PATTERN, max_length=MAX_TYPE_CHARS)])


def is_type(text: str, gives: str) -> bool:
    """Whether it can be a journey event's type, a call's state, or what became of a message."""
    if gives == "receipt":
        return text in RECEIPTS
    if gives == "call":
        return text in CALL_STATES
    try:
        _type.decode(msgspec.json.encode(text))
    except msgspec.ValidationError:
        return False
    return True


class ParseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What `parse` needs of an account's configuration."""

    body: Format
    mappings: tuple[Mapping, ...]
    batch: str = ""


def check_batch(text: str) -> None:
    """Raises ValueError for what doesn't lead to the items of a body."""
    path = read_path(text)
    if text[0] != "$" or not path.segments or path.segments[-1] is not Every.ONE:
        raise ValueError("expected a path from $ that ends with [*], such as $.events[*]")
