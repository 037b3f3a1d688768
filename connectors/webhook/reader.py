"""A mapping made ready: its templates and conditions read once, for every post that comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.webhook import mapping as config
from connectors.webhook.moments import Clock, read_clock
from connectors.webhook.paths import Path, read_path
from connectors.webhook.templates import Scope, Source, Template, read_source, read_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an address of the customer stands."""

    kind: str
    value: Template
    evidence: str
    none: frozenset[str]  # case-folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where an item's files are named."""

    each: Path
    url: Template
    filename: Template
    content_type: Template
    size: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one shape of item is read: `templates` by key, `attributes` by name."""

    label: str
    gives: str
    when: tuple[tuple[Source, frozenset[str]], ...]
    has: tuple[Source, ...]
    lacks: tuple[Source, ...]
    templates: Mapping[str, Template]
    attributes: Mapping[str, Template]
    types: Mapping[str, str]
    clock: Clock
    addresses: tuple[Address, ...]
    files: Files | None

    def fits(self, scope: Scope) -> bool:
        """Whether the item is of the shape that this mapping is for."""
        return (
            all(not wanted.isdisjoint(scope.values(source)) for source, wanted in self.when)
            and all(_is_there(source, scope) for source in self.has)
            and not any(_is_there(source, scope) for source in self.lacks)
        )


def ready(given: config.Mapping, number: int) -> Reader:
    """The reader of a checked mapping; `number` names one without a label."""
    return Reader(
        label=given.label or f"mapping {number}",
        gives=given.gives,
        when=tuple((read_source(text), _wanted(value)) for text, value in given.when.items()),
        has=tuple(read_source(text) for text in given.has),
        lacks=tuple(read_source(text) for text in given.lacks),
        templates={key: read_template(text) for key, text in given.templates() if text},
        attributes={name: read_template(text) for name, text in given.attributes.items()},
        types=given.types,
        clock=read_clock(given.time_format, given.time_zone),
        addresses=tuple(_address(one) for one in given.identities),
        files=_files(given.attachments) if given.attachments else None,
    )


def _address(given: config.IdentityMapping) -> Address:
    none = frozenset(value.casefold() for value in given.none)
    return Address(kind=given.kind, value=read_template(given.value), evidence=given.evidence, none=none)


def _files(given: config.FilesMapping) -> Files:
    return Files(
        each=read_path(given.each),
        url=read_template(given.url),
        filename=read_template(given.filename),
        content_type=read_template(given.content_type),
        size=read_template(given.size),
    )


def _wanted(value: object) -> frozenset[str]:
    values: Sequence[object] = value if isinstance(value, tuple) else (value,)
    return frozenset(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


def _is_there(source: Source, scope: Scope) -> bool:
    return any(node is not None and node != "" for node in scope.nodes(source))
